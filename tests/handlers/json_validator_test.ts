import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import fc from "fast-check";
import { JsonValidator } from "../../lib/handlers/json_validator.ts";
import { HttpError } from "../../lib/http/errors.ts";

const ACCEPTED = "accepted";
const EMPTY = "text is empty";
const CUT = "text ends before its value does";
const UTF8 = "text is not UTF-8";
const MARK = "text starts with a byte order mark";
const VALUE = "a value is expected where none starts";
const NAME = "a member name is not a string";
const COLON = "a member name is not followed by a colon";
const ELEMENT_END = "an array element is not followed by a comma or bracket";
const MEMBER_END = "an object member is not followed by a comma or brace";
const REST = "text goes on after its value";
const NUMBER = "a number is malformed";
const LITERAL = "a literal name is not true, false or null";
const CONTROL = "a string holds a control character";
const ESCAPE = "an escape in a string is malformed";
const DEEP = "limit is 512 levels of nesting";

/** One octet a character, so that a row can hold any octets: `\xc3\xa9` is an é in UTF-8. */
type Row = readonly [rule: string, text: string, verdict: string];

const STRUCTURE: readonly Row[] = [
  ["an empty array", "[]", ACCEPTED],
  ["an empty object", "{}", ACCEPTED],
  ["an empty string as an element", '[""]', ACCEPTED],
  ["an array that ends on a new line", "[1\n]", ACCEPTED],
  ["white space inside an empty array", "[ \t\r\n]", ACCEPTED],
  ["white space inside an empty object", "{ \t\r\n}", ACCEPTED],
  ["white space around everything", ' { "a" : [ 1 , 2 ] , "b" : { } } ', ACCEPTED],
  ["white space before the value", " \t\r\n1", ACCEPTED],
  ["white space after the value", "1 \t\r\n", ACCEPTED],
  ["elements of every kind", '[null,true,false,1,"1",{},[]]', ACCEPTED],
  ["empty arrays side by side", "[[],[]]", ACCEPTED],
  ["an array in an object in an array", '[{"a":[{}]}]', ACCEPTED],
  ["an element after an object", '[{"a":1},2]', ACCEPTED],
  ["a member after an array", '{"a":[1],"b":2}', ACCEPTED],
  ["members without white space", '{"a":"b","c":"d"}', ACCEPTED],
  ["an empty name", '{"":0}', ACCEPTED],
  ["a name that occurs twice (RFC 8259 §4)", '{"a":1,"a":2}', ACCEPTED],
  ["a member that occurs twice", '{"a":1,"a":1}', ACCEPTED],
  ["an escape in a name", '{"foo\\u0000bar":42}', ACCEPTED],
  ["a long name", `{"${"x".repeat(200)}":1}`, ACCEPTED],
  ["an object over several lines", '{\n"a":"b"\n}', ACCEPTED],
  ["an array alone at the top that nests 512 deep", "[".repeat(512) + "]".repeat(512), ACCEPTED],
  ["objects that nest 512 deep", '{"a":'.repeat(511) + "{}" + "}".repeat(511), ACCEPTED],
  ["513 arrays", "[".repeat(513) + "]".repeat(513), DEEP],
  ["513 objects", '{"a":'.repeat(513), DEEP],
  ["a hundred thousand brackets", "[".repeat(100_000), DEEP],
  ["a hundred thousand objects in arrays", '[{"":'.repeat(50_000), DEEP],
  ["many arrays side by side", `[${"[],".repeat(600)}[]]`, ACCEPTED],
  ["no text (RFC 8259 §2)", "", EMPTY],
  ["white space alone", " ", EMPTY],
  ["white space of every kind alone", "\t\r\n ", EMPTY],
  ["an open bracket alone", "[", CUT],
  ["an open brace alone", "{", CUT],
  ["an array left open after an element", "[1", CUT],
  ["an array left open after a comma", "[1,", CUT],
  ["an array left open after white space", "[ ", CUT],
  ["an inner array left open", "[[1]", CUT],
  ["an array left open over lines", '["a",\n4\n,1', CUT],
  ["an object left open after a name", '{"a"', CUT],
  ["an object left open after a colon", '{"a":', CUT],
  ["an object left open after a member", '{"a":1', CUT],
  ["an object left open after a comma", '{"a":1,', CUT],
  ["a closing bracket alone", "]", VALUE],
  ["a closing brace alone", "}", VALUE],
  ["a comma alone", ",", VALUE],
  ["a colon alone", ":", VALUE],
  ["a comma after the last element", "[1,]", VALUE],
  ["two commas after the last element", "[1,,]", VALUE],
  ["two commas between elements", "[1,,2]", VALUE],
  ["a comma before the first element", "[,1]", VALUE],
  ["a comma alone in an array", "[,]", VALUE],
  ["a comma alone in an array, after white space", "[   , 1]", VALUE],
  ["no comma between elements", '["a" "b"]', ELEMENT_END],
  ["no comma between numbers", "[1 2]", ELEMENT_END],
  ["no comma before an inner array", "[3[4]]", NUMBER],
  ["a colon for a comma", '["a":1]', ELEMENT_END],
  ["a semicolon for a comma", "[1;2]", NUMBER],
  ["a brace for a bracket", "[1}", ELEMENT_END],
  ["a brace in an empty array", "[}", VALUE],
  ["a bracket for a brace", '{"a":1]', MEMBER_END],
  ["a bracket in an empty object", "{]", NAME],
  ["brackets that cross", '[{"a":[}]]', VALUE],
  ["brackets that cross after members", '[{"a":[1}]]', ELEMENT_END],
  ["a comma after the last member", '{"a":1,}', NAME],
  ["two commas between members", '{"a":1,,"b":2}', NAME],
  ["a comma before the first member", '{,"a":1}', NAME],
  ["a comma for a colon", '{"a",1}', COLON],
  ["an equals sign for a colon", '{"a"=1}', COLON],
  ["no colon", '{"a" 1}', COLON],
  ["two colons", '{"a"::1}', VALUE],
  ["no name", "{:1}", NAME],
  ["no value before the brace", '{"a":}', VALUE],
  ["no value before a comma", '{"a":,"b":1}', VALUE],
  ["a number as a name", "{1:1}", NAME],
  ["a literal name as a name", "{null:1}", NAME],
  ["an array as a name", "{[]:1}", NAME],
  ["a bare word as a name", "{a:1}", NAME],
  ["a name in single quotes", "{'a':1}", NAME],
  ["an element in an object", '{"a"}', COLON],
  ["three values for a name", '{"a":1 2 3}', MEMBER_END],
  ["no comma between members", '{"a":1 "b":2}', MEMBER_END],
  ["an emoji for a name", "{\xf0\x9f\x87\xa8}", NAME],
  ["a value after the value", "1 2", REST],
  ["an array after the array", "[][]", REST],
  ["a bracket too many", "[1]]", REST],
  ["a brace too many", '{"a":1}}', REST],
  ["a comma after the value", "[],", REST],
  ["a letter after the value", "[]x", REST],
  ["a hash after the value", '{"a":1}#', REST],
  ["a string after the string", '"a""b"', REST],
  ["a NUL after the value", "1\n\x00", REST],
  ["a line comment after the value", "[] // note", REST],
  ["a comment after the value", '{"a":"b"}/**/', REST],
  ["a comment before the value", "/**/1", VALUE],
  ["a comment among the elements", "[1,/* */2]", VALUE],
  ["a comment after a member", '{"a":1/**/}', NUMBER],
  ["a form feed for white space", "[\x0c]", VALUE],
  ["a vertical tab for white space", "[\x0b]", VALUE],
  ["a NUL for a value", "\x00", VALUE],
  ["a form feed after the value", "1 \x0c", REST],
  ["a no-break space for white space", "[\xc2\xa0]", VALUE],
  ["a word joiner for white space", "[\xe2\x81\xa0]", VALUE],
  ["a bare word", "word", VALUE],
  ["a variable of a template", "[${x}]", VALUE],
  ["an escape outside of a string", "[\\u0031]", VALUE],
  ["a star", "*", VALUE],
  ["an angle bracket", "<.>", VALUE],
];

