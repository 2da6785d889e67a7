/**
 * GET and HEAD of files: names become files, files become answers.
 *
 * @module
 */

import { BytesContent } from "../http/content.ts";
import { type Conditions, evaluate, rangeApplies } from "../http/conditional.ts";
import { HttpError } from "../http/errors.ts";
import {
  type ByteRange,
  contentRange,
  multipartHead,
  multipartTail,
  parseRange,
  unsatisfiedContentRange,
} from "../http/range.ts";
import type { Request } from "../http/request.ts";
import { type Answer, errorAnswer, fieldBlock } from "../http/response.ts";
import type { PathAccepted } from "../security/target_path.ts";
import { Catalogue } from "./catalogue.ts";
import { chooseCoding } from "./coding.ts";
import type { KnownFile } from "./file_cache.ts";
import { FileContent, type FilePart } from "./file_content.ts";
import type { Folder } from "./folder.ts";
import { GzipContent } from "./gzip_content.ts";
import type { Moment } from "./moment.ts";
import type { Presentation } from "./representation.ts";
import type { SharedFile } from "./shared_file.ts";

/** Served for a target that ends in a slash. */
const INDEX = "index.html";

/** Octets of a `Location`: the rest of the head has to fit beside it. */
const LOCATION_BYTES_MAX = 1024;

const encoder = new TextEncoder();
const NOT_FOUND = new HttpError(404, "Cannot find the target");

/** Answers for the files of one folder. */
export class FileHandler {
  readonly #folder: Folder;
  readonly #catalogue: Catalogue;
  readonly #urlPath: string;
  readonly #paths = new WeakMap<PathAccepted, string>();

  /**
   * Serves `folder`.
   *
   * @param urlPath Where it is mounted: empty, or a path without a slash at its end.
   */
  constructor(folder: Folder, urlPath: string, presentation: Presentation) {
    this.#folder = folder;
    this.#urlPath = urlPath;
    this.#catalogue = new Catalogue(folder, presentation);
  }

  /**
   * Answers a GET or HEAD.
   *
   * @param name The judged name below the folder.
   * @throws {HttpError} 403 for a link that leads out, 404 when there is nothing to serve.
   */
  answer(request: Request, name: PathAccepted, moment: Moment): Answer {
    const path = this.#pathOf(name);
    const found = this.#catalogue.find(path, moment);
    if (found === "folder" && !name.trailingSlash) {
      return redirectToFolder(this.#urlPath, name, request.target.query);
    }
    if (found === undefined || found === "folder") throw NOT_FOUND;
    const coding = request.fields.has("accept-encoding")
      ? chooseCoding(request, this.#catalogue.codings(path, found, moment))
      : undefined;
    if (coding === undefined) return this.#answerFile(request, path, found, moment);
    const coded = this.#catalogue.coded(path, found, coding, moment);
    if (coded.path !== undefined) return this.#answerFile(request, coded.path, coded.known, moment);
    return this.#answerCoded(request, path, coded.known, moment);
  }

  /** Lets go of every file: nobody will ask again. Answers under way keep theirs. */
  close(): void {
    this.#catalogue.close();
  }

  /** Lets go of files that nobody asked for lately; to be called now and then. */
  tidy(moment: Moment): void {
    this.#catalogue.tidy(moment);
  }

  /** Where a name lies: for the same name the very same text, so that maps find its hash ready. */
  #pathOf(name: PathAccepted): string {
    const known = this.#paths.get(name);
    if (known !== undefined) return known;
    const segments = name.trailingSlash ? [...name.segments, INDEX] : name.segments;
    const path = this.#folder.pathOf(segments);
    this.#paths.set(name, path);
    return path;
  }

  /** Answers with octets as they are in a file, or in memory. */
  #answerFile(request: Request, path: string, known: KnownFile, moment: Moment): Answer {
    const verdict = judge(request, known, moment.epochMs);
    if (verdict !== undefined) return verdict;
    const ranges = chooseRanges(request, known, moment.epochMs);
    if (ranges === "unsatisfiable") return unsatisfiable(known);
    if (known.content !== undefined) return fromMemory(known, known.content, ranges);
    const opened = this.#catalogue.open(path, known, moment);
    if (opened === undefined) throw NOT_FOUND;
    if (opened.known === known) return fromFile(opened.file, known, ranges);
    opened.file.close();
    return this.#answerFile(request, path, opened.known, moment);
  }

  /** Answers with octets that are gzipped on their way, unless they were small and are ready. */
  #answerCoded(request: Request, path: string, known: KnownFile, moment: Moment): Answer {
    const verdict = judge(request, known, moment.epochMs);
    if (verdict !== undefined) return verdict;
    if (known.content !== undefined) return fromMemory(known, known.content, undefined);
    const { fields } = known.representation;
    if (request.method === "HEAD") return { status: 200, fields, announcedBytes: "unknown" };
    const opened = this.#catalogue.open(path, known, moment);
    if (opened === undefined) throw NOT_FOUND;
    const plain = fromFile(opened.file, known, undefined);
    return { ...plain, content: plain.content && new GzipContent(plain.content) };
  }
}

