/**
 * Tells whether octets are a JSON text (RFC 8259) while they pass by, so that a text of any length
 * is judged without ever being held.
 *
 * The whole grammar, UTF-8 included, is one table: state and octet give the next state, something
 * to do, or the broken rule. Only nesting is beyond a table; it is a stack of bits. So two numbers
 * and that stack are all that is kept between two octets: however the text is cut, it is read the
 * same, and nothing recurses.
 *
 * The verdict is that of `JSON.parse` on what a fatal UTF-8 decoder makes of the octets. Names that
 * occur twice in an object (RFC 8259 §4) and escapes of lone surrogates (§8.2) are within the
 * grammar, so both are taken.
 *
 * @module
 */

import { HttpError } from "../http/errors.ts";

/** Bounds of a JSON text. */
export interface JsonLimits {
  /** Arrays and objects open at once, 0 to 2147483647: beyond it 400. Default: 512. */
  readonly depthMax: number;
}

/** Records nest a few levels, and readers that recurse survive 512; RFC 8259 §9 allows a bound. */
const DEFAULT_LIMITS: JsonLimits = { depthMax: 512 };

/** Largest bound: a bit's place is found with 32-bit arithmetic. */
const DEPTH_MAX = 0x7fff_ffff;

/** Where a text can stand between two octets. */
const State = {
  Text: 0, // in a string: the table's first 256 cells, so that the longest runs index it plainly
  Escape: 1,
  Hex1: 2,
  Hex2: 3,
  Hex3: 4,
  Hex4: 5,
  Tail1: 6, // a character wants so many more octets
  Tail2: 7,
  Tail3: 8,
  TailE0: 9, // after these first octets the second one's range is narrower (RFC 3629 §4)
  TailEd: 10,
  TailF0: 11,
  TailF4: 12,
  Start: 13,
  Mark1: 14, // so many octets of a byte order mark have come
  Mark2: 15,
  Value: 16,
  FirstElement: 17,
  FirstMember: 18,
  Member: 19,
  Colon: 20,
  ElementEnd: 21,
  MemberEnd: 22,
  TextEnd: 23,
  Minus: 24,
  Zero: 25,
  Integer: 26,
  Point: 27,
  Fraction: 28,
  Exponent: 29,
  ExponentSign: 30,
  ExponentDigits: 31,
  T: 32,
  Tr: 33,
  F: 34,
  Fa: 35,
  Fal: 36,
  LastE: 37, // after "tru" and "fals"
  N: 38,
  Nu: 39,
  Nul: 40,
} as const;
const STATES = 41;

/** What a cell asks for when the next state is not a matter of the octet alone. */
const Act = {
  TokenEnd: 64, // the octet ends a string or a literal name
  NumberEnd: 65, // the octet follows a number, and is still to be read
  NameStart: 66,
  ValueStart: 67, // the octet is a colon: a member's value comes
  OpenArray: 68,
  OpenObject: 69,
  Close: 70,
} as const;

/** The broken rule. */
const Rule = {
  Utf8: 128,
  Mark: 129,
  Value: 130,
  Name: 131,
  Colon: 132,
  ElementEnd: 133,
  MemberEnd: 134,
  TextEnd: 135,
  Number: 136,
  Literal: 137,
  Control: 138,
  Escape: 139,
} as const;

const MESSAGES: ReadonlyMap<number, string> = new Map([
  [Rule.Utf8, "text is not UTF-8"],
  [Rule.Mark, "text starts with a byte order mark"],
  [Rule.Value, "a value is expected where none starts"],
  [Rule.Name, "a member name is not a string"],
  [Rule.Colon, "a member name is not followed by a colon"],
  [Rule.ElementEnd, "an array element is not followed by a comma or bracket"],
  [Rule.MemberEnd, "an object member is not followed by a comma or brace"],
  [Rule.TextEnd, "text goes on after its value"],
  [Rule.Number, "a number is malformed"],
  [Rule.Literal, "a literal name is not true, false or null"],
  [Rule.Control, "a string holds a control character"],
  [Rule.Escape, "an escape in a string is malformed"],
]);

