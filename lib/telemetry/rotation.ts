/**
 * The numbered files that a log has left behind: `FILE.1` is the youngest.
 *
 * @module
 */

/**
 * Moves `path` to `path.1`, the file of that name to `path.2` and so on. The file numbered `kept` is
 * replaced, and only then: everything moves up to the first number that is free, so a rotation that
 * broke off half-way and is tried again costs no file. Afterwards there is no file named `path`.
 *
 * @param kept How many numbered files there may be, at least 1.
 * @throws {Error} if the system or the runtime refuses a step; every file still has a name then.
 */
export async function rotateFiles(path: string, kept: number): Promise<void> {
  let free = 1;
  while (free < kept && await exists(numbered(path, free))) free++;
  for (let number = free; number > 1; number--) {
    await Deno.rename(numbered(path, number - 1), numbered(path, number));
  }
  await Deno.rename(path, numbered(path, 1));
}

/**
 * Whether `other` is a name that rotating `path` may take.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(isNumberedName("log.txt", "log.txt.1"), true);
 * assertEquals(isNumberedName("log.txt", "log.txt.json"), false);
 * ```
 */
export function isNumberedName(path: string, other: string): boolean {
  return other.startsWith(`${path}.`) && /^[1-9]\d*$/.test(other.slice(path.length + 1));
}

function numbered(path: string, number: number): string {
  return `${path}.${number}`;
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
