// A disk of its own for a folder, as small as one likes: a file system in memory.

import { run } from "../integration/tool.ts";

/** A mounted file system. */
export class SmallDisk implements AsyncDisposable {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /** Puts a disk of so many bytes in the place of the folder at `path`. */
  static async mount(path: string, bytes: number): Promise<SmallDisk> {
    await run("mount", "-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", path);
    return new SmallDisk(path);
  }

  /** Lets nobody write to it, or everybody again. */
  async setWritable(isWritable: boolean): Promise<void> {
    await run("mount", "-o", `remount,${isWritable ? "rw" : "ro"}`, this.#path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await run("umount", this.#path);
  }
}

/** Whether this process may mount disks: root may, unless it is in a container without the right. */
export async function canMount(): Promise<boolean> {
  const folder = await Deno.makeTempDir({ prefix: "sluice_" });
  try {
    await using _disk = await SmallDisk.mount(folder, 4_096);
    return true;
  } catch {
    return false;
  } finally {
    await Deno.remove(folder);
  }
}
