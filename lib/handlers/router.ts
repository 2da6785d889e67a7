/**
 * Which handler answers which request.
 *
 * @module
 */

import { HttpError } from "../http/errors.ts";
import type { Request } from "../http/request.ts";
import { type Answer, errorAnswer, fieldBlock } from "../http/response.ts";
import type { Redirection, RedirectTable } from "../security/redirect_table.ts";
import { Refusal } from "../security/refusal.ts";
import type { PathAccepted } from "../security/target_path.ts";
import type { Caller } from "../security/admin.ts";
import type { AdminSurface } from "./admin.ts";
import type { ErrorPages } from "./error_pages.ts";
import type { FileHandler } from "./files.ts";
import { JudgedNames } from "./judged_names.ts";
import type { Handled } from "./handled.ts";
import { redirectAnswer } from "./location.ts";
import type { Moment } from "./moment.ts";
import { type Mount, Mounts } from "./mounts.ts";
import type { UploadHandler } from "./uploads.ts";

export { type Handled, isSink } from "./handled.ts";

/** Where uploads are posted to. */
export const UPLOAD_PATH = "/upload";

/** Where they can be fetched again. */
export const UPLOADS_PATH = "/uploads";

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
  /** Files of further folders. */
  readonly mounted?: readonly Mount<FileHandler>[];
  /** Pages for errors. */
  readonly errorPages?: ErrorPages | undefined;
}

/** Where things are. */
export interface Places {
  /** The path that all of them lie below, without a slash at its end; empty for none. */
  readonly base: string;
  /** What leads somewhere else, if anything does; paths are those below the base. */
  readonly redirects: RedirectTable | undefined;
}

/** Finds the handler of a request. */
export class Router {
  readonly #handlers: Handlers;
  readonly #names = new JudgedNames();
  readonly #mounts: Mounts<FileHandler>;
  readonly #base: string;
  readonly #belowBase: Mounts<undefined>;
  readonly #redirects: RedirectTable | undefined;

  /** Routes to `handlers`. */
  constructor(
    handlers: Handlers,
    { base, redirects }: Places = { base: "", redirects: undefined },
  ) {
    this.#handlers = handlers;
    const uploaded = { urlPath: UPLOADS_PATH, handler: handlers.uploaded };
    this.#mounts = new Mounts([uploaded, ...handlers.mounted ?? []]);
    this.#base = base;
    this.#belowBase = new Mounts([{ urlPath: base, handler: undefined }]);
    this.#redirects = redirects;
  }

  /**
   * Handles a request whose host is ours.
   *
   * @throws {HttpError} The status to answer with, as one that is handed back; a {@linkcode Refusal} where
   * it is worth a record.
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
    return this.#base === ""
      ? this.#handleName(request, name, moment, caller)
      : this.#handleBelow(request, name, moment, caller);
  }

  /** A page for an error, where a person would rather see one; see {@linkcode ErrorPages}. */
  errorPage(request: Request, status: number, fields: string, moment: Moment): Answer | undefined {
    return this.#handlers.errorPages?.answer(request, status, fields, moment);
  }

  /** Handles what lies below the base, as if that were the top; there is nothing beside it. */
  #handleBelow(request: Request, name: PathAccepted, moment: Moment, caller: Caller): Handled {
    const inside = this.#belowBase.find(name)?.name;
    if (inside === undefined) return new HttpError(404, "Cannot find the target");
    if (inside.segments.length > 0 || name.trailingSlash) {
      return this.#handleName(request, inside, moment, caller);
    }
    return redirectAnswer(301, `${this.#base}/`, request.target.query);
  }

  #handleName(request: Request, name: PathAccepted, moment: Moment, caller: Caller): Handled {
    if (this.#redirects !== undefined) {
      const slash = name.trailingSlash && name.segments.length > 0 ? "/" : "";
      const found = this.#redirects.find(name.path + slash);
      if (found !== undefined) return this.#redirect(request, found);
    }
    if (name.path === UPLOAD_PATH && !name.trailingSlash) {
      return this.#upload(request, moment, caller);
    }
    return this.#file(request, name, moment);
  }

  /** Lets go of everything: nobody will ask again. Answers under way keep what they hold. */
  close(): void {
    const { files, uploaded, mounted = [], errorPages } = this.#handlers;
    files.close();
    uploaded.close();
    for (const { handler } of mounted) handler.close();
    errorPages?.close();
  }

  /** Lets go of what nobody asked for lately; to be called now and then. */
  tidy(moment: Moment): void {
    const { files, uploaded, mounted = [], errorPages } = this.#handlers;
    files.tidy(moment);
    uploaded.tidy(moment);
    for (const { handler } of mounted) handler.tidy(moment);
    errorPages?.tidy(moment);
  }

  #redirect({ target }: Request, { status, location }: Redirection): Answer {
    const isOwn = location.startsWith("/");
    return redirectAnswer(status, isOwn ? this.#base + location : location, target.query);
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

  #file(request: Request, name: PathAccepted, moment: Moment): Handled {
    switch (request.method) {
      case "GET":
      case "HEAD":
        break;
      case "OPTIONS":
        return allowed(FILE_METHODS);
      default:
        return notAllowed(FILE_METHODS);
    }
    const placed = this.#mounts.find(name);
    if (placed === undefined) return this.#handlers.files.answer(request, name, moment);
    return placed.handler.answer(request, placed.name, moment);
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
