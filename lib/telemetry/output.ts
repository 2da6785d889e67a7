/**
 * One place that lines are written to, and what happens when it is slow.
 *
 * @module
 */

/** Takes bytes; `Deno.stdout` and `Deno.FsFile` do. */
export interface Destination {
  /** Writes a part of the bytes, at least one, and says how many. */
  write(bytes: Uint8Array): Promise<number>;
  /** Opens the destination again under its name; called between two writes. */
  reopen?(): Promise<void>;
  /** Gives the destination back after the last write. */
  close?(): void;
}

/** How an {@linkcode Output} is bounded, and whom it tells of losses. */
export interface OutputOptions {
  /** Most bytes that wait while a write is under way. Default: 1 MiB. */
  readonly waitingBytesMax?: number;
  /** How long {@linkcode Output.close} waits for a destination that takes nothing. Default: 2000. */
  readonly closeWaitMs?: number;
  /** Told once a destination that was too slow has room again: how many lines it missed. */
  readonly onDropped: (lines: number) => void;
  /** Told when a write failed: why, and how many lines went with it. */
  readonly onFailed: (error: unknown, lines: number) => void;
  /** Told when the destination could not be opened again; the old one goes on being used. */
  readonly onReopenFailed?: (error: unknown) => void;
}

/** About 50 ms of access lines at 200,000 requests a second: rides over a busy disk, no more. */
const WAITING_BYTES_MAX = 1 << 20;

/** Few enough for one write to be quick, enough for the cost of a write to vanish. */
const EAGER_BYTES = 64 * 1024;

/** A person who watches the log does not notice, and a write rarely carries a single line. */
const FLUSH_DELAY_MS = 50;

/** A reader that was stopped, such as a terminal after Ctrl+S, must not keep the server alive. */
const CLOSE_WAIT_MS = 2000;

const NEWLINE = 0x0a;

/**
 * Collects whole lines and writes them with one write at a time under way. Appending never waits and
 * never throws: what finds no room is dropped and counted. No timer runs while nothing is waiting.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const writes: string[] = [];
 * const destination = {
 *   write(bytes: Uint8Array) {
 *     writes.push(new TextDecoder().decode(bytes));
 *     return Promise.resolve(bytes.length);
 *   },
 * };
 * const output = new Output(destination, { onDropped: () => {}, onFailed: () => {} });
 * output.append(new TextEncoder().encode("one\n"));
 * output.append(new TextEncoder().encode("two\n"));
 * await output.close();
 * assertEquals(writes, ["one\ntwo\n"]);
 * ```
 */
export class Output {
  readonly #destination: Destination;
  readonly #options: OutputOptions;
  readonly #waitingBytesMax: number;
  #waiting = new Uint8Array(EAGER_BYTES);
  #waitingBytes = 0;
  /** The memory of the write under way, or what the next one will fill. */
  #other = new Uint8Array(EAGER_BYTES);
  #writing: Promise<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;
  #isLineTorn = false;
  #isReopenWanted = false;
  #droppedLines = 0;
  #lostLines = 0;

  /** Takes a destination over; nothing else should write to it. */
  constructor(destination: Destination, options: OutputOptions) {
    this.#destination = destination;
    this.#options = options;
    this.#waitingBytesMax = options.waitingBytesMax ?? WAITING_BYTES_MAX;
  }

  /** Lines that were dropped or went down with a failed write, since the start. */
  get lostLines(): number {
    return this.#lostLines;
  }

  /** Copies whole, newline-terminated lines in, or drops them all if there is no room for all. */
  append(lines: Uint8Array): void {
    if (lines.length === 0) return;
    const neededBytes = this.#waitingBytes + lines.length;
    if (this.#isClosed || neededBytes > this.#waitingBytesMax) {
      const count = countLines(lines);
      this.#droppedLines += count;
      this.#lostLines += count;
      return;
    }
    if (neededBytes > this.#waiting.length) this.#grow(neededBytes);
    this.#waiting.set(lines, this.#waitingBytes);
    this.#waitingBytes = neededBytes;
    if (this.#writing === undefined) this.#schedule();
  }

  /** Resolves once nothing is waiting and no write is under way. */
  async flush(): Promise<void> {
    while (this.#writing !== undefined || this.#waitingBytes > 0) {
      await (this.#writing ?? this.#start());
    }
  }

  /** Has the destination opened again, after the write under way; resolves when that is over. */
  reopen(): Promise<void> {
    if (this.#isClosed || this.#destination.reopen === undefined) return Promise.resolve();
    this.#isReopenWanted = true;
    return this.#writing ?? this.#start();
  }

  /** Flushes, for a bounded time, and closes the destination. What is appended later is dropped. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tooLate = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.#options.closeWaitMs ?? CLOSE_WAIT_MS);
    });
    await Promise.race([this.flush(), tooLate]);
    clearTimeout(timer);
    this.#isClosed = true;
    this.#lostLines += countLines(this.#waiting.subarray(0, this.#waitingBytes));
    this.#waitingBytes = 0;
    this.#destination.close?.();
  }

  #grow(neededBytes: number): void {
    let capacityBytes = this.#waiting.length;
    while (capacityBytes < neededBytes) capacityBytes *= 2;
    const grown = new Uint8Array(capacityBytes);
    grown.set(this.#waiting.subarray(0, this.#waitingBytes));
    this.#waiting = grown;
  }

  #schedule(): void {
    if (this.#waitingBytes >= EAGER_BYTES) this.#start();
    else this.#timer ??= setTimeout(() => this.#start(), FLUSH_DELAY_MS);
  }

  #start(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#write();
    return this.#writing;
  }

  async #write(): Promise<void> {
    const lines = this.#waiting.subarray(0, this.#waitingBytes);
    [this.#waiting, this.#other] = [this.#other, this.#waiting];
    this.#waitingBytes = 0;
    await this.#writeAll(lines);
    // A loop, as it may be wanted again for a file that was moved while this one was being opened.
    while (this.#isReopenWanted) await this.#reopen();
    this.#writing = undefined;
    // Restart first: the report is appended too, and finds room only in emptied memory.
    const droppedLines = this.#droppedLines;
    this.#droppedLines = 0;
    if (this.#waitingBytes > 0) this.#schedule();
    if (droppedLines > 0) this.#options.onDropped(droppedLines);
  }

  async #reopen(): Promise<void> {
    this.#isReopenWanted = false;
    try {
      await this.#destination.reopen?.();
      this.#isLineTorn = false; // it is in the file before
    } catch (error) {
      this.#options.onReopenFailed?.(error);
    }
  }

  async #writeAll(lines: Uint8Array): Promise<void> {
    let writtenBytes = 0;
    try {
      // A failed write may have left half a line; without this the next line would continue it.
      if (this.#isLineTorn) await this.#destination.write(Uint8Array.of(NEWLINE));
      this.#isLineTorn = false;
      while (writtenBytes < lines.length) {
        const count = await this.#destination.write(lines.subarray(writtenBytes));
        if (count === 0) throw new Error("Nothing was written");
        writtenBytes += count;
      }
    } catch (error) {
      if (writtenBytes > 0) this.#isLineTorn = lines[writtenBytes - 1] !== NEWLINE;
      const count = countLines(lines.subarray(writtenBytes));
      this.#lostLines += count;
      this.#options.onFailed(error, count);
    }
  }
}

function countLines(lines: Uint8Array): number {
  let count = 0;
  for (let at = lines.indexOf(NEWLINE); at >= 0; at = lines.indexOf(NEWLINE, at + 1)) count++;
  return count;
}
