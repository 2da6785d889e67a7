/**
 * The secret that names are derived with, where a name has to be found again: without it, names
 * could be computed by whoever knows what they are derived from.
 *
 * It lies in the upload folder, as it has to outlive the process and to be the same for all servers
 * over the folder. It is made when it is needed first, hidden like all that is not to be served, and
 * for its owner alone to read.
 *
 * @module
 */

import { join } from "@std/path";
import { PartialFile } from "./partial_file.ts";
import { HIDDEN_PREFIX } from "./upload_name.ts";

/** Its file. */
export const SECRET_NAME: string = `${HIDDEN_PREFIX}secret`;

/** As many octets as the hash functions it is a key for give. */
const SECRET_BYTES = 32;

/**
 * The secret of a folder, which gets one if it has none. It is read each time, so that no thread
 * goes on with that of a folder which was since replaced.
 *
 * @param folder Path of the upload folder.
 * @param epochMs Now, in milliseconds since 1970.
 * @throws {Error} What the file system says, or that the file is not one of ours.
 */
export function namingSecret(folder: string, epochMs: number): Uint8Array {
  return readSecret(folder) ?? makeSecret(folder, epochMs);
}

function readSecret(folder: string): Uint8Array | undefined {
  try {
    const secret = Deno.readFileSync(join(folder, SECRET_NAME));
    if (secret.length === SECRET_BYTES) return secret;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  throw new Error(
    `Cannot use ${SECRET_NAME} in the upload folder: must have ${SECRET_BYTES} octets, remove it ` +
      "and a new one is made",
  );
}

function makeSecret(folder: string, epochMs: number): Uint8Array {
  const secret = crypto.getRandomValues(new Uint8Array(SECRET_BYTES));
  const file = PartialFile.create(folder, epochMs, 0o600);
  try {
    file.write(secret);
    file.flushSync(); // its name is flushed with that of the first upload that it names
    if (file.publishNew(SECRET_NAME)) return secret;
  } finally {
    file.discard();
  }
  return namingSecret(folder, epochMs); // somebody else was faster
}
