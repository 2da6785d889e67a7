/**
 * The files of one folder as they are now: found by path, proved to lie inside, and presented, each
 * as it is and in the content codings it can be had in.
 *
 * @module
 */

import { AbsentNames } from "./absent_names.ts";
import { CODED_BYTES_MIN, type Coding, STORED_CODINGS } from "./coding.ts";
import { CONTENT_BYTES_MAX, FileCache, isSettled, type KnownFile } from "./file_cache.ts";
import { FileChanged, FileContent } from "./file_content.ts";
import { type FileState, type Folder, isSameState } from "./folder.ts";
import { type CodedKeeper, gzip } from "./gzip_content.ts";
import type { Moment } from "./moment.ts";
import { OpenFiles } from "./open_files.ts";
import { type Presentation, represent } from "./representation.ts";
import { SharedFile } from "./shared_file.ts";

/** A stored variant that appears or goes is noticed this much later at most, in milliseconds. */
const VARIANTS_MS = 1_000;

const [GZIP] = STORED_CODINGS.filter((coding) => coding.name === "gzip");

/** A file that is open, and what is known of it. */
export interface OpenedKnown {
  /** The file, for one user. */
  readonly file: SharedFile;
  /** It, as it is now. */
  readonly known: KnownFile;
  /** Whether it was open already: others asked for it a moment ago. */
  readonly isBusy: boolean;
}

/** One folder's files. */
export class Catalogue {
  readonly #folder: Folder;
  readonly #presentation: Presentation;
  readonly #cache = new FileCache();
  readonly #open = new OpenFiles();
  readonly #absent: AbsentNames;

  /** Knows nothing yet. */
  constructor(folder: Folder, presentation: Presentation) {
    this.#folder = folder;
    this.#presentation = presentation;
    this.#absent = new AbsentNames(folder);
  }