/** Octets as between a regular expression's brackets, `a-z` being a range, and where they lead. */
type Cells = readonly (readonly [octets: string, next: number])[];

const WHITE = " \t\n\r"; // RFC 8259 §2
const TAIL = "\x80-\xbf"; // RFC 3629 §4: UTF8-tail
const NUMBER_END: Cells = [[`${WHITE},]}`, Act.NumberEnd]];
const VALUE: Cells = [
  [WHITE, State.Value],
  ['"', State.Text],
  ["{", Act.OpenObject],
  ["[", Act.OpenArray],
  ["-", State.Minus],
  ["0", State.Zero],
  ["1-9", State.Integer],
  ["t", State.T],
  ["f", State.F],
  ["n", State.N],
];
const TEXT: Cells = [
  [" -\x7f", State.Text],
  ['"', Act.TokenEnd],
  ["\\", State.Escape],
  ["\x00-\x1f", Rule.Control],
  ["\xc2-\xdf", State.Tail1],
  ["\xe0-\xef", State.Tail2],
  ["\xe0", State.TailE0],
  ["\xed", State.TailEd],
  ["\xf0-\xf4", State.Tail3],
  ["\xf0", State.TailF0],
  ["\xf4", State.TailF4],
];

/**
 * A state's row: the rule that octets leading nowhere break, then all others; later cells win.
 * Strings are RFC 8259 §7, numbers §6, objects §4, arrays §5, literal names §3.
 */
const ROWS: readonly (readonly [state: number, broken: number, cells: Cells])[] = [
  [State.Text, Rule.Utf8, TEXT],
  [State.Escape, Rule.Escape, [['"\\/bfnrt', State.Text], ["u", State.Hex1]]],
  [State.Hex1, Rule.Escape, [["0-9A-Fa-f", State.Hex2]]],
  [State.Hex2, Rule.Escape, [["0-9A-Fa-f", State.Hex3]]],
  [State.Hex3, Rule.Escape, [["0-9A-Fa-f", State.Hex4]]],
  [State.Hex4, Rule.Escape, [["0-9A-Fa-f", State.Text]]],
  [State.Tail1, Rule.Utf8, [[TAIL, State.Text]]],
  [State.Tail2, Rule.Utf8, [[TAIL, State.Tail1]]],
  [State.Tail3, Rule.Utf8, [[TAIL, State.Tail2]]],
  [State.TailE0, Rule.Utf8, [["\xa0-\xbf", State.Tail1]]],
  [State.TailEd, Rule.Utf8, [["\x80-\x9f", State.Tail1]]],
  [State.TailF0, Rule.Utf8, [["\x90-\xbf", State.Tail2]]],
  [State.TailF4, Rule.Utf8, [["\x80-\x8f", State.Tail2]]],
  // §8.1 lets a reader ignore a byte order mark; a text stored with one would fail other readers.
  [State.Start, Rule.Value, [...VALUE, ["\xef", State.Mark1]]],
  [State.Mark1, Rule.Utf8, [[TAIL, Rule.Value], ["\xbb", State.Mark2]]],
  [State.Mark2, Rule.Utf8, [[TAIL, Rule.Value], ["\xbf", Rule.Mark]]],
  [State.Value, Rule.Value, VALUE],
  [State.FirstElement, Rule.Value, [...VALUE, [WHITE, State.FirstElement], ["]", Act.Close]]],
  [State.FirstMember, Rule.Name, [
    [WHITE, State.FirstMember],
    ['"', Act.NameStart],
    ["}", Act.Close],
  ]],
  [State.Member, Rule.Name, [[WHITE, State.Member], ['"', Act.NameStart]]],
  [State.Colon, Rule.Colon, [[WHITE, State.Colon], [":", Act.ValueStart]]],
  [State.ElementEnd, Rule.ElementEnd, [
    [WHITE, State.ElementEnd],
    [",", State.Value],
    ["]", Act.Close],
  ]],
  [State.MemberEnd, Rule.MemberEnd, [
    [WHITE, State.MemberEnd],
    [",", State.Member],
    ["}", Act.Close],
  ]],
  [State.TextEnd, Rule.TextEnd, [[WHITE, State.TextEnd]]],
  [State.Minus, Rule.Number, [["0", State.Zero], ["1-9", State.Integer]]],
  [State.Zero, Rule.Number, [...NUMBER_END, [".", State.Point], ["eE", State.Exponent]]],
  [State.Integer, Rule.Number, [
    ...NUMBER_END,
    ["0-9", State.Integer],
    [".", State.Point],
    ["eE", State.Exponent],
  ]],
  [State.Point, Rule.Number, [["0-9", State.Fraction]]],
  [State.Fraction, Rule.Number, [
    ...NUMBER_END,
    ["0-9", State.Fraction],
    ["eE", State.Exponent],
  ]],
  [State.Exponent, Rule.Number, [["+-", State.ExponentSign], ["0-9", State.ExponentDigits]]],
  [State.ExponentSign, Rule.Number, [["0-9", State.ExponentDigits]]],
  [State.ExponentDigits, Rule.Number, [...NUMBER_END, ["0-9", State.ExponentDigits]]],
  [State.T, Rule.Literal, [["r", State.Tr]]],
  [State.Tr, Rule.Literal, [["u", State.LastE]]],
  [State.F, Rule.Literal, [["a", State.Fa]]],
  [State.Fa, Rule.Literal, [["l", State.Fal]]],
  [State.Fal, Rule.Literal, [["s", State.LastE]]],
  [State.LastE, Rule.Literal, [["e", Act.TokenEnd]]],
  [State.N, Rule.Literal, [["u", State.Nu]]],
  [State.Nu, Rule.Literal, [["l", State.Nul]]],
  [State.Nul, Rule.Literal, [["l", Act.TokenEnd]]],
];

