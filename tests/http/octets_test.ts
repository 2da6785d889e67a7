import { assertEquals } from "@std/assert";
import {
  BLANK,
  CLASSES,
  DIGIT,
  HEX,
  isOf,
  latin1,
  QUOTED,
  TARGET,
  TOKEN,
  VALUE,
} from "../../lib/http/octets.ts";
import { octets } from "./bytes.ts";

/** The classes as the RFCs write them. */
const GRAMMAR: readonly (readonly [name: string, bits: number, grammar: RegExp])[] = [
  ["TOKEN (RFC 9110 §5.6.2)", TOKEN, /[!#$%&'*+\-.^_`|~0-9A-Za-z]/],
  ["TARGET (RFC 9112 §3.2)", TARGET, /[!"$-~]/],
  ["VALUE (RFC 9110 §5.5)", VALUE, /[\t\x20-\x7e\x80-\xff]/],
  ["HEX (RFC 5234 §B.1)", HEX, /[0-9A-Fa-f]/],
  ["DIGIT (RFC 5234 §B.1)", DIGIT, /[0-9]/],
  ["QUOTED (RFC 9110 §5.6.4)", QUOTED, /[\t !\x23-\x5b\x5d-\x7e\x80-\xff]/],
  ["BLANK (RFC 9110 §5.6.3)", BLANK, /[\t ]/],
];

for (const [name, bits, grammar] of GRAMMAR) {
  Deno.test(`CLASSES has the octets of ${name} and no other`, () => {
    for (let octet = 0; octet < 256; octet++) {
      assertEquals(isOf(octet, bits), grammar.test(String.fromCharCode(octet)), `octet ${octet}`);
    }
  });
}

Deno.test("CLASSES knows every octet and nothing past it", () => {
  assertEquals(CLASSES.length, 256);
  assertEquals(isOf(256, 0xff), false);
  assertEquals(isOf(undefined, 0xff), false);
});

Deno.test("isOf takes any of several classes", () => {
  assertEquals(isOf(0x3a, TOKEN | BLANK), false);
  assertEquals(isOf(0x20, TOKEN | BLANK), true);
  assertEquals(isOf(0x41, TOKEN | BLANK), true);
});

Deno.test("latin1 gives one character for each octet", () => {
  const all = Uint8Array.from({ length: 256 }, (_, octet) => octet);
  assertEquals(octets(latin1(all, 0, 256)), all);
  assertEquals(latin1(octets("abcdef"), 2, 4), "cd");
  assertEquals(latin1(octets("abc"), 1, 1), "");
});
