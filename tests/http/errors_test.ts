import { assert, assertEquals } from "@std/assert";
import { HttpError } from "../../lib/http/errors.ts";

Deno.test("HttpError carries a status, a message for the peer and a cause for the log", () => {
  const cause = new Error("disk");
  const error = new HttpError(507, "Cannot store the upload", { cause });
  assert(error instanceof Error);
  assertEquals(error.name, "HttpError");
  assertEquals(error.status, 507);
  assertEquals(error.message, "Cannot store the upload");
  assertEquals(error.cause, cause);
});
