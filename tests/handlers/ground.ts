// A folder on disk, and requests to the handlers that serve it, without a connection.

import { assert } from "@std/assert";
import { dirname, join } from "@std/path";
import { type Handled, isSink } from "../../lib/handlers/handled.ts";
import type { Moment } from "../../lib/handlers/moment.ts";
import type { ContentSource } from "../../lib/http/content.ts";
import { HttpError } from "../../lib/http/errors.ts";
import type { Request } from "../../lib/http/request.ts";
import type { Answer } from "../../lib/http/response.ts";
import { Session } from "../../lib/http/session.ts";
import { type PathAccepted, resolveTargetPath } from "../../lib/security/target_path.ts";
import { allocateClaims, UploadClaims } from "../../lib/security/upload_claims.ts";
import { textOf } from "../integration/answer.ts";

/** Bounds of the sessions here. */
export const LIMITS = {
  headBytesMax: 16_384,
  targetBytesMax: 8_192,
  fieldsMax: 100,
  bodyBytesMax: 1_000_000,
  requestsMax: 100,
};

/** Whom requests come from, where it does not matter. */
export const CLIENT = "192.0.2.1";

/** The claims of a server with one worker. */
export function claims(): UploadClaims {
  return new UploadClaims(allocateClaims(), [1, 2], 0);
}

/** A temporary folder that is gone after the test. */
export async function withFolder(test: (folder: string) => Promise<void> | void): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "sluice_" }));
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Declares a test with a folder and leak checks. */
export function folderTest(name: string, test: (folder: string) => Promise<void> | void): void {
  Deno.test({
    name,
    sanitizeOps: true,
    sanitizeResources: true,
    fn: () => withFolder(test),
  });
}

/** Writes a file, and the folders it lies in. @returns Its path. */
export function put(folder: string, name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  Deno.mkdirSync(dirname(path), { recursive: true });
  Deno.writeFileSync(
    path,
    typeof content === "string" ? new TextEncoder().encode(content) : content,
  );
  return path;
}

/** The request that these lines are. */
export function asked(line: string, ...fields: readonly string[]): Request {
  const session = new Session(LIMITS);
  const head = [`${line} HTTP/1.1`, "Host: localhost", ...fields, "", ""].join("\r\n");
  session.receive(new TextEncoder().encode(head));
  const event = session.next();
  assert(event?.kind === "request", `the request must be understood: ${line}`);
  return event.request;
}

/** The judged name of a path. */
export function named(path: string): PathAccepted {
  const verdict = resolveTargetPath(path);
  assert(verdict.ok, `the path must be accepted: ${path}`);
  return verdict;
}

/**
 * The answer that is there at once.
 *
 * @throws {HttpError} The failure that was handed back instead.
 */
export function ready(handled: Handled): Answer {
  if (handled instanceof HttpError) throw handled;
  assert(!isSink(handled), "the answer must be there at once");
  return handled;
}

/** Later moments of one clock. Files that were just written count as settled in all of them. */
export class Rounds {
  #round = 0;

  /** A moment in a new round. */
  next(): Moment {
    this.#round++;
    return { round: this.#round, epochMs: Date.now() + 10_000 + this.#round };
  }
}

/** Everything a source gives, one character per octet, pulled in pieces of this size, after which it is closed. */
export function drained(source: ContentSource | undefined, pieceBytes = 1_000): string {
  if (source === undefined) return "";
  let text = "";
  const piece = new Uint8Array(pieceBytes);
  for (let count = source.read(piece); count > 0; count = source.read(piece)) {
    text += textOf(piece.subarray(0, count));
  }
  source.close();
  return text;
}