/** RFC 9110 §13: the conditions come before the range. */
function judge(
  request: Request,
  { representation }: KnownFile,
  nowMs: number,
): Answer | undefined {
  const conditions = conditionsOf(request);
  if (conditions === undefined) return undefined;
  switch (evaluate(request.method, conditions, representation, nowMs)) {
    case "not-modified":
      return { status: 304, fields: representation.validatorFields };
    case "precondition-failed":
      return errorAnswer(new HttpError(412, "Cannot serve the target: a precondition is false"));
    case "proceed":
      return undefined;
  }
}

/** The precondition fields, or `undefined` for the many requests that have none. */
function conditionsOf({ fields }: Request): Conditions | undefined {
  const ifMatch = fields.get("if-match");
  const ifNoneMatch = fields.get("if-none-match");
  const ifModifiedSince = fields.get("if-modified-since");
  const ifUnmodifiedSince = fields.get("if-unmodified-since");
  if (
    ifMatch === undefined && ifNoneMatch === undefined && ifModifiedSince === undefined &&
    ifUnmodifiedSince === undefined
  ) return undefined;
  return { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince };
}

/** RFC 9110 §14.2: Range is for GET alone; what is malformed is as if it were not there. */
function chooseRanges(
  { method, fields }: Request,
  { state, representation }: KnownFile,
  nowMs: number,
): readonly ByteRange[] | "unsatisfiable" | undefined {
  const field = method === "GET" ? fields.get("range") : undefined;
  if (field === undefined) return undefined;
  if (!rangeApplies(fields.get("if-range"), representation, nowMs)) return undefined;
  const ranges = parseRange(field, state.sizeBytes);
  return ranges === "ignore" ? undefined : ranges;
}

function unsatisfiable({ state }: KnownFile): Answer {
  const fields = fieldBlock({ "Content-Range": unsatisfiedContentRange(state.sizeBytes) });
  return errorAnswer(new HttpError(416, "Cannot serve the range: it lies past the end"), fields);
}

function fromMemory(
  known: KnownFile,
  content: Uint8Array,
  ranges: readonly ByteRange[] | undefined,
): Answer {
  const { fields } = known.representation;
  if (ranges === undefined) return { status: 200, fields, content: new BytesContent(content) };
  const plan = planRanges(known, ranges);
  let at = 0;
  const whole = new Uint8Array(
    plan.parts.reduce((sum, part) => sum + part.head.length + part.byteLength, plan.tail.length),
  );
  for (const { head, offset, byteLength } of plan.parts) {
    whole.set(head, at);
    whole.set(content.subarray(offset, offset + byteLength), at + head.length);
    at += head.length + byteLength;
  }
  whole.set(plan.tail, at);
  return { status: 206, fields: plan.fields, content: new BytesContent(whole) };
}

function fromFile(
  file: SharedFile,
  known: KnownFile,
  ranges: readonly ByteRange[] | undefined,
): Answer {
  const { state, representation } = known;
  if (ranges === undefined) {
    const whole = { head: new Uint8Array(0), offset: 0, byteLength: state.sizeBytes };
    return {
      status: 200,
      fields: representation.fields,
      content: new FileContent(file, [whole], undefined, state),
    };
  }
  const plan = planRanges(known, ranges);
  return {
    status: 206,
    fields: plan.fields,
    content: new FileContent(file, plan.parts, plan.tail, state),
  };
}

/** What a 206 sends, and the fields that say so (RFC 9110 §15.3.7). */
interface RangePlan {
  readonly fields: string;
  readonly parts: readonly FilePart[];
  readonly tail: Uint8Array;
}

function planRanges({ state, representation }: KnownFile, ranges: readonly ByteRange[]): RangePlan {
  const { sizeBytes } = state;
  const { mediaType, validatorFields } = representation;
  const [only] = ranges;
  if (ranges.length === 1 && only !== undefined) {
    return {
      fields: validatorFields + fieldBlock({
        "Content-Type": mediaType,
        "Content-Range": contentRange(only, sizeBytes),
      }),
      parts: [part(only, new Uint8Array(0))],
      tail: new Uint8Array(0),
    };
  }
  // 122 random bits: no file holds the line by accident, and none can be written to hold it.
  const boundary = crypto.randomUUID();
  return {
    fields: validatorFields +
      fieldBlock({ "Content-Type": `multipart/byteranges; boundary=${boundary}` }),
    parts: ranges.map((range) =>
      part(range, encoder.encode(multipartHead(boundary, mediaType, range, sizeBytes)))
    ),
    tail: encoder.encode(multipartTail(boundary)),
  };
}

function part({ first, last }: ByteRange, head: Uint8Array): FilePart {
  return { head, offset: first, byteLength: last - first + 1 };
}

/**
 * Sends the client to the folder's own URL, so that relative links in its index work. The location is
 * built from the judged names, so it cannot begin with two slashes and lead to another host.
 */
function redirectToFolder(urlPath: string, name: PathAccepted, query: string | undefined): Answer {
  const path = [urlPath, ...name.segments.map(encodeURIComponent)].join("/");
  const Location = `${path}/${query === undefined ? "" : `?${query}`}`;
  // An answer's head is bounded, and a query that long is nothing a browser comes with.
  if (Location.length > LOCATION_BYTES_MAX) {
    throw new HttpError(414, "Cannot redirect to the folder: the target is too long");
  }
  return { status: 301, fields: fieldBlock({ Location }) };
}