const NUMBERS: readonly Row[] = [
  ["zero", "0", ACCEPTED],
  ["minus zero", "-0", ACCEPTED],
  ["a digit", "7", ACCEPTED],
  ["an integer", "1234567890", ACCEPTED],
  ["a negative integer", "-42", ACCEPTED],
  ["a fraction", "0.5", ACCEPTED],
  ["a fraction with zeros", "-0.00100", ACCEPTED],
  ["a fraction close to zero", `[-0.${"0".repeat(70)}1]`, ACCEPTED],
  ["an exponent", "1e5", ACCEPTED],
  ["an exponent in upper case", "1E22", ACCEPTED],
  ["an exponent with a plus", "[1e+2]", ACCEPTED],
  ["an exponent with a minus", "[1E-2]", ACCEPTED],
  ["an exponent with leading zeros", "1e007", ACCEPTED],
  ["an exponent of zero", "0e0", ACCEPTED],
  ["an exponent after a fraction", "[123.456e78]", ACCEPTED],
  ["zero with an exponent", "[0e+1]", ACCEPTED],
  ["more than a double holds", "123123e100000", ACCEPTED],
  ["less than a double holds", "-123123e-100000", ACCEPTED],
  ["more digits than a double holds", "9".repeat(400), ACCEPTED],
  ["a number before white space", "[ 4]", ACCEPTED],
  ["a number after white space", "[4 ]", ACCEPTED],
  ["a number as a member", '{"a":-1.5E+3}', ACCEPTED],
  ["a leading zero", "01", NUMBER],
  ["two zeros", "00", NUMBER],
  ["a leading zero after the sign", "-01", NUMBER],
  ["a leading zero before a fraction", "012.5", NUMBER],
  ["a plus", "+1", VALUE],
  ["two pluses", "[++1234]", VALUE],
  ["two minuses", "--1", NUMBER],
  ["a minus and a space", "[- 1]", NUMBER],
  ["a minus alone", "-", CUT],
  ["a minus alone in an array", "[-]", NUMBER],
  ["a minus before a letter", "[-foo]", NUMBER],
  ["a minus at the end", "[1-]", NUMBER],
  ["a sum", "[1+2]", NUMBER],
  ["no digit before the point", ".5", VALUE],
  ["no digit between sign and point", "[-.123]", NUMBER],
  ["no digit after the point", "[1.]", NUMBER],
  ["no digit after the point, at the end", "1.", CUT],
  ["no digit between point and exponent", "[2.e3]", NUMBER],
  ["two points", "1.2.3", NUMBER],
  ["a sign after the point", "[0.-1]", NUMBER],
  ["no digit in the exponent", "[1e]", NUMBER],
  ["no digit in the exponent, at the end", "1e", CUT],
  ["no digit after the exponent's sign", "[1e+]", NUMBER],
  ["no digit after the exponent's sign, at the end", "1e-", CUT],
  ["two exponents", "[1e2e3]", NUMBER],
  ["an exponent with two signs", "[1e+-2]", NUMBER],
  ["an exponent with a fraction", "1e2.5", NUMBER],
  ["an exponent in capital after a zero, unfinished", "[0E+]", NUMBER],
  ["a thousands space", "[1 000.0]", ELEMENT_END],
  ["a digit separator", "1_000", NUMBER],
  ["a big integer's suffix", "1n", NUMBER],
  ["hexadecimal", "[0x1]", NUMBER],
  ["hexadecimal of two digits", "[0x42]", NUMBER],
  ["not a number", "NaN", VALUE],
  ["minus not a number", "[-NaN]", NUMBER],
  ["infinity", "Infinity", VALUE],
  ["minus infinity", "[-Infinity]", NUMBER],
  ["infinity, short", "[Inf]", VALUE],
  ["a letter after the number", "[1a]", NUMBER],
  ["a letter after the exponent", "[1ea]", NUMBER],
  ["a NUL after a digit", "[1\x00]", NUMBER],
  ["full-width digits", "[\xef\xbc\x91]", VALUE],
  ["an octet that is not UTF-8 after a digit", "[1\xe5]", NUMBER],
  ["an octet that never is UTF-8 after a digit", "[1\xff]", UTF8],
];

