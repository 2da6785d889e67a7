// One attack: the bytes, and what must come of them.

/** What the security log calls an incident; `none` where the request is harmless or merely wrong. */
export type EventKind =
  | "traversal"
  | "hidden-file"
  | "symlink"
  | "host"
  | "protocol"
  | "limit"
  | "timeout"
  | "rate-limit"
  | "banned"
  | "upload"
  | "admin"
  | "cors"
  | "none";

/** What must be seen of an attack. */
export interface Verdict {
  /** Status of the first final answer; `closed`: the connection ends without a byte. */
  readonly status: number | "closed";
  /** What the security log calls it. */
  readonly event: EventKind;
  /**
   * What becomes of the connection. `closed`: nothing that follows is answered, as where a message
   * ends is in doubt. `open`: the next request on it is understood, and is not the attacker's.
   */
  readonly after: "open" | "closed";
  /** Fields of the answer, names in lower case: an exact value, or `false` for absent. */
  readonly fields?: Readonly<Record<string, string | false>>;
  /** What only some file systems and users can make; without it the row is ignored. */
  readonly needs?: "links" | "pipe" | "socket" | "device";
}

/** One row of the table. */
export interface Attack extends Verdict {
  /** What is tried, with its CVE, or the issue or program it comes from; unique in the table. */
  readonly attack: string;
  /** The bytes, one character per byte (latin1). */
  readonly send: string;
}

/** Flags, some of which may name a place in the test's folder. */
export type Flags = readonly string[] | ((folder: string) => readonly string[]);

/** Attacks of one kind, and the server they are made on. */
export interface Topic {
  /** What they have in common. */
  readonly name: string;
  /** Flags of the server, or what makes them of the test's folder. */
  readonly flags?: Flags;
  /** Whether they wait for the server, and so are made all at one time. */
  readonly isSlow?: boolean;
  readonly attacks: readonly Attack[];
}

/** Attacks that must end alike. */
export function attacks(
  verdict: Verdict,
  cases: readonly (readonly [attack: string, send: string])[],
): readonly Attack[] {
  return cases.map(([attack, send]) => ({ attack, send, ...verdict }));
}

/** Harmless, whatever it was meant to be: served like any other. */
export const SERVED: Verdict = { status: 200, event: "none", after: "open" };

/** There is nothing by that name, and nothing more to it. */
export const ABSENT: Verdict = { status: 404, event: "none", after: "open" };

/** No message, or one that could be read in two ways. */
export const BROKEN: Verdict = { status: 400, event: "protocol", after: "closed" };
