// Two real threads: one lays answers down, one over the other, the other uses them. An answer that is
// changed while it is in use shows two octets.

import { assert, assertEquals, assertGreater } from "@std/assert";
import { allocateChannel, MainEnd } from "../../lib/channel/channel.ts";
import { NO_PLACE, REPEAT_MS } from "../../lib/channel/repeats.ts";
import { withDeadline } from "./deadline.ts";
import { ANSWER_BYTES, REQUEST } from "./repeats_layer.ts";
import { reportOf } from "./report.ts";

/** Uses to be seen. */
const USES = 5_000;

/** Far enough for the next answer to be laid, and for the last ones to be good still. */
const STEP_MS = REPEAT_MS / 2;

/** The main thread: it lets its clock go on, and uses what it finds. */
async function useAll(main: MainEnd): Promise<void> {
  const { buffers, gauges, repeats } = main;
  const offset = buffers.receiveOffset(1);
  buffers.bytes.set(REQUEST, offset);
  let uses = 0;
  for (let nowMs = 0; uses < USES; nowMs += STEP_MS) {
    gauges.clockMs = nowMs;
    for (let tries = 0; tries < 8; tries++) {
      // Late by up to three steps: then it is the answer that the other thread replaces next.
      const place = repeats.use(1, offset, REQUEST.length, nowMs - STEP_MS * (tries % 4));
      if (place === NO_PLACE) continue;
      const start = repeats.answerOffset(place);
      const answer = buffers.bytes.subarray(start, start + repeats.answerBytes(place));
      const octet = answer[0];
      assertEquals(answer.length, ANSWER_BYTES);
      assert(answer.every((it) => it === octet), "an answer in use is of one piece");
      assertEquals(answer[0], octet, "and stays as it was");
      main.noteRepeat(1, { place, sentBytes: ANSWER_BYTES, durationUs: 0, epochMs: 0 });
      uses++;
    }
    // The other thread may be waiting for this one's core.
    if (nowMs % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
    while (!main.canRepeat) await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

Deno.test("Repeats never change while they are in use", async () => {
  const memory = allocateChannel(2);
  const main = new MainEnd(memory);
  const href = new URL("./repeats_layer.ts", import.meta.url).href;
  const worker = new Worker(href, { type: "module" });
  try {
    const report = reportOf<number>(worker);
    worker.postMessage(memory);
    await withDeadline(() => useAll(main), "The other thread lays nothing that can be used");
    main.send.stop();
    main.flush();
    assertGreater(await report, USES / 100);
  } finally {
    worker.terminate();
  }
});
