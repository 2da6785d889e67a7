// A CPU profile as text: the functions that took most time themselves.

/** The part of the profiler's answer that is read here. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      readonly lineNumber: number;
    };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Where a thread does nothing: in the event loop, or blocked until it is rung for. */
const IDLE = /^(\(idle\)|waitBlocking )/;

/** Without the folders in front: a line has to be read at a glance. */
function shortUrl(url: string): string {
  return url.replace(/^file:\/\/.*\/(lib|scripts)\//, "$1/");
}

/** Microseconds by function, each counted where it was running itself. */
function selfTimes({ nodes, samples, timeDeltas }: CpuProfile): Map<string, number> {
  const names = new Map(nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => {
    const where = url === "" ? "" : ` ${shortUrl(url)}:${lineNumber + 1}`;
    return [id, `${functionName || "(anonymous)"}${where}`];
  }));
  const times = new Map<string, number>();
  for (const [at, id] of samples.entries()) {
    const name = names.get(id) ?? "(unknown)";
    times.set(name, (times.get(name) ?? 0) + (timeDeltas[at] ?? 0));
  }
  return times;
}

/**
 * The functions that took most time themselves, as a share of the time in which the thread ran.
 *
 * @param count How many.
 */
export function topList(thread: string, profile: CpuProfile, count: number): string {
  const times = selfTimes(profile);
  let idleUs = 0;
  let busyUs = 0;
  for (const [name, us] of times) {
    if (IDLE.test(name)) {
      idleUs += us;
      times.delete(name);
    } else busyUs += us;
  }
  const share = (us: number) => `${(100 * us / busyUs).toFixed(1)} %`.padStart(8);
  const lines = [...times].toSorted(([, a], [, b]) => b - a).slice(0, count)
    .map(([name, us]) => `${share(us)}  ${name}`);
  const busy = Math.round(100 * busyUs / (busyUs + idleUs));
  return [`${thread}, busy ${busy} % of the time`, ...lines, ""].join("\n");
}
