import { assert, assertEquals } from "@std/assert";
import { Output, type OutputOptions } from "../../lib/telemetry/output.ts";
import { SlowStream } from "./slow_stream.ts";

const KIBIBYTE_LINE = bytes(`${"x".repeat(1023)}\n`);

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

interface Setup {
  readonly stream: SlowStream;
  readonly output: Output;
  readonly dropped: number[];
  readonly failed: [error: unknown, lines: number][];
}

function setUp(options: Partial<OutputOptions> = {}): Setup {
  const stream = new SlowStream();
  const dropped: number[] = [];
  const failed: [error: unknown, lines: number][] = [];
  const output = new Output(stream, {
    onDropped: (lines) => dropped.push(lines),
    onFailed: (error, lines) => failed.push([error, lines]),
    ...options,
  });
  return { stream, output, dropped, failed };
}

Deno.test("Output collects lines into one write that the timer starts", async () => {
  const { stream, output } = setUp();
  const written = stream.nextWrite();
  output.append(bytes("one\n"));
  output.append(bytes("two\n"));
  assertEquals(stream.writes, []);
  await written;
  await output.flush();
  assertEquals([stream.text, stream.writes], ["one\ntwo\n", [8]]);
  await output.close();
});

Deno.test("Output writes at once when 64 KiB wait", async () => {
  const { stream, output } = setUp();
  for (let count = 0; count < 63; count++) output.append(KIBIBYTE_LINE);
  assertEquals(stream.writes, []);
  output.append(KIBIBYTE_LINE);
  assertEquals(stream.writes, [65_536]);
  await output.close();
});

Deno.test("Output has one write under way and keeps the order", async () => {
  const { stream, output } = setUp();
  stream.hold();
  output.append(bytes("first\n"));
  const flushed = output.flush();
  for (let count = 0; count < 200; count++) output.append(KIBIBYTE_LINE);
  output.append(bytes("last\n"));
  assertEquals(stream.writes, [6]);
  stream.release();
  await flushed;
  assertEquals(stream.writes, [6, 200 * 1024 + 5]);
  assertEquals([stream.lines.at(0), stream.lines.at(-1)], ["first", "last"]);
  await output.close();
});

Deno.test("Output copies what it is given", async () => {
  const { stream, output } = setUp();
  const lines = bytes("one\n");
  output.append(lines);
  lines.fill(0);
  await output.close();
  assertEquals(stream.text, "one\n");
});

Deno.test("Output finishes a write that took only a part", async () => {
  const { stream, output } = setUp();
  stream.limit(3);
  output.append(bytes("one\ntwo\n"));
  await output.close();
  assertEquals([stream.text, stream.writes], ["one\ntwo\n", [8, 5, 2]]);
});

Deno.test("Output drops whole batches when its memory is full, and says so when it has room", async () => {
  const { stream, output, dropped } = setUp({ waitingBytesMax: 2048 });
  stream.hold();
  output.append(bytes("first\n"));
  const flushed = output.flush();
  output.append(KIBIBYTE_LINE);
  output.append(KIBIBYTE_LINE);
  output.append(bytes("lost\nlost\n"));
  output.append(KIBIBYTE_LINE);
  assertEquals([output.lostLines, dropped], [3, []]);
  stream.release();
  await flushed;
  assertEquals(dropped, [3]);
  output.append(bytes("later\n"));
  await output.close();
  assertEquals(dropped, [3]);
  assertEquals(stream.lines, ["first", "x".repeat(1023), "x".repeat(1023), "later"]);
});

Deno.test("Output has room for the report of what it dropped", async () => {
  const { stream, output } = setUp({
    waitingBytesMax: 1024,
    onDropped: (lines) => output.append(bytes(`dropped ${lines}\n`)),
  });
  stream.hold();
  output.append(bytes("first\n"));
  const flushed = output.flush();
  output.append(KIBIBYTE_LINE);
  output.append(bytes("lost\n"));
  stream.release();
  await flushed;
  await output.close();
  assertEquals(stream.lines, ["first", "x".repeat(1023), "dropped 1"]);
});

Deno.test("Output counts what a failed write loses, and goes on", async () => {
  const { stream, output, failed } = setUp();
  const full = new Error("No space left on device");
  stream.fail(full);
  output.append(bytes("one\ntwo\n"));
  await output.flush();
  assertEquals(failed, [[full, 2]]);
  assertEquals(output.lostLines, 2);
  stream.fail(undefined);
  output.append(bytes("three\n"));
  await output.close();
  assertEquals(stream.text, "three\n");
});

