/**
 * How the server is doing: `/health` for everybody, `/metrics` and `/security-dashboard` for those
 * who may know. These paths are the server's own, whatever lies in the served folder.
 *
 * @module
 */

import { preferredType } from "../http/accept.ts";
import { BytesContent, type ContentSource } from "../http/content.ts";
import { HttpError } from "../http/errors.ts";
import type { Request } from "../http/request.ts";
import { type Answer, errorAnswer, fieldBlock } from "../http/response.ts";
import type { AdminPolicy, Caller } from "../security/admin.ts";
import type { Observer } from "../telemetry/observer.ts";
import { exposition, EXPOSITION_TYPES } from "../telemetry/prometheus.ts";
import { overviewOf, statusOf } from "../telemetry/summary.ts";
import type { DashboardStreams } from "./dashboard_streams.ts";
import type { Moment } from "./moment.ts";

/** Public, unless it is asked to be verbose. */
export const HEALTH_PATH = "/health";

/** For machines. */
export const METRICS_PATH = "/metrics";

/** For people; the files of the page and its events lie below it. */
export const DASHBOARD_PATH = "/security-dashboard";

const EVENTS_NAME = "events";
const METHODS = "GET, HEAD, OPTIONS";
const JSON_TYPE = "application/json";

/** The page has its scripts and styles in files of its own, asks nobody else, and is framed by nobody. */
const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
  "img-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** What it says is of this moment and for this reader alone. */
const PRIVATE_FIELDS = fieldBlock({
  "Cache-Control": "no-store",
  "Content-Security-Policy": PAGE_POLICY,
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Frame-Options": "DENY",
});

const PUBLIC_FIELDS = fieldBlock({ "Cache-Control": "no-store" });

const encoder = new TextEncoder();

/** A file of the dashboard's page. */
export interface PageFile {
  /** As `Content-Type` says it. */
  readonly mediaType: string;
  /** Its octets. */
  readonly bytes: Uint8Array;
}

/** What the admin surface is made of. */
export interface AdminParts {
  /** Who may see it. */
  readonly policy: AdminPolicy;
  /** Where everything is read. */
  readonly observer: Observer;
  /** Whether anything is counted: without, there is nothing to see but the health. */
  readonly isCounting: boolean;
  /** The dashboard's files by name; the page itself is `page.html`. */
  readonly page: ReadonlyMap<string, PageFile>;
  /** Its events. */
  readonly streams: DashboardStreams;
}

/** The server's own paths. */
export class AdminSurface {
  readonly #parts: AdminParts;

  /** Puts it together. */
  constructor(parts: AdminParts) {
    this.#parts = parts;
  }

  /**
   * Answers a request for one of the server's own paths.
   *
   * @param path Judged and decoded, without a slash at its end.
   * @returns `undefined` for any other path.
   * @throws {HttpError} 401 or 403 for a caller who may not know, 404 and 405 as everywhere, 406 for
   * a form nobody speaks.
   */
  answer(request: Request, path: string, moment: Moment, caller: Caller): Answer | undefined {
    if (path === HEALTH_PATH) return this.#guard(request) ?? this.#health(request, moment, caller);
    if (!this.#parts.isCounting) return undefined;
    const isDashboard = path === DASHBOARD_PATH || path.startsWith(`${DASHBOARD_PATH}/`);
    if (!isDashboard && path !== METRICS_PATH) return undefined;
    this.#parts.policy.admit(request.fields, caller);
    const refused = this.#guard(request);
    if (refused !== undefined) return refused;
    if (path === METRICS_PATH) return this.#metrics(request, moment);
    const name = path.slice(DASHBOARD_PATH.length + 1);
    return name === "" ? this.#dashboard(request, moment) : this.#below(name, moment);
  }

  #guard({ method }: Request): Answer | undefined {
    if (method === "GET" || method === "HEAD") return undefined;
    if (method === "OPTIONS") return { status: 204, fields: fieldBlock({ Allow: METHODS }) };
    return errorAnswer(
      new HttpError(405, "Cannot serve the method here"),
      fieldBlock({ Allow: METHODS }),
    );
  }