const LITERALS: readonly Row[] = [
  ["true", "true", ACCEPTED],
  ["false", "false", ACCEPTED],
  ["null", "null", ACCEPTED],
  ["literal names as elements", "[true,false,null]", ACCEPTED],
  ["true before white space", "true ", ACCEPTED],
  ["true cut short", "tru", CUT],
  ["false cut short", "[fals", CUT],
  ["null cut short", "nul", CUT],
  ["true cut short in an array", "[tru]", LITERAL],
  ["false cut short in an array", "[fals]", LITERAL],
  ["null cut short in an array", "[nul]", LITERAL],
  ["true in capitals", "[TRUE]", VALUE],
  ["true capitalised", "[True]", VALUE],
  ["a capital inside", "[tRue]", LITERAL],
  ["nothing between two literal names", "[truefalse]", ELEMENT_END],
  ["a letter too many", "nulll", REST],
  ["undefined", "[undefined]", VALUE],
  ["fase", "fase", LITERAL],
  ["white space inside", "nu ll", LITERAL],
];

const STRINGS: readonly Row[] = [
  ["an empty string", '""', ACCEPTED],
  ["a string", '"asd"', ACCEPTED],
  ["a space in a string", '" "', ACCEPTED],
  ["every short escape", '"\\"\\\\\\/\\b\\f\\n\\r\\t"', ACCEPTED],
  ["an escaped backslash before the quote", '"\\\\"', ACCEPTED],
  ["an escaped backslash before a letter", '"\\\\n"', ACCEPTED],
  ["an escape in four digits", '"\\u0061\\u30af\\u00E9"', ACCEPTED],
  ["hexadecimal digits in either case", '"\\uAbCd\\ueFaB"', ACCEPTED],
  ["an escaped NUL", '["\\u0000"]', ACCEPTED],
  ["an escaped control character", '"\\u0012"', ACCEPTED],
  ["an escaped line end", '"\\u000A"', ACCEPTED],
  ["an escaped surrogate pair", '"\\uD801\\udc37"', ACCEPTED],
  ["an escaped high surrogate alone (RFC 8259 §8.2)", '"\\uD800"', ACCEPTED],
  ["an escaped low surrogate alone", '"\\uDc00"', ACCEPTED],
  ["an escaped pair in the wrong order", '"\\uDd1e\\uD834"', ACCEPTED],
  ["an escaped high surrogate before a letter", '"\\ud800abc"', ACCEPTED],
  ["an escaped noncharacter", '"\\uFFFE\\uFDD0\\uDBFF\\uDFFE"', ACCEPTED],
  ["an escaped line separator", '"\\u2028\\u2029"', ACCEPTED],
  ["an escaped zero-width space", '"\\u200B"', ACCEPTED],
  ["comments in a string", '"a/*b*/c/*d//e"', ACCEPTED],
  ["braces and brackets in a string", '"{[,:]}"', ACCEPTED],
  ["single quotes in a string", '"\'"', ACCEPTED],
  ["DEL in a string", '"\x7f"', ACCEPTED],
  ["a string of many octets", `"${"a".repeat(300)}"`, ACCEPTED],
  ["two octets", '"\xc3\xa9"', ACCEPTED],
  ["three octets", '"\xe2\x82\xac"', ACCEPTED],
  ["four octets", '"\xf0\x9d\x84\x9e"', ACCEPTED],
  ["the least of two octets", '"\xc2\x80"', ACCEPTED],
  ["the most of two octets", '"\xdf\xbf"', ACCEPTED],
  ["the least of three octets", '"\xe0\xa0\x80"', ACCEPTED],
  ["the last before the surrogates", '"\xed\x9f\xbf"', ACCEPTED],
  ["the first after the surrogates", '"\xee\x80\x80"', ACCEPTED],
  ["the most of three octets, a noncharacter", '"\xef\xbf\xbf"', ACCEPTED],
  ["the least of four octets", '"\xf0\x90\x80\x80"', ACCEPTED],
  ["the most of four octets, U+10FFFF", '"\xf4\x8f\xbf\xbf"', ACCEPTED],
  ["a line separator", '"\xe2\x80\xa8"', ACCEPTED],
  ["a paragraph separator", '"\xe2\x80\xa9"', ACCEPTED],
  ["a byte order mark in a string", '"\xef\xbb\xbf"', ACCEPTED],
  ["a name beyond ASCII", '{"\xc3\xa9":"\xe2\x82\xac"}', ACCEPTED],
  ["a quote alone", '"', CUT],
  ["a string left open", '"abc', CUT],
  ["a string left open in an array", '["a', CUT],
  ["a string left open after a backslash", '"\\', CUT],
  ["an escaped quote for the closing one", '"\\"', CUT],
  ["an escape left open", '"\\u00A', CUT],
  ["a character left open", '"\xe2\x82', CUT],
  ["single quotes", "'a'", VALUE],
  ["a string without quotes", "[abc]", VALUE],
  ["quotes from a word processor", "[\xe2\x80\x9ca\xe2\x80\x9d]", VALUE],
  ["a NUL", '"a\x00a"', CONTROL],
  ["a tab", '"\t"', CONTROL],
  ["a line feed", '["new\nline"]', CONTROL],
  ["a carriage return", '"\r"', CONTROL],
  ["an escape character", '"\x1b"', CONTROL],
  ["the last control character", '"\x1f"', CONTROL],
  ["a control character in a name", '{"\x01":1}', CONTROL],
  ["a tab after a backslash", '"\\\t"', ESCAPE],
  ["a NUL after a backslash", '["\\\x00"]', ESCAPE],
  ["a line end after a backslash", '"\\\n"', ESCAPE],
  ["a single quote escaped", '"\\\'"', ESCAPE],
  ["an unknown escape", '"\\a"', ESCAPE],
  ["a vertical tab's escape", '"\\v"', ESCAPE],
  ["an octal escape", '"\\0"', ESCAPE],
  ["a hexadecimal escape of two digits", '"\\x41"', ESCAPE],
  ["an escape in capitals", '"\\U0041"', ESCAPE],
  ["an escape in braces", '"\\u{41}"', ESCAPE],
  ["an escape without digits", '["\\u"]', ESCAPE],
  ["an escape of one digit", '["\\u1"]', ESCAPE],
  ["an escape of three digits", '["\\u00A"]', ESCAPE],
  ["a letter that is no digit", '"\\u00Gg"', ESCAPE],
  ["a letter that is no digit, last", '"\\u000g"', ESCAPE],
  ["a surrogate pair left open", '["\\uD834\\uDd"]', ESCAPE],
  ["a low surrogate without its u", '["\\uD800\\"]', CUT],
  ["an emoji escaped", '["\\\xf0\x9f\x8c\x80"]', ESCAPE],
  ["an octet that never is UTF-8 escaped", '["\\\xff"]', UTF8],
];

