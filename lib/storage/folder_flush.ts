/**
 * Puts a folder's entries on the disk, for many files at one time: whoever asks while a flush is
 * under way shares the next one, as the one under way may have begun before the new name was there.
 */
export class FolderFlush {
  readonly #path: string;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  /** Flushes the folder at `path`, which may come and go. */
  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Resolves when every entry that is there now is on the disk.
   *
   * @throws {Error} What the file system says.
   */
  flush(): Promise<void> {
    if (this.#next !== undefined) return this.#next;
    if (this.#running === undefined) return this.#start();
    const start = () => this.#start();
    return this.#next = this.#running.then(start, start);
  }

  #start(): Promise<void> {
    this.#next = undefined;
    const flush = this.#flush().finally(() => {
      if (this.#running === flush) this.#running = undefined;
    });
    return this.#running = flush;
  }

  /** Opened anew each time: a handle would go on flushing a folder that was since replaced. */
  async #flush(): Promise<void> {
    if (Deno.build.os === "windows") return; // it opens no folders, and logs its entries itself
    using folder = Deno.openSync(this.#path);
    await folder.sync();
  }
}
