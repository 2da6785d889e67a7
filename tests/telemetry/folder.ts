import { join } from "@std/path";

/** A folder for one test's files, gone after it. */
export class Folder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** Runs a test with a folder of its own. */
  static async with(test: (folder: Folder) => Promise<void>): Promise<void> {
    const folder = new Folder(await Deno.makeTempDir());
    try {
      await test(folder);
    } finally {
      await Deno.remove(folder.path, { recursive: true });
    }
  }

  /** Path of a file in it. */
  at(name: string): string {
    return join(this.path, name);
  }

  /** Creates a file. */
  write(name: string, text: string): Promise<void> {
    return Deno.writeTextFile(this.at(name), text);
  }

  /** Text of a file. */
  read(name: string): Promise<string> {
    return Deno.readTextFile(this.at(name));
  }

  /** Names of everything in it, in order. */
  names(): string[] {
    return [...Deno.readDirSync(this.path)].map(({ name }) => name).toSorted();
  }

  /** Text of a rotated log, the oldest file first. */
  async readAll(name: string): Promise<string> {
    const count = this.names().length - 1;
    const older = Array.from({ length: count }, (_, at) => `${name}.${count - at}`);
    const texts = await Promise.all([...older, name].map((name) => this.read(name)));
    return texts.join("");
  }
}
