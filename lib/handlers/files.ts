/**
 * GET and HEAD of files: names become files, files become answers.
 *
 * @module
 */

import { basename } from "@std/path";
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
import type { Moment } from "./moment.ts";
import { FileCache, type KnownFile } from "./file_cache.ts";
import { FileContent, type FilePart } from "./file_content.ts";
import { type FileState, type Folder, isSameState, type OpenedFile } from "./folder.ts";
import { type Presentation, represent } from "./representation.ts";

/** Served for a target that ends in a slash. */
const INDEX = "index.html";

const encoder = new TextEncoder();
const NOT_FOUND = new HttpError(404, "Cannot find the target");

/** Answers for the files of one folder. */
export class FileHandler {
  readonly #folder: Folder;
  readonly #urlPath: string;
  readonly #presentation: Presentation;
  readonly #cache = new FileCache();

  /** @param urlPath Where the folder is mounted: empty, or a path without a slash at its end. */
  constructor(folder: Folder, urlPath: string, presentation: Presentation) {
    this.#folder = folder;
    this.#urlPath = urlPath;
    this.#presentation = presentation;
  }

  /**
   * Answers a GET or HEAD.
   *
   * @param name The judged name below the folder.
   * @throws {HttpError} 403 for a link that leads out, 404 when there is nothing to serve.
   */
  answer(request: Request, name: PathAccepted, moment: Moment): Answer {
    const path = this.#folder.pathOf(
      name.trailingSlash ? [...name.segments, INDEX] : name.segments,
    );
    const known = this.#cache.getSeen(path, moment);
    if (known !== undefined) return this.#answerFile(request, path, known, undefined, moment);
    if (this.#cache.isAbsent(path, moment)) throw NOT_FOUND;
    const state = this.#folder.look(path);
    if (state === "folder" && !name.trailingSlash) {
      return redirectToFolder(this.#urlPath, name, request.target.query);
    }
    if (state === undefined || state === "folder") {
      this.#cache.setAbsent(path, moment);
      throw NOT_FOUND;
    }
    const unchanged = this.#cache.get(path, state, moment);
    if (unchanged !== undefined) {
      return this.#answerFile(request, path, unchanged, undefined, moment);
    }
    const opened = this.#folder.open(path);
    if (opened === undefined) throw NOT_FOUND;
    const learnt = this.#learn(path, opened, moment);
    return this.#answerFile(request, path, learnt, opened, moment);
  }

  #answerFile(
    request: Request,
    path: string,
    known: KnownFile,
    given: OpenedFile | undefined,
    moment: Moment,
  ): Answer {
    let opened = given;
    try {
      const verdict = judge(request, known, moment.epochMs);
      if (verdict !== undefined) return verdict;
      const ranges = chooseRanges(request, known, moment.epochMs);
      if (ranges === "unsatisfiable") return unsatisfiable(known);
      if (known.content !== undefined) return fromMemory(known, known.content, ranges);
      opened ??= this.#folder.open(path, known.state);
      if (opened === undefined) throw NOT_FOUND;
      if (!isSameState(opened.state, known.state)) {
        const changed = opened;
        opened = undefined;
        return this.#answerFile(request, path, this.#learn(path, changed, moment), changed, moment);
      }
      const answer = fromFile(opened.file, known, ranges);
      opened = undefined; // the answer's content owns the file now
      return answer;
    } finally {
      opened?.file.close();
    }
  }

  /** Remembers a file that was opened and proved; keeps its octets if it is small and settled. */
  #learn(path: string, { file, state }: OpenedFile, moment: Moment): KnownFile {
    const representation = represent(basename(path), state, this.#presentation);
    const content = this.#cache.accepts(state, moment) ? readWhole(file, state) : undefined;
    const known = { state, representation, content, seenInRound: moment.round };
    this.#cache.set(path, known);
    return known;
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
  file: Deno.FsFile,
  known: KnownFile,
  ranges: readonly ByteRange[] | undefined,
): Answer {
  const { state, representation } = known;
  if (ranges === undefined) {
    const whole = { head: new Uint8Array(0), offset: 0, byteLength: state.sizeBytes };
    file.seekSync(0, Deno.SeekMode.Start);
    return {
      status: 200,
      fields: representation.fields,
      content: new FileContent(file, [whole]),
    };
  }
  const plan = planRanges(known, ranges);
  return {
    status: 206,
    fields: plan.fields,
    content: new FileContent(file, plan.parts, plan.tail),
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

/** The octets of a small file, or `undefined` when it changed length under the reader. */
function readWhole(file: Deno.FsFile, { sizeBytes }: FileState): Uint8Array | undefined {
  const content = new Uint8Array(sizeBytes);
  let at = 0;
  while (at < sizeBytes) {
    const byteLength = file.readSync(content.subarray(at));
    if (byteLength === null) return undefined;
    at += byteLength;
  }
  return content;
}

/**
 * Sends the client to the folder's own URL, so that relative links in its index work. The location is
 * built from the judged names, so it cannot begin with two slashes and lead to another host.
 */
function redirectToFolder(urlPath: string, name: PathAccepted, query: string | undefined): Answer {
  const path = [urlPath, ...name.segments.map(encodeURIComponent)].join("/");
  const Location = `${path}/${query === undefined ? "" : `?${query}`}`;
  return { status: 301, fields: fieldBlock({ Location }) };
}
