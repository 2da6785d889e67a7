import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import {
  isLeftoverName,
  partialName,
  probeName,
  uploadName,
} from "../../lib/storage/upload_name.ts";

const NOON_MS = Date.UTC(2026, 10, 23, 12, 0, 9);

Deno.test("uploadName holds the time, and digits that never come twice", () => {
  assertMatch(uploadName(NOON_MS), /^upload_20261123_120009_[0-9a-f]{16}\.json$/);
  assertNotEquals(uploadName(NOON_MS), uploadName(NOON_MS));
  assertEquals(uploadName(0, "00ff00ff00ff00ff"), "upload_19700101_000000_00ff00ff00ff00ff.json");
});

Deno.test("hidden names are hidden, and known again", () => {
  for (const name of [partialName(NOON_MS), probeName()]) {
    assert(name.startsWith("."), name);
    assert(isLeftoverName(name), name);
  }
});

/** Names that are nothing of ours, or not for a sweep. */
const OTHERS = [
  uploadName(NOON_MS),
  ".upload_secret",
  ".upload_.part",
  ".upload_notes.part",
  ".upload_20261123_120009_0123456789abcdef.json",
  ".upload_20261123_120009_0123456789abcdef.json.part.bak",
  "x.upload_20261123_120009_0123456789abcdef.json.part",
  ".upload_20261123_120009_0123456789ABCDEF.json.part",
  ".upload_20261123_120009_0123456789abcde.json.part",
  ".upload_probe.probe",
  "upload.part",
  "",
];

for (const name of OTHERS) {
  Deno.test(`isLeftoverName does not know "${name}"`, () => assert(!isLeftoverName(name)));
}
