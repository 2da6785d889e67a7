import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Folder } from "../../lib/handlers/folder.ts";
import { KeyedUploads } from "../../lib/handlers/keyed_uploads.ts";
import type { UploadTarget } from "../../lib/handlers/upload_target.ts";
import { HttpError } from "../../lib/http/errors.ts";
import { SECRET_NAME } from "../../lib/storage/naming_secret.ts";
import { claims, CLIENT, folderTest, put } from "./ground.ts";

const HOUR_MS = 60 * 60 * 1000;
const MIDNIGHT_MS = Date.UTC(2026, 10, 23);

/** The uploads in a folder, as a server of its own sees them. */
function serverOver(folder: string): KeyedUploads {
  return new KeyedUploads(new Folder(folder), claims());
}

function write(target: UploadTarget, text: string): UploadTarget {
  target.write(new TextEncoder().encode(text));
  return target;
}

/** Uploads `text` at one go. @returns The name it is kept under. */
async function store(
  uploads: KeyedUploads,
  key: string,
  text: string,
  { client = CLIENT, epochMs = MIDNIGHT_MS } = {},
): Promise<string> {
  const target = uploads.begin(key, client, epochMs);
  try {
    await write(target, text).publish();
  } finally {
    target.discard();
  }
  return target.name;
}

function stored(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) =>
    name !== SECRET_NAME
  );
}

folderTest("KeyedUploads store the same upload once", async (folder) => {
  const uploads = serverOver(folder);
  const name = await store(uploads, "key", "[1]");
  assert(/^upload_20261123_000000_[0-9a-f]{16}\.json$/.test(name), name);
  assertEquals(await store(uploads, "key", "[1]"), name);
  assertEquals(await store(serverOver(folder), "key", "[1]"), name); // after a restart
  assertEquals(stored(folder), [name]);
  assertEquals(Deno.readTextFileSync(`${folder}/${name}`), "[1]");
});

folderTest("KeyedUploads tell keys, clients and folders apart", async (folder) => {
  const uploads = serverOver(folder);
  const other = `${folder}/other`;
  Deno.mkdirSync(other);
  const names = [
    await store(uploads, "key", "[1]"),
    await store(uploads, "Key", "[1]"),
    await store(uploads, "key", "[1]", { client: "192.0.2.2" }),
    await store(uploads, "key", "[1]", { client: "2001:db8::1" }),
    await store(serverOver(other), "key", "[1]"),
  ];
  assertEquals(new Set(names).size, names.length);
  const neighbour = { client: "2001:db8::2" }; // of one /64, which is one client
  assertEquals(await store(uploads, "key", "[1]", neighbour), names[3]);
});

/** Contents sent second, after `[1, 2]`. */
const OTHERS = ["[1, 3]", "[1, 2", "[1, 2] ", "", "[1, 2]".repeat(50_000)];

for (const text of OTHERS) {
  folderTest(`KeyedUploads refuse "${text.slice(0, 10)}" for [1, 2]`, async (folder) => {
    const uploads = serverOver(folder);
    const name = await store(uploads, "key", "[1, 2]");
    const error = await assertRejects(() => store(uploads, "key", text), HttpError);
    assertEquals(error.status, 422);
    assertEquals(stored(folder), [name]);
    assertEquals(await store(uploads, "key", "[1, 2]"), name);
  });
}

folderTest("KeyedUploads compare what is larger than a step", async (folder) => {
  const uploads = serverOver(folder);
  const text = JSON.stringify(Array.from({ length: 60_000 }, (_, index) => index));
  const name = await store(uploads, "key", text);
  assertEquals(await store(uploads, "key", text), name);
  const late = `${text.slice(0, -2)}0]`;
  const error = await assertRejects(() => store(uploads, "key", late), HttpError);
  assertEquals(error.status, 422);
});

folderTest("KeyedUploads refuse a key that is under way, and free it", async (folder) => {
  const uploads = serverOver(folder);
  const first = write(uploads.begin("key", CLIENT, MIDNIGHT_MS), "[");
  const error = assertThrows(() => uploads.begin("key", CLIENT, MIDNIGHT_MS), HttpError);
  assertEquals(error.status, 409);
  first.discard();
  assertEquals(stored(folder), []);
  const name = await store(uploads, "key", "[2]");
  assertEquals(stored(folder), [name]);
});

folderTest("KeyedUploads of two servers over a folder store one file", async (folder) => {
  const [one, other] = [serverOver(folder), serverOver(folder)];
  const slow = write(one.begin("key", CLIENT, MIDNIGHT_MS), "[1]");
  const name = await store(other, "key", "[1]");
  const error = await assertRejects(() => slow.publish(), HttpError);
  assertEquals(error.status, 409);
  slow.discard();
  assertEquals(stored(folder), [name]);
  assertEquals(await store(one, "key", "[1]"), name);
});

folderTest("KeyedUploads know a key for one day at least and two at most", async (folder) => {
  const uploads = serverOver(folder);
  const evening = MIDNIGHT_MS + 23 * HOUR_MS;
  const name = await store(uploads, "key", "[1]", { epochMs: evening });
  const at = (epochMs: number) => store(uploads, "key", "[1]", { epochMs });
  assertEquals(await at(evening + 24 * HOUR_MS), name);
  const later = await at(evening + 26 * HOUR_MS);
  assertEquals(stored(folder).toSorted(), [name, later].toSorted());
});

folderTest("KeyedUploads store again what was taken away", async (folder) => {
  const uploads = serverOver(folder);
  const name = await store(uploads, "key", "[1]");
  Deno.removeSync(`${folder}/${name}`);
  assertEquals(await store(uploads, "key", "[2]"), name);
  assertEquals(Deno.readTextFileSync(`${folder}/${name}`), "[2]");
});

folderTest("KeyedUploads free a key whose upload could not begin", async (folder) => {
  const uploads = serverOver(folder);
  put(folder, SECRET_NAME, "no secret");
  assertThrows(() => uploads.begin("key", CLIENT, MIDNIGHT_MS), Error, "must have 32 octets");
  Deno.removeSync(`${folder}/${SECRET_NAME}`);
  await store(uploads, "key", "[1]");
});
