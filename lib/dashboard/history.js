// @ts-check
// The last minutes, as the page has seen them: from counters that only grow to what happened when.

/** @typedef {import("./snapshot.d.ts").Snapshot} Snapshot */

/** What the charts show: five minutes of seconds. */
export const SAMPLES_MAX = 300;
/** A pause longer than this is a gap in the charts, not a slow slope. */
const GAP_SECONDS = 5;

/**
 * One moment. Rates are per second, null where nothing is known.
 *
 * @typedef {object} Sample
 * @property {number} timeSeconds since 1970
 * @property {number | null} requests
 * @property {number | null} answered answers with 1xx, 2xx and 3xx
 * @property {number | null} refused with 4xx
 * @property {number | null} failed with 5xx
 * @property {number | null} received bytes
 * @property {number | null} sent bytes
 * @property {number | null} events security events
 * @property {number | null} p50 seconds
 * @property {number | null} p90 seconds
 * @property {number | null} p99 seconds
 * @property {number} rssBytes
 * @property {number} heapUsedBytes
 * @property {ReadonlyMap<number, number>} workers requests a second by worker
 */

/** @param {Readonly<Record<string, number>>} counts @returns {number} */
export function sum(counts) {
  return Object.values(counts).reduce((total, value) => total + value, 0);
}

/** @param {Snapshot} snapshot */
function countersOf({ requests, bytes, security }) {
  const { byClass } = requests;
  return {
    requests: requests.total,
    answered: (byClass["1xx"] ?? 0) + (byClass["2xx"] ?? 0) + (byClass["3xx"] ?? 0),
    refused: byClass["4xx"] ?? 0,
    failed: byClass["5xx"] ?? 0,
    received: bytes.received,
    sent: bytes.sent,
    events: sum(security.byKind),
  };
}

const UNKNOWN = {
  requests: null,
  answered: null,
  refused: null,
  failed: null,
  received: null,
  sent: null,
  events: null,
};

/** @param {Snapshot} before @param {Snapshot} now @param {number} seconds */
function ratesBetween(before, now, seconds) {
  const [old, young] = [countersOf(before), countersOf(now)];
  /** @param {keyof typeof old} name */
  const rate = (name) => Math.max(0, young[name] - old[name]) / seconds;
  return {
    requests: rate("requests"),
    answered: rate("answered"),
    refused: rate("refused"),
    failed: rate("failed"),
    received: rate("received"),
    sent: rate("sent"),
    events: rate("events"),
  };
}

/** @param {Snapshot} before @param {Snapshot} now @param {number} seconds */
function workerRates(before, now, seconds) {
  const old = new Map(before.workers.map(({ worker, requests }) => [worker, requests]));
  return new Map(now.workers.map(({ worker, requests }) => {
    const gained = requests - (old.get(worker) ?? requests);
    return [worker, Math.max(0, gained) / seconds]; // a worker that was replaced counts anew
  }));
}

/** Snapshots of one server, at most {@linkcode SAMPLES_MAX} of them. */
export class History {
  /** @type {Snapshot[]} */
  #snapshots = [];
  /** @type {Sample[]} */
  #samples = [];

  /** Oldest first. @returns {readonly Sample[]} */
  get samples() {
    return this.#samples;
  }

  /** @returns {Snapshot | undefined} */
  get latest() {
    return this.#snapshots.at(-1);
  }

  /**
   * Takes the next snapshot.
   *
   * @param {Snapshot} snapshot
   * @returns {boolean} whether it is of another server than those before, which are forgotten
   */
  push(snapshot) {
    const before = this.latest;
    const isOther = before !== undefined && before.startedMs !== snapshot.startedMs;
    if (isOther) this.#forget();
    this.#samples.push(this.#sampleOf(snapshot, isOther ? undefined : before));
    this.#snapshots.push(snapshot);
    if (this.#snapshots.length > SAMPLES_MAX) this.#snapshots.shift();
    if (this.#samples.length > SAMPLES_MAX) this.#samples.shift();
    return isOther;
  }

  /**
   * How much a counter grew within the last seconds, as far as it was watched.
   *
   * @param {number} seconds
   * @param {(snapshot: Snapshot) => number} counter
   * @returns {number}
   */
  growth(seconds, counter) {
    const { latest } = this;
    if (latest === undefined) return 0;
    const since = latest.timeMs - seconds * 1000;
    const first = this.#snapshots.find(({ timeMs }) => timeMs >= since) ?? latest;
    return Math.max(0, counter(latest) - counter(first));
  }

  #forget() {
    this.#snapshots = [];
    this.#samples = [];
  }

  /** @param {Snapshot} snapshot @param {Snapshot | undefined} before @returns {Sample} */
  #sampleOf(snapshot, before) {
    const { recentLatency, memory } = snapshot;
    const seconds = before === undefined ? 0 : (snapshot.timeMs - before.timeMs) / 1000;
    const isKnown = before !== undefined && seconds > 0 && seconds <= GAP_SECONDS;
    const hasTimes = isKnown && recentLatency.count > 0;
    return {
      timeSeconds: snapshot.timeMs / 1000,
      ...(isKnown ? ratesBetween(before, snapshot, seconds) : UNKNOWN),
      workers: isKnown ? workerRates(before, snapshot, seconds) : new Map(),
      p50: hasTimes ? recentLatency.p50Seconds : null,
      p90: hasTimes ? recentLatency.p90Seconds : null,
      p99: hasTimes ? recentLatency.p99Seconds : null,
      rssBytes: memory.rssBytes,
      heapUsedBytes: memory.heapUsedBytes,
    };
  }
}