  /**
   * The file at `path`, in the state it has in this round.
   *
   * @throws {Refusal} 403 when it lies outside the folder.
   */
  find(path: string, moment: Moment): KnownFile | "folder" | undefined {
    const seen = this.#cache.getSeen(path, moment);
    if (seen !== undefined) return seen;
    if (this.#absent.has(path, moment)) return undefined;
    const state = this.#folder.look(path);
    if (state === "folder") return state;
    const known = state && (this.#cache.get(path, state, moment) ?? this.#learn(path, moment));
    if (known === undefined) this.#absent.add(path, moment);
    return known;
  }

  /**
   * Opens a file that was found in this round. It may have changed since: then what is known of it is
   * new too. A settled file stays open for whoever comes next.
   *
   * @returns `undefined` when it is gone; otherwise the caller is one user of the file.
   */
  open(path: string, known: KnownFile, moment: Moment): OpenedKnown | undefined {
    const shared = this.#open.get(path, known.state, moment.epochMs);
    if (shared !== undefined) return { file: shared, known, isBusy: true };
    const opened = this.#folder.open(path, known.state);
    if (opened === undefined) return undefined;
    const { state } = opened;
    const file = new SharedFile(opened.file);
    if (!isSameState(state, known.state)) {
      return { file, known: this.#keep(path, file, state, moment), isBusy: false };
    }
    if (isSettled(state, moment)) this.#open.keep(path, file, state, moment.epochMs);
    return { file, known, isBusy: false };
  }

  /** Lets go of every open file. */
  close(): void {
    this.#open.close();
  }

  /** Lets go of files that nobody asked for lately. */
  tidy({ epochMs }: Moment): void {
    this.#open.tidy(epochMs);
  }

  /** The codings that `known` can be had in: stored ones first, then gzip made here. */
  codings(path: string, known: KnownFile, moment: Moment): readonly Coding[] {
    if (!known.representation.isNegotiated) return [];
    const stored = this.#storedCodings(path, known, moment);
    const isWorthCoding = known.state.sizeBytes >= CODED_BYTES_MIN;
    if (!isWorthCoding || GZIP === undefined || stored.includes(GZIP)) return stored;
    return [...stored, GZIP];
  }

  /**
   * The representation of `known` in `coding`.
   *
   * @returns Where its octets lie, if they are stored; what is known of it, whose content is there if it
   * is small. Neither, and the octets of the plain file are to be coded on their way.
   */
  coded(
    path: string,
    known: KnownFile,
    coding: Coding,
    moment: Moment,
  ): { path: string | undefined; known: KnownFile } {
    const isStored = this.#storedCodings(path, known, moment).includes(coding);
    const source = isStored ? this.find(path + coding.extension, moment) : known;
    if (source === undefined || source === "folder") return { path, known };
    const key = codedKey(path, coding);
    const before = this.#cache.get(key, source.state, moment);
    const coded = before ?? this.#present(key, path, source, coding, isStored);
    return { path: isStored ? path + coding.extension : undefined, known: coded };
  }

  /** Keeps what a file that was gzipped on its way came to, if it is small and the file is settled. */
  codedKeeper(path: string, coded: KnownFile, moment: Moment): CodedKeeper | undefined {
    if (GZIP === undefined || !isSettled(coded.state, moment)) return undefined;
    const key = codedKey(path, GZIP);
    return {
      bytesMax: CONTENT_BYTES_MAX,
      keep: (content) => this.#cache.set(key, { ...coded, content }),
    };
  }

  #present(
    key: string,
    path: string,
    source: KnownFile,
    coding: Coding,
    isStored: boolean,
  ): KnownFile {
    const { state, content, seenInRound } = source;
    const coded: KnownFile = {
      state,
      representation: represent(this.#folder.nameOf(path), state, this.#presentation, coding),
      content: isStored || content === undefined ? content : gzip(content),
      seenInRound,
      variants: undefined,
    };
    this.#cache.set(key, coded);
    return coded;
  }

  #storedCodings(path: string, known: KnownFile, moment: Moment): readonly Coding[] {
    const before = known.variants;
    if (before !== undefined && moment.epochMs - before.foundMs < VARIANTS_MS) {
      return before.codings;
    }
    const codings = STORED_CODINGS.filter((coding) => {
      const state = this.#folder.look(path + coding.extension);
      // One that is older than its file was made from something else.
      return typeof state === "object" && state.modifiedMs >= known.state.modifiedMs;
    });
    known.variants = { codings, foundMs: moment.epochMs };
    return codings;
  }

  #learn(path: string, moment: Moment): KnownFile | undefined {
    const opened = this.#folder.open(path);
    if (opened === undefined) return undefined;
    const file = new SharedFile(opened.file);
    try {
      return this.#keep(path, file, opened.state, moment);
    } finally {
      file.close();
    }
  }

  /** Remembers a file that was opened and proved; keeps its octets if it is small and settled. */
  #keep(path: string, file: SharedFile, state: FileState, moment: Moment): KnownFile {
    const known: KnownFile = {
      state,
      representation: represent(this.#folder.nameOf(path), state, this.#presentation),
      content: this.#cache.accepts(state, moment) ? readWhole(file, state) : undefined,
      seenInRound: moment.round,
      variants: undefined,
    };
    this.#cache.set(path, known);
    return known;
  }
}

/** What a coded file is known by beside its path. */
function codedKey(path: string, coding: Coding): string {
  return `${path}\0${coding.name}`; // no path holds a NUL
}

/** The octets of a small file, or `undefined` when it changed under the reader. */
function readWhole(file: SharedFile, state: FileState): Uint8Array | undefined {
  const whole = { head: new Uint8Array(0), offset: 0, byteLength: state.sizeBytes };
  const content = new Uint8Array(state.sizeBytes);
  try {
    new FileContent(file, [whole], undefined, state).read(content);
    return content;
  } catch (error) {
    if (error instanceof FileChanged) return undefined; // not kept, and judged anew when it is sent
    throw error;
  }
}
