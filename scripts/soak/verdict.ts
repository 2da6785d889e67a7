// Whether a run went as it must.

/** Part of a run after which memory must not grow any more: five minutes, or half of a short run. */
export const WARM_UP_SECONDS = 300;

/** Growth of resident memory that is allowed from then to the end. */
const GROWTH_MAX = 0.1;

/** Part of what follows the warm-up that is taken together, at its start and at its end. */
const SPAN = 1 / 5;

/** A look at the server. */
export interface Sample {
  readonly atSeconds: number;
  readonly rssKb: number;
}

/** All that is judged. */
export interface Evidence {
  readonly seconds: number;
  /** None where the system does not tell. */
  readonly samples: readonly Sample[];
  readonly descriptors: { readonly before: number; readonly after: number } | undefined;
  readonly failures: number;
  /** Requests that were answered, and those whose answers nobody waited for. */
  readonly sent: { readonly answered: number; readonly unheard: number };
  /** Requests that the server counted. */
  readonly counted: number;
  readonly stored: { readonly sent: number; readonly counted: number };
  readonly exitCode: number;
}

/** One thing that must hold. */
export interface Finding {
  readonly rule: string;
  readonly isKept: boolean;
  readonly seen: string;
}

/** Judges a run. */
export function judge(evidence: Evidence): Finding[] {
  const { descriptors, failures, sent, counted, stored, exitCode } = evidence;
  const countedMax = sent.answered + sent.unheard;
  return [
    ...memoryOf(evidence),
    ...(descriptors === undefined ? [] : [{
      rule: "as many descriptors after as before",
      isKept: descriptors.after <= descriptors.before,
      seen: `${descriptors.before} before, ${descriptors.after} after`,
    }]),
    { rule: "every visit went as it must", isKept: failures === 0, seen: `${failures} did not` },
    {
      rule: "the server counted what was sent",
      isKept: counted >= sent.answered && counted <= countedMax,
      seen: `${sent.answered} answered, ${sent.unheard} not waited for, ${counted} counted`,
    },
    {
      rule: "the server counted what was stored",
      isKept: stored.counted === stored.sent,
      seen: `${stored.sent} stored, ${stored.counted} counted`,
    },
    { rule: "it stopped when asked", isKept: exitCode === 0, seen: `exit code ${exitCode}` },
  ];
}

function memoryOf({ seconds, samples }: Evidence): Finding[] {
  const start = Math.min(WARM_UP_SECONDS, seconds / 2);
  const warm = samples.filter(({ atSeconds }) => atSeconds >= start);
  const span = (seconds - start) * SPAN;
  const before = median(warm.filter(({ atSeconds }) => atSeconds < start + span));
  const after = median(warm.filter(({ atSeconds }) => atSeconds >= seconds - span));
  if (before === undefined || after === undefined) return [];
  const percent = (100 * (after / before - 1)).toFixed(1);
  return [{
    rule: `memory grows by less than ${100 * GROWTH_MAX} % after ${Math.round(start)} s`,
    isKept: after <= before * (1 + GROWTH_MAX),
    seen: `${Math.round(before / 1024)} MB then, ${Math.round(after / 1024)} MB at the end, ` +
      `${percent} %`,
  }];
}

function median(samples: readonly Sample[]): number | undefined {
  return samples.map(({ rssKb }) => rssKb).toSorted((a, b) => a - b)[samples.length >> 1];
}
