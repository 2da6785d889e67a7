/**
 * POST /upload: a JSON text becomes a file, whole or not at all.
 *
 * The text streams into a file of a temporary name, checked on its way; at its end the file is
 * flushed, gets its name, and its folder is flushed, and only then the client hears 201. A half file
 * is never visible, and what was acknowledged is on disk. Many uploads at one time wait for their
 * flushes side by side, and share those of the folder.
 *
 * @module
 */

import { BytesContent, type ContentSink } from "../http/content.ts";
import { HttpError } from "../http/errors.ts";
import { parseIdempotencyKey } from "../http/idempotency_key.ts";
import type { Request } from "../http/request.ts";
import { type Answer, fieldBlock } from "../http/response.ts";
import type { UploadClaims } from "../security/upload_claims.ts";
import { FolderFlush } from "../storage/folder_flush.ts";
import type { Folder } from "./folder.ts";
import { JsonValidator } from "./json_validator.ts";
import { KeyedUploads } from "./keyed_uploads.ts";
import { NewUpload, type UploadTarget } from "./upload_target.ts";

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
  /** Keys of uploads that are under way. */
  readonly claims: UploadClaims;
}

/** Takes uploads. */
export class UploadHandler {
  readonly #folder: Folder;
  readonly #urlPath: string;
  readonly #keyed: KeyedUploads;
  readonly #folderFlush: FolderFlush;
  readonly #stored: (sizeBytes: number) => void;

  /** Takes uploads into a folder that exists. */
  constructor({ folder, urlPath, claims, stored = () => {} }: UploadOptions) {
    this.#folder = folder;
    this.#urlPath = urlPath;
    this.#keyed = new KeyedUploads(folder, claims);
    this.#folderFlush = new FolderFlush(folder.pathOf([]));
    this.#stored = stored;
  }

  /**
   * Begins an upload.
   *
   * @param client Address of the client, whose own its `Idempotency-Key` is.
   * @param epochMs Now, in milliseconds since 1970; part of the name.
   * @throws {HttpError} 415 when the content is not declared as JSON, 400 for a malformed key.
   */
  begin(request: Request, client: string, epochMs: number): ContentSink<Answer> {
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
    const key = keyOf(request);
    return new Upload({
      urlPath: this.#urlPath,
      folderFlush: this.#folderFlush,
      stored: this.#stored,
      open: () =>
        key === undefined
          ? new NewUpload(this.#folder.pathOf([]), epochMs)
          : this.#keyed.begin(key, client, epochMs),
    });
  }
}

/** The request's key, if it has one. */
function keyOf({ fields }: Request): string | undefined {
  const field = fields.get("idempotency-key");
  if (field === undefined) return undefined;
  const key = parseIdempotencyKey(field);
  if (key === undefined) {
    throw new HttpError(
      400,
      "Cannot use the Idempotency-Key: must be one string of 1 to 255 characters",
    );
  }
  return key;
}

/** What an upload needs of its handler. */
interface UploadGround {
  readonly urlPath: string;
  readonly folderFlush: FolderFlush;
  readonly stored: (sizeBytes: number) => void;
  /** Makes the target. */
  readonly open: () => UploadTarget;
}

/** One upload under way. The target is made with the first octets: a refused request makes none. */
class Upload implements ContentSink<Answer> {
  readonly #ground: UploadGround;
  readonly #validator = new JsonValidator();
  #target: UploadTarget | undefined;
  #sizeBytes = 0;

  constructor(ground: UploadGround) {
    this.#ground = ground;
  }

  write(bytes: Uint8Array): void {
    this.#validator.write(bytes);
    this.#sizeBytes += bytes.length;
    try {
      this.#target ??= this.#ground.open();
      this.#target.write(bytes);
    } catch (error) {
      throw storageError(error);
    }
  }

  async end(): Promise<Answer> {
    this.#validator.end();
    const target = this.#target;
    if (target === undefined) throw new Error("Cannot go on: a valid text has at least one octet");
    try {
      // File first, name second, folder last: at no moment does the name stand for less than the whole.
      await target.publish();
      await this.#ground.folderFlush.flush();
    } catch (error) {
      throw storageError(error);
    }
    if (target.isNew) this.#ground.stored(this.#sizeBytes);
    return this.#created(target.name);
  }

  abort(): void {
    this.#target?.discard();
  }

  #created(name: string): Answer {
    const location = `${this.#ground.urlPath}/${name}`;
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
