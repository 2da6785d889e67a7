/**
 * An open file that several answers read from, each at places of its own. It is closed when the last
 * of its users lets go of it.
 */
export class SharedFile {
  readonly #file: Deno.FsFile;
  #users = 1;
  #position = -1; // where the next read would begin without a seek, once that is known

  /** Takes over a file that was just opened, for one user. */
  constructor(file: Deno.FsFile) {
    this.#file = file;
  }

  /** The same file for one more user. */
  share(): this {
    this.#users++;
    return this;
  }

  /**
   * Reads what lies at `offset`.
   *
   * @returns How many octets were put at the start of `into`; `null` past the end.
   */
  readAt(offset: number, into: Uint8Array): number | null {
    if (offset !== this.#position) this.#file.seekSync(offset, Deno.SeekMode.Start);
    const byteLength = this.#file.readSync(into);
    this.#position = offset + (byteLength ?? 0);
    return byteLength;
  }

  /** What it is now; `undefined` for one inside a compiled binary, which cannot be asked and does not change. */
  stat(): Deno.FileInfo | undefined {
    try {
      return this.#file.statSync();
    } catch (error) {
      if (!Deno.build.standalone || !(error instanceof Deno.errors.NotSupported)) throw error;
    }
  }

  /** One user lets go of it. */
  close(): void {
    if (--this.#users === 0) this.#file.close();
  }
}