const NEXT = nextTable();

function nextTable(): Uint8Array {
  const table = new Uint8Array(STATES << 8);
  for (const [state, broken, cells] of ROWS) {
    const row = table.subarray(state << 8, (state + 1) << 8);
    row.fill(broken);
    // Octets that no UTF-8 text holds at this place are told as such wherever a token may start.
    if (broken !== Rule.Utf8) fillCells(row, "\x80-\xc1\xf5-\xff", Rule.Utf8);
    for (const [octets, next] of cells) fillCells(row, octets, next);
  }
  return table;
}

function fillCells(row: Uint8Array, octets: string, next: number): void {
  for (let at = 0; at < octets.length; at++) {
    const first = octets.charCodeAt(at);
    const isRange = octets[at + 1] === "-" && at + 2 < octets.length;
    if (isRange) at += 2;
    row.fill(next, first, octets.charCodeAt(at) + 1);
  }
}

/**
 * Judges one JSON text, octets as they come.
 *
 * @example Usage
 * ```ts
 * import { assertThrows } from "@std/assert";
 *
 * const encoder = new TextEncoder();
 * const validator = new JsonValidator({ depthMax: 2 });
 * validator.write(encoder.encode('{"a": [1, tr'));
 * assertThrows(() => validator.end(), Error, "text ends before its value does");
 * validator.write(encoder.encode("ue]}"));
 * validator.end();
 * ```
 */
export class JsonValidator {
  readonly #depthMax: number;
  /** A bit for each open array (0) or object (1), outermost first. */
  readonly #nesting: Uint8Array;
  #depth = 0;
  #state: number = State.Start;
  /** Where the string, number or literal name under way leads once it ends. */
  #after: number = State.TextEnd;
  #refusal: HttpError | undefined;

