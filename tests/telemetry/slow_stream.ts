/** A destination that takes bytes only when a test lets it. */
export class SlowStream {
  /** Everything that was taken, in order. */
  text = "";
  /** Sizes of the writes that were asked for. */
  readonly writes: number[] = [];
  #isHeld = false;
  #waiting: (() => void)[] = [];
  #error: Error | undefined;
  #writeBytesMax = Infinity;
  #asked: (() => void)[] = [];

  /** Takes a write now, or when {@linkcode release} is called. */
  async write(bytes: Uint8Array): Promise<number> {
    this.writes.push(bytes.length);
    const count = Math.min(bytes.length, this.#writeBytesMax);
    const text = new TextDecoder().decode(bytes.subarray(0, count));
    for (const asked of this.#asked.splice(0)) asked();
    if (this.#isHeld) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (this.#error !== undefined) throw this.#error;
    this.text += text;
    return count;
  }

  /** Tells that a person looks on, if set. */
  terminal = false;

  /** Whether a person looks on. */
  isTerminal(): boolean {
    return this.terminal;
  }

  /** Resolves at the next write. */
  nextWrite(): Promise<void> {
    return new Promise((resolve) => this.#asked.push(resolve));
  }

  /** Takes nothing from now on. */
  hold(): void {
    this.#isHeld = true;
  }

  /** Takes what was held back and everything that comes. */
  release(): void {
    this.#isHeld = false;
    for (const resume of this.#waiting.splice(0)) resume();
  }

  /** Takes at most so many bytes a write. */
  limit(writeBytesMax: number): void {
    this.#writeBytesMax = writeBytesMax;
  }

  /** Fails every write with the error, or none if there is none. */
  fail(error: Error | undefined): void {
    this.#error = error;
  }

  /** The whole lines that were taken. */
  get lines(): string[] {
    return this.text.split("\n").slice(0, -1);
  }
}
