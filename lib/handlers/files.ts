/**
 * GET and HEAD of files: names become files, files become answers.
 *
 * @module
 */

import { type Conditions, evaluate, rangeApplies } from "../http/conditional.ts";
import { HttpError } from "../http/errors.ts";
import { type ByteRange, parseRange, unsatisfiedContentRange } from "../http/range.ts";
import type { Request } from "../http/request.ts";
import { type Answer, errorAnswer, fieldBlock } from "../http/response.ts";
import { type PathAccepted, resolveTargetPath } from "../security/target_path.ts";
import { Catalogue } from "./catalogue.ts";
import { chooseCoding } from "./coding.ts";
import type { KnownFile } from "./file_cache.ts";
import { fromFile, fromMemory } from "./file_answer.ts";
import type { Folder } from "./folder.ts";
import { GzipContent } from "./gzip_content.ts";
import type { Handled } from "./handled.ts";
import type { FolderLister } from "./listing.ts";
import { escapedPath, redirectAnswer } from "./location.ts";
import type { Moment } from "./moment.ts";
import { isNavigation } from "./navigation.ts";
import { listingFields, type Presentation } from "./representation.ts";

/** Served for a target that ends in a slash. */
const INDEX = "index.html";

/** What a page is called, where its name is to be left away. */
const PAGE = ".html";

const NOT_FOUND = new HttpError(404, "Cannot find the target");

/** What else answers for a name than a file that is called so. */
export interface Stead {
  /** Whether `/a` is `a.html`. */
  readonly cleanUrls: boolean;
  /** The file that answers navigations to what is not there: a path in the folder. */
  readonly fallback: string | undefined;
  /** Lists folders that have no index. */
  readonly lister: FolderLister | undefined;
}

const NO_STEAD: Stead = { cleanUrls: false, fallback: undefined, lister: undefined };

/** Answers for the files of one folder. */
export class FileHandler {
  readonly #folder: Folder;
  readonly #catalogue: Catalogue;
  readonly #presentation: Presentation;
  readonly #urlPath: string;
  readonly #paths = new WeakMap<PathAccepted, string>();
  readonly #stead: Stead;

  /**
   * Serves `folder`.
   *
   * @param urlPath Where clients find it: empty, or a path without a slash at its end.
   */
  constructor(
    folder: Folder,
    urlPath: string,
    presentation: Presentation,
    stead: Stead = NO_STEAD,
  ) {
    this.#folder = folder;
    this.#urlPath = urlPath;
    this.#presentation = presentation;
    this.#stead = stead;
    this.#catalogue = new Catalogue(folder, presentation);
  }

  /**
   * Answers a GET or HEAD.
   *
   * @param name The judged name below the folder.
   * @returns A 404 when there is nothing to serve.
   * @throws {HttpError} 403 for a link that leads out, 404 when the file went meanwhile.
   */
  answer(request: Request, name: PathAccepted, moment: Moment): Handled {
    const path = this.#pathOf(name);
    const found = this.#catalogue.find(path, moment);
    if (found === undefined || found === "folder") {
      return this.#answerAbsent(request, name, found, moment);
    }
    if (this.#stead.cleanUrls && !name.trailingSlash && path.endsWith(PAGE)) {
      const clean = this.#cleanPath(name.segments, moment);
      if (clean !== undefined) return redirectAnswer(301, clean, request.target.query);
    }
    return this.#answerFound(request, path, found, moment);
  }

  /**
   * Answers for a name that no file has. A page wins over the folder of the same name, which has its
   * own address, with a slash; an index wins over a listing, and that over the fallback.
   */
  #answerAbsent(
    request: Request,
    name: PathAccepted,
    found: "folder" | undefined,
    moment: Moment,
  ): Handled {
    const { query } = request.target;
    const { cleanUrls, lister } = this.#stead;
    if (cleanUrls && name.segments.length > 0) {
      const path = this.#folder.pathOf(name.segments) + PAGE;
      const page = this.#catalogue.find(path, moment);
      if (page !== undefined && page !== "folder") {
        if (!name.trailingSlash) return this.#answerFound(request, path, page, moment);
        return redirectAnswer(301, escapedPath(this.#urlPath, name.segments), query);
      }
    }
    if (found === "folder" && !name.trailingSlash) {
      return redirectAnswer(301, `${escapedPath(this.#urlPath, name.segments)}/`, query);
    }
    const listing = lister && name.trailingSlash
      ? this.#list(request, name, lister, moment)
      : undefined;
    return listing ?? this.#fallBack(request, name, moment);
  }

  #list(
    request: Request,
    { segments }: PathAccepted,
    lister: FolderLister,
    moment: Moment,
  ): Handled | undefined {
    const path = this.#folder.pathOf(segments);
    if (this.#catalogue.find(path, moment) !== "folder") return undefined;
    const { urlPath = "" } = this.#presentation;
    const names = [...urlPath.split("/").filter((name) => name !== ""), ...segments];
    const fields = listingFields(`${this.#folder.nameOf(path)}/`, this.#presentation);
    return lister.answer(request, { path, names, fields });
  }

  /** RFC 9110 §12.5.5: what is there or not by `Accept` says so. */
  #fallBack(request: Request, { segments }: PathAccepted, moment: Moment): Answer | HttpError {
    const { fallback } = this.#stead;
    // A name with an extension is a file that a page wants, and no page.
    if (fallback === undefined || segments.at(-1)?.includes(".") || !isNavigation(request)) {
      return NOT_FOUND;
    }
    const path = this.#folder.pathOf([fallback]);
    const found = this.#catalogue.find(path, moment);
    if (found === undefined || found === "folder") return NOT_FOUND;
    const answer = this.#answerFound(request, path, found, moment);
    return { ...answer, fields: varyingByAccept(answer.fields) };
  }

  /** The path without the extension, if it is one that leads back to the page. */
  #cleanPath(segments: readonly string[], moment: Moment): string | undefined {
    const folder = segments.slice(0, -1);
    const stem = (segments.at(-1) ?? "").slice(0, -PAGE.length);
    if (stem + PAGE === INDEX) return `${escapedPath(this.#urlPath, folder)}/`;
    const clean = escapedPath("", [...folder, stem]);
    if (!resolveTargetPath(clean).ok) return undefined; // `a..html` would be `a.`
    const twin = this.#catalogue.find(this.#folder.pathOf([...folder, stem]), moment);
    return twin === undefined || twin === "folder" ? this.#urlPath + clean : undefined;
  }

  #answerFound(request: Request, path: string, found: KnownFile, moment: Moment): Answer {
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
    if (opened.known === known) return fromFile(opened, ranges);
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
    const plain = fromFile({ ...opened, known }, undefined);
    const keeper = this.#catalogue.codedKeeper(path, known, moment);
    return { ...plain, content: plain.content && new GzipContent(plain.content, keeper) };
  }
}

function varyingByAccept(fields: string): string {
  const varying = fields.replace(/^Vary: .*(?=\r\n)/m, (line) => `${line}, Accept`);
  return varying === fields ? fields + fieldBlock({ Vary: "Accept" }) : varying;
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
      return { status: 304, fields: representation.validatorFields, isSteady: true };
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
