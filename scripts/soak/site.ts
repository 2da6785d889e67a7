// The site of a run: files of all sizes, whose bytes are known without keeping them all.

import { join } from "@std/path";
import { writeFile } from "../../tests/integration/harness.ts";
import { pattern } from "../../tests/integration/pattern.ts";

/** Sizes in bytes: nothing, one, a segment, what is kept in memory and what is not, many blocks. */
const SIZES = [0, 1, 100, 1_024, 20_000, 65_536, 65_537, 300_000, 3_000_000];

/** One file, and what is in it. */
export interface SoakFile {
  readonly target: string;
  readonly content: Uint8Array<ArrayBuffer>;
}

/** The same files in each run. */
export const FILES: readonly SoakFile[] = SIZES.map((bytes, index) => ({
  target: `/file${index}.bin`,
  content: pattern(bytes, index + 1),
}));

/** The one that is worth leaving in the middle. */
export const LARGEST: SoakFile = FILES.at(-1) ?? { target: "/", content: new Uint8Array(0) };

/** A text that is sent gzipped. */
export const TEXT: SoakFile = {
  target: "/text.txt",
  content: new TextEncoder().encode("A line of a text that is sent gzipped.\n".repeat(5_000)),
};

/** Writes them all below `folder`. */
export async function makeSite(folder: string): Promise<void> {
  for (const { target, content } of [...FILES, TEXT]) {
    await writeFile(join(folder, target), content);
  }
}