const ENCODINGS: readonly Row[] = [
  ["an octet that never is UTF-8", '"\xff"', UTF8],
  ["the other one", '"\xfe"', UTF8],
  ["an octet that starts nothing", '"\x80"', UTF8],
  ["latin-1", '"\xe9"', UTF8],
  ["latin-1 before letters", '"caf\xe9s"', UTF8],
  ["too few octets", '"\xe2\x82"', UTF8],
  ["too many octets", '"\xc3\xa9\xa9"', UTF8],
  ["an overlong slash of two octets", '"\xc0\xaf"', UTF8],
  ["an overlong NUL", '"\xc0\x80"', UTF8],
  ["the last overlong of two octets", '"\xc1\xbf"', UTF8],
  ["an overlong slash of three octets", '"\xe0\x80\xaf"', UTF8],
  ["the last overlong of three octets", '"\xe0\x9f\xbf"', UTF8],
  ["an overlong slash of four octets", '"\xf0\x80\x80\xaf"', UTF8],
  ["the last overlong of four octets", '"\xf0\x8f\xbf\xbf"', UTF8],
  ["the first surrogate", '"\xed\xa0\x80"', UTF8],
  ["the last surrogate", '"\xed\xbf\xbf"', UTF8],
  ["a surrogate pair, three octets each", '"\xed\xa0\xb4\xed\xb4\x9e"', UTF8],
  ["U+110000", '"\xf4\x90\x80\x80"', UTF8],
  ["U+13FFFF", '"\xf4\xbf\xbf\xbf"', UTF8],
  ["five octets", '"\xf8\x88\x80\x80\x80"', UTF8],
  ["six octets", '"\xfc\x84\x80\x80\x80\x80"', UTF8],
  ["a quote inside a character", '"\xe2"', UTF8],
  ["a broken name", '{"\xff":1}', UTF8],
  ["a broken octet alone", "\xff", UTF8],
  ["a broken octet for an element", "[\xff]", UTF8],
  ["a broken octet after the value", "1 \xff", UTF8],
  ["an octet that starts nothing for an element", "[\x80]", UTF8],
  ["an overlong start for an element", "[\xc1]", UTF8],
  ["a character beyond ASCII for an element", "[\xc3\xa9]", VALUE],
  ["a character beyond ASCII after the value", "[]\xe2\x82\xac", REST],
  ["a byte order mark (RFC 8259 §8.1)", "\xef\xbb\xbf{}", MARK],
  ["a byte order mark alone", "\xef\xbb\xbf", MARK],
  ["a byte order mark after white space", " \xef\xbb\xbf{}", VALUE],
  ["a byte order mark after the value", "{}\xef\xbb\xbf", REST],
  ["one octet of a byte order mark", "\xef", CUT],
  ["two octets of a byte order mark", "\xef\xbb", CUT],
  ["one octet of a byte order mark, then a value", "\xef{}", UTF8],
  ["two octets of a byte order mark, then a value", "\xef\xbb{}", UTF8],
  ["another character that starts as a byte order mark", "\xef\xbb\xbe", VALUE],
  ["another character with the first octet of a byte order mark", "\xef\xbc\x91", VALUE],
  ["UTF-16, big end first, with its mark", '\xfe\xff\x00"\x00"', UTF8],
  ["UTF-16, little end first, with its mark", '\xff\xfe"\x00"\x00', UTF8],
  ["UTF-16, big end first", '\x00"\x00a\x00"', VALUE],
  ["UTF-16, little end first", '"\x00a\x00"\x00', CONTROL],
];

