// How fast JSON texts are judged, beside decoding and parsing them whole. Every text has a million
// octets, so "iter/s" reads as MB/s. The validator gets 64 KiB at a time, as an upload does.

import { JsonValidator } from "../../lib/handlers/json_validator.ts";

const TEXT_BYTES = 1_000_000;
const PIECE_BYTES = 65_536;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const RECORD = {
  id: 48_213,
  sensor: "north-roof-3",
  time: "2026-11-23T04:36:12.345Z",
  place: { latitude: 47.376887, longitude: 8.541694, altitudeMeters: -12.5e1 },
  tags: ["calibrated", "outdoor", 'a "quoted" word\n'],
  isValid: true,
  replacedBy: null,
  readings: [21.5, 21.25, 20.125, 19, 0, -3],
};

const TEXTS = {
  "long strings": array(JSON.stringify("The quick brown fox. ".repeat(4_000))),
  "records": array(JSON.stringify(RECORD)),
  "indented records": array(JSON.stringify(RECORD, undefined, 2)),
  "numbers": array("[-12.75,1024,3.5e-7,0]"),
  "Cyrillic strings": array(JSON.stringify("Съешь же ещё этих мягких булок. ".repeat(40))),
  "Chinese strings": array(JSON.stringify("視野無限廣窗外有藍天。".repeat(40))),
  "brackets": array('[[{},[]],{"":[{}]}]'),
};

/** An array of as many elements as fit, filled up with white space to the length of all texts. */
function array(element: string): Uint8Array {
  const elementBytes = encoder.encode(element).length + 1;
  const count = Math.floor((TEXT_BYTES - 1) / elementBytes);
  const text = `[${Array(count).fill(element).join(",")}]`;
  return encoder.encode(text + " ".repeat(TEXT_BYTES - count * elementBytes - 1));
}

function validate(text: Uint8Array): void {
  const validator = new JsonValidator();
  for (let at = 0; at < text.length; at += PIECE_BYTES) {
    validator.write(text.subarray(at, at + PIECE_BYTES));
  }
  validator.end();
}

for (const [name, text] of Object.entries(TEXTS)) {
  const shared = new Uint8Array(new SharedArrayBuffer(TEXT_BYTES));
  shared.set(text);
  Deno.bench({
    name: `${name}, JsonValidator`,
    group: name,
    baseline: true,
    fn: () => validate(shared),
  });
  Deno.bench({
    name: `${name}, JSON.parse`,
    group: name,
    fn: () => void JSON.parse(decoder.decode(text)),
  });
}
