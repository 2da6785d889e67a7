/**
 * Names that nothing was found by. Asking for one costs an exception, which is several times what
 * finding a file costs; so a name that is asked for again is taken for absent as long as the folder it
 * would lie in is in the very state in which it was not there.
 *
 * @module
 */

import { isSettled } from "./file_cache.ts";
import { type FileState, type Folder, isSameState } from "./folder.ts";
import type { Moment } from "./moment.ts";

/** Names remembered by one worker. */
const NAMES_MAX = 256;

/**
 * How long a folder is believed, in milliseconds: on file systems that do not keep the times of
 * folders, a file that appears is noticed so much later.
 */
const BELIEVED_MS = 1_000;

interface Absence {
  seenInRound: number;
  provedMs: number;
  /** The state of the folder, if it is proved that the name was not in it then. */
  folder: FileState | undefined;
}

/** A folder as it was in some round. */
interface SeenFolder {
  readonly path: string;
  readonly round: number;
  readonly state: FileState | undefined;
}

/** The absent names of one folder and all folders in it. */
export class AbsentNames {
  readonly #folder: Folder;
  readonly #absences = new Map<string, Absence>();
  #lastFolder: SeenFolder = { path: "", round: -1, state: undefined };

  /** Knows of none yet. */
  constructor(folder: Folder) {
    this.#folder = folder;
  }

  /** Whether nothing is at `path` in this round, as far as that is known. */
  has(path: string, moment: Moment): boolean {
    const absence = this.#absences.get(path);
    if (absence === undefined) return false;
    if (absence.seenInRound === moment.round) return true;
    const { folder, provedMs } = absence;
    if (folder === undefined || moment.epochMs - provedMs >= BELIEVED_MS) return false;
    const now = this.#stateAround(path, moment);
    if (now === undefined || !isSameState(now, folder)) return false;
    absence.seenInRound = moment.round;
    return true;
  }

  /** Nothing was found at `path` in this round. One that was asked for before is proved now. */
  add(path: string, moment: Moment): void {
    const before = this.#absences.get(path);
    if (before === undefined && this.#absences.size >= NAMES_MAX) this.#absences.clear();
    this.#absences.set(path, {
      seenInRound: moment.round,
      provedMs: moment.epochMs,
      folder: before && this.#prove(path, moment),
    });
  }

  /**
   * The state of the folder around `path` before it is seen once more that nothing is there, not even a
   * link that leads nowhere: what it leads to could appear in some other folder. A folder that changed
   * a moment ago could change again and look the same.
   */
  #prove(path: string, moment: Moment): FileState | undefined {
    const state = this.#stateAround(path, moment);
    if (state === undefined || !isSettled(state, moment)) return undefined;
    return this.#folder.hasName(path) ? undefined : state;
  }

  /** The state of the folder around `path`, asked once a round for many names in it. */
  #stateAround(path: string, { round }: Moment): FileState | undefined {
    const last = this.#lastFolder;
    const around = path.slice(0, path.lastIndexOf("/"));
    if (last.round === round && last.path === around) return last.state;
    const state = this.#folder.folderState(around);
    this.#lastFolder = { path: around, round, state };
    return state;
  }
}
