// Uploads: stored whole or not at all.

import { join } from "@std/path";
import { SECRET_NAME } from "../../lib/storage/naming_secret.ts";
import { chunk, get, head, request, upload, uploadHead } from "../../tests/integration/requests.ts";
import type { Client } from "../../tests/integration/client.ts";
import { ask, type Chapter, type Ground, type Step } from "./step.ts";

/** Most bytes of an upload that the demo's server takes. */
export const UPLOAD_BYTES_MAX = 64 * 1024;

const RECORD = '{"river":"Sluice","gates":[1,2,3]}';

/** Sends an upload. @returns What came of it. */
function stored(title: string, send: (client: Client) => Promise<void>): Step {
  return {
    title,
    expected: "201, fetched back, on disk",
    async act(ground) {
      using client = await ground.server.connect();
      await send(client);
      let answer = await client.answer();
      if (answer.status === 100) answer = await client.answer();
      const location = answer.fields.get("location") ?? "";
      const back = await client.ask(get(location));
      const isBack = back.text === RECORD;
      const isOnDisk = await read(ground, location) === RECORD;
      return `${answer.status}, ${isBack ? "" : "not "}fetched back, ${
        isOnDisk ? "" : "not "
      }on disk`;
    },
  };
}

async function read({ folder }: Ground, location: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(join(folder, location));
  } catch {
    return undefined;
  }
}

const expecting: Step = {
  title: "Expect: 100-continue, before the content is sent",
  expected: "100, then 201",
  async act({ server }) {
    using client = await server.connect();
    await client.send(uploadHead(`Content-Length: ${RECORD.length}`, "Expect: 100-continue"));
    const interim = await client.answer();
    await client.send(RECORD);
    return `${interim.status}, then ${(await client.answer()).status}`;
  },
};

const again: Step = {
  title: "Idempotency-Key: sent twice, stored once",
  expected: "201, 201, the same file",
  async act({ server }) {
    using client = await server.connect();
    const fields = [`Content-Length: ${RECORD.length}`, 'Idempotency-Key: "demo-1"'];
    const request = uploadHead(...fields) + RECORD;
    const [first, second] = [await client.ask(request), await client.ask(request)];
    const isSame = first.fields.get("location") === second.fields.get("location");
    return `${first.status}, ${second.status}, ${isSame ? "the same file" : "two files"}`;
  },
};

const nothingLeft: Step = {
  title: "no refused upload has left anything behind",
  expected: "4 files, all complete",
  async act({ folder }) {
    const names: string[] = [];
    for await (const { name } of Deno.readDir(join(folder, "uploads"))) {
      if (name !== SECRET_NAME) names.push(name); // what names are derived with, not an upload
    }
    const isWhole = names.every((name) => /^upload_\w+\.json$/.test(name));
    return `${names.length} files, ${isWhole ? "all complete" : names.join(" ")}`;
  },
};

const TEXT = head(
  "POST /upload HTTP/1.1",
  "Host: localhost",
  "Content-Type: text/plain",
  "Content-Length: 2",
);

/** The chapter. */
export const UPLOADS: Chapter = {
  title: "Uploads",
  steps: [
    stored("POST /upload with a length", (client) => client.send(upload(RECORD))),
    stored("POST /upload in chunks", (client) =>
      client.send(
        uploadHead("Transfer-Encoding: chunked") + chunk(RECORD.slice(0, 9)) +
          chunk(RECORD.slice(9)) + "0\r\n\r\n",
      )),
    expecting,
    again,
    ask("content that is not declared as JSON", `${TEXT}hi`, "415"),
    ask("content that is not JSON", upload('{"open":'), "400"),
    ask(
      "content above the limit, refused unread",
      uploadHead(`Content-Length: ${UPLOAD_BYTES_MAX + 1}`),
      "413",
    ),
    ask("GET is not for uploading", request("GET", "/upload"), "405"),
    nothingLeft,
  ],
};
