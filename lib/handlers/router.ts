/**
 * Which handler answers which request.
 *
 * @module
 */

import type { ContentSink } from "../http/content.ts";
import { HttpError } from "../http/errors.ts";
import type { Request } from "../http/request.ts";
import { type Answer, errorAnswer, fieldBlock } from "../http/response.ts";
import { Refusal } from "../security/refusal.ts";
import type { PathAccepted } from "../security/target_path.ts";
import type { Caller } from "../security/admin.ts";
import type { AdminSurface } from "./admin.ts";
import type { FileHandler } from "./files.ts";
import { JudgedNames } from "./judged_names.ts";
import type { Moment } from "./moment.ts";
import type { UploadHandler } from "./uploads.ts";

/** Where uploads are posted to. */
export const UPLOAD_PATH = "/upload";

/** Where they can be fetched again. */
export const UPLOADS_PATH = "/uploads";

const UPLOADS_SEGMENT = UPLOADS_PATH.slice(1);

/** Methods that exist (RFC 9110 §9.3, RFC 5789): one of them is refused with 405, any other with 501. */
const KNOWN_METHODS: ReadonlySet<string> = new Set([
  "GET",
  "HEAD",
  "POST",
  "OPTIONS",
  "PUT",
  "DELETE",
  "PATCH",
  "TRACE",
  "CONNECT",
]);

const FILE_METHODS = "GET, HEAD, OPTIONS";
const UPLOAD_METHODS = "POST, OPTIONS";
const ALL_METHODS = "GET, HEAD, POST, OPTIONS";

/** What came of a request: an answer, or somebody who wants its content first. */
export type Handled = Answer | ContentSink<Answer>;

/** Whether a request's content is wanted. */
export function isSink(handled: Handled): handled is ContentSink<Answer> {
  return "end" in handled;
}

/** The handlers behind the router. */
export interface Handlers {
  /** Files of the served root. */
  readonly files: FileHandler;
  /** Files of the upload folder. */
  readonly uploaded: FileHandler;
  /** Takes uploads. */
  readonly uploads: UploadHandler;
  /** Tells how the server is doing, if anybody may know. */
  readonly admin?: AdminSurface;
}

/** Finds the handler of a request. */
export class Router {
  readonly #handlers: Handlers;
  readonly #names = new JudgedNames();

  /** Routes to `handlers`. */
  constructor(handlers: Handlers) {
    this.#handlers = handlers;
  }

  /**
   * Handles a request whose host is ours.
   *
   * @throws {HttpError} The status to answer with; a {@linkcode Refusal} where it is worth a record.
   */
  handle(request: Request, moment: Moment, caller: Caller): Handled {
    const { method, target } = request;
    if (!KNOWN_METHODS.has(method)) {
      throw new HttpError(501, "Cannot serve the method: unknown here");
    }
    if (target.form === "authority") return notAllowed(ALL_METHODS);
    if (target.form === "asterisk") return allowed(ALL_METHODS);
    const name = this.#names.judge(target.path);
    if (!name.ok) {
      throw new Refusal(name.status, name.rule, `Cannot serve the target: ${name.rule}`);
    }
    const own = this.#handlers.admin?.answer(request, name.path, moment, caller);
    if (own !== undefined) return own;
    if (name.path === UPLOAD_PATH && !name.trailingSlash) {
      return this.#upload(request, moment, caller);
    }
    return this.#file(request, name, moment);
  }

  /** Lets go of everything: nobody will ask again. Answers under way keep what they hold. */
  close(): void {
    this.#handlers.files.close();
    this.#handlers.uploaded.close();
  }

  /** Lets go of what nobody asked for lately; to be called now and then. */
  tidy(moment: Moment): void {
    this.#handlers.files.tidy(moment);
    this.#handlers.uploaded.tidy(moment);
  }

  #upload(request: Request, { epochMs }: Moment, { client }: Caller): Handled {
    switch (request.method) {
      case "POST":
        return this.#handlers.uploads.begin(request, client, epochMs);
      case "OPTIONS":
        return allowed(UPLOAD_METHODS);
      default:
        return notAllowed(UPLOAD_METHODS);
    }
  }

  #file(request: Request, name: PathAccepted, moment: Moment): Answer {
    switch (request.method) {
      case "GET":
      case "HEAD":
        break;
      case "OPTIONS":
        return allowed(FILE_METHODS);
      default:
        return notAllowed(FILE_METHODS);
    }
    if (name.segments[0] !== UPLOADS_SEGMENT) {
      return this.#handlers.files.answer(request, name, moment);
    }
    const below = { ...name, segments: name.segments.slice(1) };
    return this.#handlers.uploaded.answer(request, below, moment);
  }
}

/** RFC 9110 §9.3.7: what may be asked of a resource, or of the server. */
function allowed(methods: string): Answer {
  return { status: 204, fields: fieldBlock({ Allow: methods }) };
}

function notAllowed(methods: string): Answer {
  const error = new HttpError(405, "Cannot serve the method here");
  return errorAnswer(error, fieldBlock({ Allow: methods }));
}