const TABLES = { structure: STRUCTURE, numbers: NUMBERS, literals: LITERALS };
const TEXT_TABLES = { strings: STRINGS, encodings: ENCODINGS };

for (const [table, rows] of Object.entries({ ...TABLES, ...TEXT_TABLES })) {
  for (const [rule, text, verdict] of rows) {
    Deno.test(`JsonValidator, ${table}: ${rule}`, () => {
      const bytes = octets(text);
      assertEquals(judge([bytes]), verdict);
      if (verdict !== DEEP) assertEquals(verdict === ACCEPTED, isParsed(bytes));
      // Long rows are of one piece repeated: their first cuts stand for all.
      for (let cut = 0; cut <= Math.min(bytes.length, 64); cut++) {
        assertEquals(judge([bytes.subarray(0, cut), bytes.subarray(cut)]), verdict);
      }
      if (bytes.length < 2_000) assertEquals(judge(split(bytes, 1)), verdict);
    });
  }
}

Deno.test("JsonValidator agrees with JSON.parse on every octet in every state", () => {
  const prefixes = (
    '|"|"\\|"\\u|"\\u1|"\\u1b|"\\u1bC|"é\\n| |[|[ |{|{ |{"|{"a"|{"a" |{"a":|{"a":1|{"a":1 |' +
    '{"a":1,|' +
    "[1,|[1 |[[]|[{}|{}|[]|1 |-|[-|0|[0|-0|12|[12|1.|[1.|1.5|[1.5|1e|[1e|0E+|[1e+|1e5|[1e-5|" +
    "t|tr|tru|true|f|fa|fal|fals|false|n|nu|nul|null|[t|[tr|[tru|[true"
  ).split("|").map((text) => [...new TextEncoder().encode(text)]);
  const starts = [[0xc3], [0xe0], [0xe0, 0xa0], [0xe1], [0xed], [0xef, 0xbb], [0xf0], [0xf0, 0x90]];
  for (const start of [...starts, [0xf1], [0xf1, 0x80], [0xf1, 0x80, 0x80], [0xf4], [0xef]]) {
    prefixes.push(start, [0x22, ...start]);
  }
  const ends = ["", '"', "]", "}", "0]", "1}", 'a1"', '":1}', '\x80"'];
  for (const prefix of prefixes) {
    for (let octet = 0; octet < 256; octet++) {
      for (const end of ends) agree(Uint8Array.from([...prefix, octet, ...octets(end)]));
    }
  }
});

