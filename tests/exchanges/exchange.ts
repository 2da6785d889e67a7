/** One raw exchange: what a client sends on a fresh connection, and what it must see. */
export interface Exchange {
  /** The rule in words, unique in the whole table. */
  readonly rule: string;
  /** Where it is decided, e.g. "RFC 9112 §3.2". */
  readonly section: string;
  /** The bytes, one character per byte (latin1). */
  readonly send: string;
  /**
   * Final statuses in order, one per answered request. An interim 100 is listed where it must be
   * sent: a server that sends it as soon as the head is accepted does so however the bytes are cut.
   */
  readonly statuses: readonly number[];
  /**
   * What the connection is good for after these bytes. `open`: the server waits for the next
   * request. `closed`: the last answer says `close`, and the server closes. `waiting`: the message
   * is incomplete, and the server waits for more bytes of it.
   */
  readonly after: "open" | "closed" | "waiting";
  /**
   * Checks on the last answer, names in lower case: an exact value, `true` for present with any
   * value, `false` for absent.
   */
  readonly fields?: Readonly<Record<string, string | boolean>>;
  /** Exact content of the last answer, one character per byte. */
  readonly content?: string;
}

/** What must be seen, without the bytes that bring it about. */
export type Verdict = Omit<Exchange, "rule" | "section" | "send">;

/** A rule in words, and the bytes that put it to the test. */
export type Case = readonly [rule: string, send: string];
