import { assertEquals, assertThrows } from "@std/assert";
import { namingSecret, SECRET_NAME } from "../../lib/storage/naming_secret.ts";
import { folderTest, put } from "../handlers/ground.ts";

folderTest("namingSecret makes a folder's secret once, for its owner alone", (folder) => {
  const secret = namingSecret(folder, 0);
  assertEquals(secret.length, 32);
  assertEquals(namingSecret(folder, 1), secret);
  assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), [SECRET_NAME]);
  const { mode } = Deno.statSync(`${folder}/${SECRET_NAME}`);
  if (Deno.build.os !== "windows") assertEquals((mode ?? 0) & 0o777, 0o600);
});

folderTest("namingSecret differs from folder to folder", (folder) => {
  for (const name of ["a", "b"]) Deno.mkdirSync(`${folder}/${name}`);
  const [a, b] = ["a", "b"].map((name) => namingSecret(`${folder}/${name}`, 0));
  assertEquals(String(a) === String(b), false);
});

folderTest("namingSecret refuses what is no secret", (folder) => {
  put(folder, SECRET_NAME, "too short");
  assertThrows(() => namingSecret(folder, 0), Error, "must have 32 octets");
});
