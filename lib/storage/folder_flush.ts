/**
 * Flushes under way at one time. With one, whoever comes in the middle of it waits for two; with two,
 * the file system joins the second to the end of the first. More only take threads.
 */
const FLUSHES_MAX = 2;

/**
 * Puts a folder's entries on the disk, for many files at one time: whoever asks while enough flushes
 * are under way shares the next one, as those may have begun before the new name was there.
 */
export class FolderFlush {
  readonly #path: string;
  #running = 0;
  #next: PromiseWithResolvers<void> | undefined;

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
    if (this.#running < FLUSHES_MAX) return this.#run();
    this.#next ??= Promise.withResolvers();
    return this.#next.promise;
  }

  async #run(): Promise<void> {
    this.#running++;
    try {
      await sync(this.#path);
    } finally {
      this.#running--;
      const next = this.#next;
      this.#next = undefined;
      if (next !== undefined) this.#run().then(next.resolve, next.reject);
    }
  }
}

/** Opens the folder anew each time: a handle would go on flushing one that was since replaced. */
async function sync(path: string): Promise<void> {
  if (Deno.build.os === "windows") return; // it opens no folders, and logs its entries itself
  using folder = Deno.openSync(path);
  await folder.sync();
}
