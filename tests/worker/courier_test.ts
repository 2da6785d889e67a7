import { assertEquals } from "@std/assert";
import { LogForm } from "../../lib/channel/frames.ts";
import { decodeLoss } from "../../lib/telemetry/loss_count.ts";
import { decodeRecord } from "../../lib/telemetry/log_record.ts";
import { LogCourier } from "../../lib/worker/courier.ts";
import { EVENT } from "../telemetry/security_events.ts";

/** A ring that is full when it is told to be. */
class Ring {
  isFull = false;
  readonly frames: { form: LogForm; bytes: Uint8Array }[] = [];

  log(form: LogForm, bytes: Uint8Array): boolean {
    if (!this.isFull) this.frames.push({ form, bytes: bytes.slice() });
    return !this.isFull;
  }

  /** Messages of the records so far, and how many each says were left out. */
  get records(): [message: string | undefined, unreported: unknown][] {
    return this.frames.map(({ bytes }) => {
      const record = decodeRecord(bytes);
      return [record?.message, record?.properties.unreported];
    });
  }
}

function line(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

Deno.test("LogCourier says how much found no room, once there is some", () => {
  const ring = new Ring();
  const courier = new LogCourier(ring, () => 0);
  courier.reportLoss();
  assertEquals(ring.frames, []);
  ring.isFull = true;
  courier.access("text", line("one\ntwo\nthree\n"));
  courier.access("json", line("{}\n"));
  courier.event(EVENT);
  courier.record({ level: "error", category: "worker", message: "Cannot" });
  courier.reportLoss();
  ring.isFull = false;
  courier.reportLoss();
  courier.reportLoss();
  assertEquals(ring.frames.map(({ form }) => form), [LogForm.Lost]);
  assertEquals(decodeLoss(ring.frames[0]?.bytes ?? new Uint8Array()), 6);
});

Deno.test("LogCourier sends 20 records of a kind in ten seconds, and says how many it did not", () => {
  const ring = new Ring();
  let nowMs = 0;
  const courier = new LogCourier(ring, () => nowMs);
  const record = { level: "warn", category: "worker", message: "Slow request" } as const;
  for (let count = 0; count < 50; count++) courier.record(record);
  courier.record({ ...record, message: "Another" });
  assertEquals(ring.records, [
    ...Array.from({ length: 20 }, () => ["Slow request", undefined] as [string, undefined]),
    ["Another", undefined],
  ]);
  nowMs = 10_000;
  courier.record(record);
  courier.record(record);
  assertEquals(ring.records.slice(21), [["Slow request", 30], ["Slow request", undefined]]);
});

Deno.test("LogCourier bounds records whose messages never repeat", () => {
  const ring = new Ring();
  const courier = new LogCourier(ring, () => 0);
  for (let count = 0; count < 1000; count++) {
    courier.record({ level: "error", category: "worker", message: `Cannot ${count}` });
  }
  assertEquals(ring.frames.length, 64 + 20);
});