Deno.test("JsonValidator agrees with JSON.parse on every short text of an alphabet", () => {
  const alphabet = octets('[]{},:"0-.e \\');
  const grow = (text: number[], left: number) => {
    agree(Uint8Array.from(text));
    if (left > 0) { for (const octet of alphabet) grow([...text, octet], left - 1); }
  };
  grow([], 4);
});

Deno.test("JsonValidator agrees with the decoder on characters at every bound", () => {
  const bounds = octets("\x41\x7f\x80\x8f\x90\x9f\xa0\xbf\xc0\xc1\xc2\xdf\xe0\xe1\xec\xed\xee\xef");
  const leads = [...bounds, ...octets("\xf0\xf1\xf3\xf4\xf5\xff")];
  for (const first of leads) {
    for (const second of leads) {
      agree(Uint8Array.of(0x22, first, second, 0x22));
      for (const third of bounds) {
        agree(Uint8Array.of(0x22, first, second, third, 0x22));
        if (first < 0xf0) continue;
        for (const fourth of bounds) {
          agree(Uint8Array.of(0x22, first, second, third, fourth, 0x22));
        }
      }
    }
  }
});

const encoder = new TextEncoder();
const validText = fc.tuple(fc.json({ stringUnit: "binary" }), fc.constantFrom(0, 1, "\t", " \n"))
  .map(([text, space]) => encoder.encode(JSON.stringify(JSON.parse(text), undefined, space)));
