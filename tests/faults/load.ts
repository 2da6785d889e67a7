// What becomes of one request among many, told apart as strictly as a client could.

import { Client } from "../integration/client.ts";

/** What a client saw of one request. */
export type Outcome =
  /** A whole answer, by its status. */
  | number
  /** No connection came about. */
  | "refused"
  /** The connection ended in order before a byte of an answer. */
  | "ended"
  /** A reset before a byte of an answer. */
  | "reset"
  /** Anything else: half an answer, or one that is malformed. */
  | "broken";

/** Asks once. */
export async function outcomeOf(client: Client, request: string): Promise<Outcome> {
  try {
    await client.send(request);
    return (await client.answer()).status;
  } catch (error) {
    return outcomeOfError(error);
  }
}

function outcomeOfError(error: unknown): Outcome {
  if (error instanceof Deno.errors.ConnectionReset) return "reset";
  if (error instanceof Deno.errors.BrokenPipe) return "ended"; // it had ended when we wrote
  const message = error instanceof Error ? error.message : "";
  return message.endsWith('the connection ended behind ""') ? "ended" : "broken";
}

/** Connects, if somebody listens. */
export async function connectTo(port: number): Promise<Client | undefined> {
  try {
    return await Client.connect(port);
  } catch {
    return undefined;
  }
}

/** Counts outcomes. */
export class Tally {
  readonly #counts = new Map<Outcome, number>();

  /** Counts one more. */
  add(outcome: Outcome): void {
    this.#counts.set(outcome, this.of(outcome) + 1);
  }

  /** How often it came to that. */
  of(outcome: Outcome): number {
    return this.#counts.get(outcome) ?? 0;
  }

  /** Everything it ever came to. */
  get kinds(): Outcome[] {
    return [...this.#counts.keys()].sort();
  }
}
