/**
 * POST /upload: a JSON text becomes a file, whole or not at all.
 *
 * The text streams into a file of a temporary name, checked on its way; at its end the file is
 * flushed, renamed, and its folder flushed, and only then the client hears 201. A half file is never
 * visible, and what was acknowledged is on disk.
 *
 * @module
 */

import type { ContentSink } from "../http/content.ts";
import { HttpError } from "../http/errors.ts";
import type { Request } from "../http/request.ts";
import { type Answer, fieldBlock } from "../http/response.ts";
import { BytesContent } from "../http/content.ts";
import type { Folder } from "./folder.ts";
import { JsonValidator } from "./json_validator.ts";

/** How temporary names start: with a dot, so that they are never served. */
export const PARTIAL_PREFIX = ".upload_";

const JSON_TYPE = /^application\/json[ \t]*(;[ \t]*charset="?utf-8"?[ \t]*)?$/i;

const encoder = new TextEncoder();

/** Where uploads go, and what is said of it. */
export interface UploadOptions {
  /** The folder uploads lie in. */
  readonly folder: Folder;
  /** Where it is served: a path without a slash at its end. */
  readonly urlPath: string;
  /** Told of each upload that is stored. */
  readonly stored?: (sizeBytes: number) => void;
}

/** Takes uploads. */
export class UploadHandler {
  readonly #options: UploadOptions;

  /** Takes uploads into a folder that exists. */
  constructor(options: UploadOptions) {
    this.#options = options;
  }

  /**
   * Begins an upload.
   *
   * @param nowMs Now, in milliseconds since 1970; part of the name.
   * @throws {HttpError} 415 when the content is not declared as JSON.
   */
  begin(request: Request, nowMs: number): ContentSink<Answer> {
    const mediaType = request.fields.get("content-type") ?? "";
    if (!JSON_TYPE.test(mediaType)) {
      throw new HttpError(
        415,
        "Cannot accept the content: application/json is the only type taken",
      );
    }
    if (request.fields.has("content-encoding")) {
      throw new HttpError(415, "Cannot accept the content: no content coding is taken"); // RFC 9110 §8.4
    }
    return new Upload(this.#options, uploadName(nowMs));
  }
}

/** `upload_<UTC time>_<random>.json`: 64 random bits, so that names neither clash nor can be guessed. */
function uploadName(nowMs: number): string {
  const time = new Date(nowMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "_");
  const random = crypto.getRandomValues(new Uint8Array(8));
  const hex = Array.from(random, (octet) => octet.toString(16).padStart(2, "0")).join("");
  return `upload_${time}_${hex}.json`;
}

/** One upload under way. The file is opened with the first octets: a refused request makes none. */
class Upload implements ContentSink<Answer> {
  readonly #options: UploadOptions;
  readonly #name: string;
  readonly #partialPath: string;
  readonly #validator = new JsonValidator();
  #file: Deno.FsFile | undefined;
  #sizeBytes = 0;

  constructor(options: UploadOptions, name: string) {
    this.#options = options;
    this.#name = name;
    this.#partialPath = options.folder.join(`.${name}.part`);
  }

  write(bytes: Uint8Array): void {
    this.#validator.write(bytes);
    this.#sizeBytes += bytes.length;
    try {
      const file = this.#file ??= Deno.openSync(this.#partialPath, {
        write: true,
        createNew: true,
      });
      for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
    } catch (error) {
      throw storageError(error);
    }
  }

  async end(): Promise<Answer> {
    this.#validator.end();
    try {
      await this.#publish();
    } catch (error) {
      throw storageError(error);
    }
    return this.#created();
  }

  abort(): void {
    const file = this.#file;
    this.#file = undefined;
    if (file === undefined) return;
    file.close();
    try {
      Deno.removeSync(this.#partialPath);
    } catch {
      // Gone already, or the folder is: there is nothing left to leave behind.
    }
  }

  /** File first, name second, folder last: at no moment does the name stand for less than the whole. */
  async #publish(): Promise<void> {
    const file = this.#file;
    if (file === undefined) throw new Error("Cannot go on: a valid text has at least one octet");
    await file.sync();
    await Deno.rename(this.#partialPath, this.#options.folder.join(this.#name));
    this.#file = undefined;
    file.close();
    using folder = await Deno.open(this.#options.folder.pathOf([]));
    await folder.sync();
  }

  #created(): Answer {
    this.#options.stored?.(this.#sizeBytes);
    const location = `${this.#options.urlPath}/${this.#name}`;
    const content = JSON.stringify({
      status: "success",
      message: "Upload stored",
      filepath: location,
      size: this.#sizeBytes,
    });
    return {
      status: 201,
      fields: fieldBlock({ "Content-Type": "application/json; charset=utf-8", Location: location }),
      content: new BytesContent(encoder.encode(`${content}\n`)),
    };
  }
}

/** What a failing disk means to the client; its own words go to the log alone. */
function storageError(cause: unknown): HttpError {
  if (cause instanceof HttpError) return cause;
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  return code === "ENOSPC" || code === "EDQUOT"
    ? new HttpError(507, "Cannot store the upload: no space is left", { cause })
    : new HttpError(500, "Cannot store the upload", { cause });
}
