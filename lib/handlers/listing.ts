/**
 * What is in a folder, for whoever asks for the folder itself: a page, or JSON.
 *
 * @module
 */

import { SEPARATOR } from "@std/path";
import { preferredType } from "../http/accept.ts";
import { type ContentSink, type ContentSource, NOT_YET } from "../http/content.ts";
import { HttpError } from "../http/errors.ts";
import type { Request } from "../http/request.ts";
import { type Answer, errorAnswer, fieldBlock } from "../http/response.ts";
import { isInside } from "../security/containment.ts";
import type { Entry, Folder } from "./folder.ts";
import { type FolderNames, FolderReader } from "./folder_names.ts";
import { readOrder, sorted } from "./listing_order.ts";
import { jsonOf, type Listing, pageOf } from "./listing_page.ts";
import { LISTING_STYLE_HASH } from "./listing_style.ts";

/** Entries looked at before others get their turn: about a millisecond of system calls. */
const STEP_ENTRIES = 256;

/** Listings under way in one worker: each holds its entries until its client has read them. */
const LISTINGS_MAX = 32;

/** Nothing but our own style, and nobody frames the names. */
const POLICY = `default-src 'none'; style-src '${LISTING_STYLE_HASH}'; base-uri 'none'; ` +
  "form-action 'none'; frame-ancestors 'none'";

const encoder = new TextEncoder();

/** A folder that was asked for. */
export interface ListedFolder {
  /** Where it lies. */
  readonly path: string;
  /** Decoded names from the top of the site down to it. */
  readonly names: readonly string[];
  /** Finished field lines for the answer. */
  readonly fields: string;
}

/** Lists what is in a folder and those below it. */
export class FolderLister {
  readonly #folder: Folder;
  readonly #unlisted: string;
  readonly #reader = new FolderReader();
  #underWay = 0;

  /**
   * Lists folders in `folder`.
   *
   * @param unlisted Real path of the folder that is never listed, wherever it is found: that of the
   * uploads, whose names are only for those who know them.
   */
  constructor(folder: Folder, unlisted: string) {
    this.#folder = folder;
    this.#unlisted = unlisted;
  }

  /**
   * Answers with what is in a folder.
   *
   * @returns `undefined` when it is not there, or not for listing.
   * @throws {Refusal} 403 when it lies outside of what is served.
   */
  answer(
    { method, target, fields }: Request,
    listed: ListedFolder,
  ): Answer | ContentSink<Answer> | undefined {
    const real = this.#folder.proveFolder(listed.path);
    if (real === undefined || isInside(this.#unlisted, real)) return undefined;
    const query = new URLSearchParams(target.query);
    const isJson = query.get("format") === "json" ||
      preferredType(fields.get("accept"), ["text/html", "application/json"]) ===
        "application/json";
    const head = {
      status: 200,
      fields: listed.fields + fieldBlock({
        "Content-Type": `${isJson ? "application/json" : "text/html"}; charset=utf-8`,
        "Content-Security-Policy": POLICY,
        "Cache-Control": "no-cache",
        "Vary": "Accept",
      }),
    };
    if (method === "HEAD") return { ...head, announcedBytes: "unknown" };
    if (this.#underWay === LISTINGS_MAX) return busy();
    this.#underWay++;
    const release = () => void this.#underWay--;
    return new Reading(async () => {
      const names = await this.#read(listed.path, real);
      const order = readOrder(query);
      const finish = (entries: readonly Entry[]) => {
        const listing: Listing = { ...listed, ...names, entries: sorted(entries, order), order };
        return isJson ? jsonOf(listing) : pageOf(listing);
      };
      const look = (entry: Deno.DirEntry) => this.#look(real, entry);
      return { ...head, content: new ListingContent(names, look, finish, release) };
    }, release);
  }

  /** Reads the names, and makes sure that it was that folder they were read from. */
  async #read(path: string, real: string): Promise<FolderNames> {
    let names: FolderNames;
    try {
      names = await this.#reader.read(real);
    } catch (cause) {
      if (cause instanceof Deno.errors.NotFound) throw new HttpError(404, "Cannot find the target");
      throw cause;
    }
    if (this.#folder.proveFolder(path) === real) return names;
    throw new HttpError(404, "Cannot find the target");
  }

  #look(real: string, entry: Deno.DirEntry): Entry | undefined {
    if (isInside(this.#unlisted, `${real}${SEPARATOR}${entry.name}`)) return undefined;
    return this.#folder.entry(real, entry);
  }
}

function busy(): Answer {
  const error = new HttpError(503, "Cannot list the folder now: too many listings are under way");
  return errorAnswer(error, fieldBlock({ "Retry-After": "1" }));
}

/** A request without content whose answer takes a while. It is aborted unless it ends in an answer. */
class Reading implements ContentSink<Answer> {
  readonly end: () => Promise<Answer>;
  readonly abort: () => void;

  constructor(end: () => Promise<Answer>, abort: () => void) {
    this.end = end;
    this.abort = abort;
  }

  /** Content with a GET means nothing (RFC 9110 §9.3.1). */
  write(): void {}
}

/** Looks at some entries each time it is pulled, then writes them. */
class ListingContent implements ContentSource {
  readonly byteLength: undefined = undefined;
  readonly #names: readonly Deno.DirEntry[];
  readonly #look: (entry: Deno.DirEntry) => Entry | undefined;
  readonly #finish: (entries: readonly Entry[]) => Generator<string>;
  readonly #release: () => void;
  readonly #entries: Entry[] = [];
  #at = 0;
  #pieces: Generator<string> | undefined;
  #octets = new Uint8Array(0);

  constructor(
    { entries }: FolderNames,
    look: (entry: Deno.DirEntry) => Entry | undefined,
    finish: (entries: readonly Entry[]) => Generator<string>,
    release: () => void,
  ) {
    this.#names = entries;
    this.#look = look;
    this.#finish = finish;
    this.#release = release;
  }

  read(into: Uint8Array): number {
    if (this.#at < this.#names.length) {
      this.#step();
      return NOT_YET;
    }
    this.#pieces ??= this.#finish(this.#entries);
    let at = 0;
    while (at < into.length) {
      if (this.#octets.length === 0 && !this.#write(this.#pieces)) break;
      const octets = this.#octets.subarray(0, into.length - at);
      into.set(octets, at);
      this.#octets = this.#octets.subarray(octets.length);
      at += octets.length;
    }
    return at;
  }

  close(): void {
    this.#release();
  }

  /** Writes the next piece. @returns Whether there was one. */
  #write(pieces: Generator<string>): boolean {
    const { done, value } = pieces.next();
    if (done) return false;
    this.#octets = encoder.encode(value);
    return true;
  }

  #step(): void {
    for (const entry of this.#names.slice(this.#at, this.#at + STEP_ENTRIES)) {
      const seen = this.#look(entry);
      if (seen !== undefined) this.#entries.push(seen);
    }
    this.#at += STEP_ENTRIES;
  }
}
