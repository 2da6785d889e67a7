// Rounds: every server in turn, again and again, so that whatever else the machine does meets all.

import type { Case, Figure } from "./cases.ts";
import type { Ground } from "./ground.ts";
import { cpuSeconds } from "./process_tree.ts";
import type { Server } from "./server.ts";

/** What several rounds of one case gave for one server. */
export interface Result {
  readonly peer: string;
  /** One value a round, in the unit of the case. */
  readonly values: readonly number[];
  /** CPU time of the server's whole process tree for one request, in microseconds, a round each. */
  readonly cpuUs: readonly number[];
  /** Why there are no values. */
  readonly failure?: string;
}

/** A case and its results. */
export interface Row {
  readonly case: Case;
  readonly results: readonly Result[];
}

/** The middle one, or the mean of the two middle ones; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = Number.NaN, high = low] = sorted.slice(
    Math.ceil(middle) - 1,
    Math.floor(middle) + 1,
  );
  return (low + high) / 2;
}

/** Measures once, and what it cost. */
async function measure(
  one: Case,
  server: Server,
  ground: Ground,
  seconds: number,
): Promise<Figure & { cpuUs: number | undefined }> {
  const before = await cpuSeconds(server.pid);
  const figure = await one.measure(server, ground, seconds);
  const usedUs = (await cpuSeconds(server.pid) - before) * 1e6;
  return { ...figure, cpuUs: figure.requests && usedUs / figure.requests };
}

/** Servers that compile while they run, and those that open files first, are measured when they have. */
async function warmUp(one: Case, server: Server, ground: Ground): Promise<void> {
  if (one.isOnce === true) return;
  try {
    await one.measure(server, ground, 1);
  } catch {
    // The rounds will tell.
  }
}

/**
 * Runs a case on all servers it suits, in rounds.
 *
 * @param note Told of each figure as it comes.
 */
export async function compare(
  one: Case,
  servers: readonly Server[],
  ground: Ground,
  { rounds, seconds }: { readonly rounds: number; readonly seconds: number },
  note: (server: Server, text: string) => void,
): Promise<Row> {
  const suited = servers.filter((server) => one.suits?.(server) ?? true);
  const results = new Map(
    suited.map((server) => [server, {
      peer: server.peer.name,
      values: [] as number[],
      cpuUs: [] as number[],
      failure: undefined as string | undefined,
    }]),
  );
  for (const server of results.keys()) await warmUp(one, server, ground);
  for (let round = 0; round < (one.isOnce === true ? 1 : rounds); round++) {
    for (const [server, result] of results) {
      if (result.failure !== undefined) continue;
      try {
        const { value, cpuUs } = await measure(one, server, ground, seconds);
        result.values.push(value);
        if (cpuUs !== undefined) result.cpuUs.push(cpuUs);
        note(server, `${value.toFixed(1)} ${one.unit}`);
      } catch (error) {
        result.failure = error instanceof Error ? error.message : String(error);
        note(server, result.failure);
      }
    }
  }
  return {
    case: one,
    results: [...results.values()].map(({ failure, ...rest }) =>
      failure === undefined ? rest : { ...rest, failure }
    ),
  };
}