const PIECES = [
  ...'{}[]:,"\\/-+.eE019 \t\r\n'.split(""),
  ...["true", "false", "null", '"a"', '"a":', '\\"', "\\u00e9", "\\ud800", "-0.5e+3", "[]", "{}"],
  ...[
    "\xc3\xa9",
    "\xe2\x82\xac",
    "\xf0\x9d\x84\x9e",
    "\xef\xbb\xbf",
    "\xed\xa0\x80",
    "\x00",
    "\x80",
  ],
].map(octets);
const pieceText = fc.array(fc.constantFrom(...PIECES), { maxLength: 16 })
  .map((pieces) => Uint8Array.from(pieces.flatMap((piece) => [...piece])));
const mutation = fc.record({
  at: fc.nat(),
  removed: fc.nat({ max: 3 }),
  added: fc.oneof(fc.constantFrom(...PIECES), fc.uint8Array({ maxLength: 3 })),
});
const mutatedText = fc.tuple(validText, fc.array(mutation, { minLength: 1, maxLength: 3 }))
  .map(([text, mutations]) => mutations.reduce(mutate, text));
const anyText = fc.oneof(validText, mutatedText, pieceText, fc.uint8Array({ maxLength: 24 }));

Deno.test("JsonValidator takes what JSON.stringify makes", () => {
  fc.assert(
    fc.property(validText, (bytes) => assertEquals(judge([bytes]), ACCEPTED)),
    { numRuns: 2_000 },
  );
});

Deno.test("JsonValidator agrees with JSON.parse on any text", () => {
  fc.assert(fc.property(anyText, agree), { numRuns: 10_000 });
});

Deno.test("JsonValidator agrees with JSON.parse on brackets within its bound", () => {
  const bracket = fc.constantFrom("[", '{"":', "]", "}", "[],", "{},", "0", "");
  const nested = fc.array(fc.constantFrom("[", '{"":'), { maxLength: 300 }).map((opened) => {
    const closed = opened.map((open) => open === "[" ? "]" : "}").reverse().join("");
    return `${opened.join("")}0${closed}`;
  });
  const broken = fc.tuple(nested, fc.nat(), bracket)
    .map(([text, at, piece]) => {
      const place = at % text.length;
      return text.slice(0, place) + piece + text.slice(place + 1);
    });
  fc.assert(
    fc.property(fc.oneof(nested, broken), (text) => agree(octets(text))),
    { numRuns: 2_000 },
  );
});

