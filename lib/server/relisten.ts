import type { Listener } from "../net/listener.ts";
import { StartError } from "./start_error.ts";

/** Longest pause between two tries, in milliseconds. */
const PAUSE_MS_MAX = 1_000;

/** A failure that is followed by a pause of so many milliseconds is worth telling of. */
const TELLING_MS = 128;

/** Whom {@linkcode relisten} asks and tells. */
export interface RelistenEvents {
  /** Whether nobody wants it any more. */
  isOver(): boolean;
  /** Told now and then why it takes so long. */
  failing(reason: string): void;
}

/**
 * Listens again where a listener was closed, as soon as the system lets go of the address: most often
 * at once. It tries for as long as it takes, since a server that does not listen is none.
 *
 * @returns `undefined` when it was over before.
 */
export async function relisten(
  listen: () => Listener,
  events: RelistenEvents,
): Promise<Listener | undefined> {
  for (let pauseMs = 1; !events.isOver(); pauseMs = Math.min(PAUSE_MS_MAX, 2 * pauseMs)) {
    try {
      return listen();
    } catch (error) {
      if (!(error instanceof StartError)) throw error;
      if (pauseMs >= TELLING_MS) events.failing(error.message);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}