Deno.test("Output begins a new line after a write that failed half-way", async () => {
  const { stream, output, failed } = setUp();
  stream.limit(6);
  stream.hold();
  output.append(bytes("one\ntwo\n"));
  const flushed = output.flush();
  stream.release();
  stream.hold();
  await stream.nextWrite(); // the rest of the second line
  stream.fail(new Error("No space left on device"));
  stream.release();
  await flushed;
  assertEquals(failed.map(([, lines]) => lines), [1]);
  stream.fail(undefined);
  output.append(bytes("four\n"));
  await output.close();
  assertEquals(stream.lines, ["one", "tw", "four"]);
});

Deno.test("Output takes a write of nothing for a failure", async () => {
  const { stream, output, failed } = setUp();
  stream.limit(0);
  output.append(bytes("one\n"));
  await output.flush();
  assertEquals(failed.length, 1);
  await output.close();
});

Deno.test("Output gives up on a destination that takes nothing", async () => {
  const { stream, output, failed } = setUp({ closeWaitMs: 1 });
  stream.hold();
  output.append(bytes("one\n"));
  const flushed = output.flush();
  output.append(bytes("two\n"));
  await output.close();
  assertEquals(output.lostLines, 1);
  stream.release();
  await flushed;
  assertEquals([stream.text, failed.length], ["one\n", 0]);
});

Deno.test("Output drops what comes after it was closed", async () => {
  let closed = 0;
  const stream = new SlowStream();
  const output = new Output({ write: (part) => stream.write(part), close: () => closed++ }, {
    onDropped: () => {},
    onFailed: () => {},
  });
  await output.close();
  await output.close();
  output.append(bytes("late\n"));
  assertEquals([output.lostLines, closed, stream.writes.length], [1, 1, 0]);
});

Deno.test("Output ignores an empty batch", async () => {
  const { stream, output } = setUp();
  output.append(new Uint8Array(0));
  await output.close();
  assert(stream.writes.length === 0);
});

/** A stream that can be opened again, which a test may hold back or fail. */
class ReopenedStream extends SlowStream {
  reopened = 0;
  error: Error | undefined;
  during = () => {};

  reopen(): Promise<void> {
    this.reopened++;
    this.during();
    return this.error === undefined ? Promise.resolve() : Promise.reject(this.error);
  }
}

function setUpReopened(): { stream: ReopenedStream; output: Output; failed: unknown[] } {
  const stream = new ReopenedStream();
  const failed: unknown[] = [];
  const output = new Output(stream, {
    onDropped: () => {},
    onFailed: () => {},
    onReopenFailed: (error) => failed.push(error),
  });
  return { stream, output, failed };
}

Deno.test("Output reopens its destination when nothing is waiting", async () => {
  const { stream, output } = setUpReopened();
  await output.reopen();
  assertEquals([stream.reopened, stream.writes], [1, []]);
  await output.close();
});

Deno.test("Output reopens its destination after the write under way, once for many calls", async () => {
  const { stream, output } = setUpReopened();
  stream.hold();
  output.append(bytes("one\n"));
  const flushed = output.flush();
  const reopened = [output.reopen(), output.reopen()];
  output.append(bytes("two\n"));
  assertEquals(stream.reopened, 0);
  stream.during = () => assertEquals(stream.text, "one\n");
  stream.release();
  await Promise.all(reopened);
  assertEquals(stream.reopened, 1);
  await flushed;
  await output.close();
  assertEquals(stream.text, "one\ntwo\n");
});

Deno.test("Output reopens once more for a call that comes while it reopens", async () => {
  const { stream, output } = setUpReopened();
  let again: Promise<void> | undefined;
  stream.during = () => again ??= output.reopen();
  await output.reopen();
  await again;
  assertEquals(stream.reopened, 2);
  await output.close();
});

Deno.test("Output tells that its destination cannot be reopened, and goes on", async () => {
  const { stream, output, failed } = setUpReopened();
  stream.error = new Error("No such folder");
  await output.reopen();
  assertEquals(failed, [stream.error]);
  output.append(bytes("one\n"));
  await output.close();
  assertEquals(stream.text, "one\n");
});

Deno.test("Output begins no line in a reopened destination for one torn in the old", async () => {
  const { stream, output } = setUpReopened();
  stream.limit(2);
  stream.hold();
  output.append(bytes("one\n"));
  const flushed = output.flush();
  stream.release();
  stream.hold();
  await stream.nextWrite(); // the rest of the line
  stream.fail(new Error("No space left on device"));
  stream.release();
  await flushed;
  await output.reopen();
  stream.fail(undefined);
  output.append(bytes("two\n"));
  await output.close();
  assertEquals(stream.text, "ontwo\n");
});

Deno.test("Output does not reopen what is closed, nor what cannot be reopened", async () => {
  const { stream, output } = setUpReopened();
  await output.close();
  await output.reopen();
  assertEquals(stream.reopened, 0);
  const plain = setUp();
  await plain.output.reopen();
  await plain.output.close();
});