Deno.test("JsonValidator gives one verdict however a text is split", () => {
  fc.assert(
    fc.property(anyText, (bytes) => {
      const verdict = judge([bytes]);
      for (let cut = 0; cut <= bytes.length; cut++) {
        assertEquals(judge([bytes.subarray(0, cut), bytes.subarray(cut)]), verdict);
      }
      for (const sizeBytes of [1, 2, 3, 7]) assertEquals(judge(split(bytes, sizeBytes)), verdict);
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("JsonValidator bounds the depth exactly", () => {
  for (const depthMax of [0, 1, 7, 8, 9, 64, 512, 100_000]) {
    for (const [open, close] of [["[", "]"], ['{"":', "}"]] as const) {
      const within = (depth: number) => octets(open.repeat(depth) + "0" + close.repeat(depth));
      assertEquals(judge([within(depthMax)], depthMax), ACCEPTED);
      const deep = `limit is ${depthMax} levels of nesting`;
      assertEquals(judge([within(depthMax + 1)], depthMax), deep);
    }
  }
});

Deno.test("JsonValidator rejects a bound that is none", () => {
  for (const depthMax of [-1, 0.5, NaN, Infinity, 2 ** 31]) {
    assertThrows(() => new JsonValidator({ depthMax }), RangeError, `current value is ${depthMax}`);
  }
});

Deno.test("JsonValidator reads shared memory, and views that start anywhere", () => {
  const text = octets('[{"a": "\xc3\xa9"}, -0.5, true]');
  const shared = new Uint8Array(new SharedArrayBuffer(text.length + 16)).fill(0xff);
  for (let start = 0; start < 16; start++) {
    const view = shared.subarray(start, start + text.length);
    view.set(text);
    assertEquals(judge([view]), ACCEPTED);
    view.fill(0xff);
  }
});

Deno.test("JsonValidator stays refused", () => {
  const validator = new JsonValidator();
  const refusal = assertThrows(() => validator.write(octets("[1,]")), HttpError, VALUE);
  for (const again of [() => validator.write(octets("2]")), () => validator.end()]) {
    assertEquals(assertThrows(again, HttpError), refusal);
  }
  assertThrows(() => validator.write(octets("")), HttpError, VALUE);
});

Deno.test("JsonValidator goes on after an end that came too early", () => {
  const validator = new JsonValidator();
  assertThrows(() => validator.end(), HttpError, EMPTY);
  validator.write(octets("[1"));
  assertThrows(() => validator.end(), HttpError, CUT);
  validator.write(octets("]"));
  validator.end();
});

Deno.test("JsonValidator keeps texts apart", () => {
  const first = new JsonValidator();
  const second = new JsonValidator();
  first.write(octets('{"a":['));
  second.write(octets("[{"));
  first.write(octets("1]}"));
  second.write(octets("}]"));
  first.end();
  second.end();
});

/** The octets that a row's characters stand for. */
function octets(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function split(bytes: Uint8Array, sizeBytes: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += sizeBytes) {
    pieces.push(bytes.subarray(at, at + sizeBytes));
  }
  return pieces;
}

/** `accepted`, or the broken rule. */
function judge(pieces: readonly Uint8Array[], depthMax?: number): string {
  const validator = new JsonValidator(depthMax === undefined ? undefined : { depthMax });
  try {
    for (const piece of pieces) validator.write(piece);
    validator.end();
    return ACCEPTED;
  } catch (error) {
    assertInstanceOf(error, HttpError);
    assertEquals(error.status, 400);
    const [act, rule] = error.message.split(": ");
    assertEquals(act, "Cannot accept the JSON");
    return rule ?? "";
  }
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The slow twin: decode all, parse all. */
function isParsed(bytes: Uint8Array): boolean {
  try {
    JSON.parse(decoder.decode(bytes));
    return true;
  } catch {
    return false;
  }
}

function agree(bytes: Uint8Array): void {
  const verdict = judge([bytes]);
  assert((verdict === ACCEPTED) === isParsed(bytes), `${verdict}: octets ${[...bytes]}`);
}

type Mutation = { at: number; removed: number; added: Uint8Array };

function mutate(text: Uint8Array, { at, removed, added }: Mutation): Uint8Array {
  const place = at % (text.length + 1);
  return Uint8Array.from([
    ...text.subarray(0, place),
    ...added,
    ...text.subarray(place + removed),
  ]);
}