  /**
   * Waits for a text's first octet. It takes `depthMax / 8` bytes of memory, and never more.
   *
   * @throws {RangeError} When `limits.depthMax` is not an integer of 0 to 2147483647.
   */
  constructor(limits: JsonLimits = DEFAULT_LIMITS) {
    const { depthMax } = limits;
    if (!Number.isInteger(depthMax) || depthMax < 0 || depthMax > DEPTH_MAX) {
      throw new RangeError(
        `Cannot validate JSON: depthMax must be 0 to ${DEPTH_MAX}, current value is ${depthMax}`,
      );
    }
    this.#depthMax = depthMax;
    this.#nesting = new Uint8Array(Math.ceil(depthMax / 8));
  }

  /**
   * Takes the text's next octets, any number of them; they may lie in shared memory.
   *
   * @throws {HttpError} 400 when no text goes on so, or when it nests too deep; and ever after.
   */
  write(bytes: Uint8Array): void {
    if (this.#refusal !== undefined) throw this.#refusal;
    const end = bytes.length;
    let state = this.#state;
    let at = 0;
    while (at < end) {
      if (state === State.Text) {
        // Most octets of most texts are read here.
        while (at < end && NEXT[bytes[at] ?? 0] === State.Text) at++;
        if (at === end) break;
      }
      const next = NEXT[state << 8 | (bytes[at++] ?? 0)] ?? 0;
      if (next < STATES) state = next;
      else if (next === Act.TokenEnd) state = this.#after;
      else if (next === Act.NumberEnd) {
        state = this.#after;
        at--;
      } else state = this.#act(next);
    }
    this.#state = state;
  }

  /**
   * The octets so far are the whole text.
   *
   * @throws {HttpError} 400 when they are not.
   */
  end(): void {
    if (this.#refusal !== undefined) throw this.#refusal;
    // Only the end tells that a number is over, so it is read as the white space it could be.
    const next = NEXT[this.#state << 8 | 0x20];
    const state = next === Act.NumberEnd ? this.#after : this.#state;
    if (state === State.TextEnd) return;
    const isEmpty = this.#depth === 0 && (state === State.Start || state === State.Value);
    throw refusal(isEmpty ? "text is empty" : "text ends before its value does");
  }

  /** Does what the cell asks for; gives the next state. */
  #act(act: number): number {
    switch (act) {
      case Act.NameStart:
        this.#after = State.Colon;
        return State.Text;
      case Act.ValueStart:
        this.#after = State.MemberEnd;
        return State.Value;
      case Act.OpenArray:
        return this.#open(0);
      case Act.OpenObject:
        return this.#open(1);
      case Act.Close:
        return this.#close();
      default:
        throw this.#refusal = refusal(MESSAGES.get(act) ?? "text is malformed");
    }
  }

  #open(bit: 0 | 1): number {
    const depth = this.#depth;
    if (depth === this.#depthMax) {
      throw this.#refusal = refusal(`limit is ${depth} levels of nesting`);
    }
    const mask = 1 << (depth & 7);
    const bits = this.#nesting[depth >>> 3] ?? 0;
    this.#nesting[depth >>> 3] = bit === 1 ? bits | mask : bits & ~mask;
    this.#depth = depth + 1;
    this.#after = bit === 1 ? State.MemberEnd : State.ElementEnd;
    return bit === 1 ? State.FirstMember : State.FirstElement;
  }

  /** Only a row of the right kind asks for it, so only the kind of what is around is looked up. */
  #close(): number {
    const depth = --this.#depth;
    if (depth === 0) return this.#after = State.TextEnd;
    const bits = this.#nesting[(depth - 1) >>> 3] ?? 0;
    const isObject = (bits >>> ((depth - 1) & 7) & 1) === 1;
    return this.#after = isObject ? State.MemberEnd : State.ElementEnd;
  }
}

function refusal(rule: string): HttpError {
  return new HttpError(400, `Cannot accept the JSON: ${rule}`);
}