  #health(request: Request, { epochMs }: Moment, caller: Caller): Answer {
    const { observer, policy } = this.#parts;
    const isVerbose = parameters(request).has("verbose");
    if (isVerbose) policy.admit(request.fields, caller);
    const server = observer.server();
    const { version } = observer.facts;
    const [alive, total] = [observer.aliveWorkers(server), observer.workers];
    const status = statusOf(server, alive, total);
    const uptimeSeconds = Math.round(epochMs - server.cell("startedMs")) / 1000;
    const brief = { status, version, uptimeSeconds, workers: { alive, total } };
    const value = isVerbose ? { ...overviewOf(observer.observe(epochMs)), ...brief } : brief;
    const isServing = status !== "draining" && alive > 0;
    return json(isServing ? 200 : 503, value, isVerbose ? PRIVATE_FIELDS : PUBLIC_FIELDS);
  }

  #metrics(request: Request, { epochMs }: Moment): Answer {
    const observation = this.#parts.observer.observe(epochMs);
    switch (formOf(request, ["text/plain", "application/openmetrics-text", JSON_TYPE])) {
      case JSON_TYPE:
        return json(200, overviewOf(observation), PRIVATE_FIELDS);
      case "application/openmetrics-text":
        return text(EXPOSITION_TYPES.openmetrics, exposition(observation, "openmetrics"));
      default:
        return text(EXPOSITION_TYPES.prometheus, exposition(observation, "prometheus"));
    }
  }

  #dashboard(request: Request, { epochMs }: Moment): Answer {
    if (formOf(request, ["text/html", JSON_TYPE]) === "text/html") return this.#file("page.html");
    return json(200, overviewOf(this.#parts.observer.observe(epochMs)), PRIVATE_FIELDS);
  }

  #below(name: string, moment: Moment): Answer {
    if (name !== EVENTS_NAME) return this.#file(name);
    return {
      status: 200,
      fields: `Content-Type: text/event-stream\r\n${PRIVATE_FIELDS}`,
      content: this.#parts.streams.open(moment),
      isPrivate: true,
    };
  }

  #file(name: string): Answer {
    const file = this.#parts.page.get(name);
    if (file === undefined) throw new HttpError(404, "Cannot find the target");
    return own(file.mediaType, new BytesContent(file.bytes));
  }
}

/** The parameters of a query (WHATWG URL, "urlencoded parsing"). */
function parameters({ target }: Request): URLSearchParams {
  return new URLSearchParams(target.query);
}

/** Names of the forms, for those who cannot set `Accept`. */
const FORMATS: ReadonlyMap<string, string> = new Map([
  ["json", JSON_TYPE],
  ["prometheus", "text/plain"],
  ["openmetrics", "application/openmetrics-text"],
  ["html", "text/html"],
]);

/**
 * Which of the forms is wanted: by `?format=`, else by `Accept`.
 *
 * @throws {HttpError} 406 when it is none of those.
 */
function formOf(request: Request, offered: readonly string[]): string {
  const format = parameters(request).get("format");
  const wanted = format === null
    ? preferredType(request.fields.get("accept"), offered)
    : FORMATS.get(format);
  if (wanted !== undefined && offered.includes(wanted)) return wanted;
  throw new HttpError(406, "Cannot write the answer in a form that was asked for");
}

function own(mediaType: string, content: ContentSource): Answer {
  const fields = `Content-Type: ${mediaType}\r\n${PRIVATE_FIELDS}`;
  return { status: 200, fields, content, isPrivate: true };
}

function text(mediaType: string, value: string): Answer {
  return own(mediaType, new BytesContent(encoder.encode(value)));
}

function json(status: number, value: unknown, fields: string): Answer {
  return {
    status,
    fields: `Content-Type: ${JSON_TYPE}; charset=utf-8\r\n${fields}`,
    content: new BytesContent(encoder.encode(`${JSON.stringify(value)}\n`)),
    isPrivate: fields === PRIVATE_FIELDS,
  };
}
