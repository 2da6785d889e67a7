// Makes one attack on a real server, and judges the answer.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { type Answer, textOf } from "../integration/answer.ts";
import type { Client } from "../integration/client.ts";
import type { TestServer } from "../integration/harness.ts";
import { get } from "../integration/requests.ts";
import type { Attack } from "./attack.ts";
import { SECRET, TEN } from "./site.ts";

/** A path of ours: one slash, then anything but another slash or a backslash. */
const OWN_PATH = /^\/(?![/\\])/;

/** Fields that only an attacker would have put there. */
const FOREIGN_FIELDS = ["x-injected", "set-cookie", "access-control-allow-origin"];

/** Makes an attack on a connection of its own. @throws {Error} When it does not end as it must. */
export async function attempt(server: TestServer, row: Attack): Promise<void> {
  using client = await server.connect();
  const sending = client.send(row.send).catch(() => {}); // it may be cut off while it talks
  if (row.status === "closed") {
    assert(await client.isEnded(), "the connection must end without a byte");
  } else {
    const answer = await finalAnswer(client, row.send.startsWith("HEAD ") ? "HEAD" : "GET");
    assertEquals(answer.status, row.status, answer.text);
    assertSafe(server, answer);
    assertFields(row, answer);
    await (row.after === "open"
      ? assertOpen(client, answer)
      : assertClosed(server, client, answer));
  }
  await sending;
}

async function finalAnswer(client: Client, method: string): Promise<Answer> {
  let answer = await client.answer(method);
  while (answer.status < 200) answer = await client.answer(method);
  return answer;
}

/** What holds for every answer, whatever was asked. */
function assertSafe(server: TestServer, { status, fields, text }: Answer): void {
  assertSilent(server, [...fields.values(), text].join("\n"));
  for (const name of FOREIGN_FIELDS) assert(!fields.has(name), `${name} is not ours`);
  assertEquals(fields.get("x-content-type-options"), "nosniff");
  const location = fields.get("location");
  if (location !== undefined) assertMatch(location, OWN_PATH);
  if (status < 400) return;
  assertEquals(fields.get("content-type"), "text/plain; charset=utf-8");
  assert(!/[<>]/.test(text), "an error says nothing that could be markup");
}

/** No secret, and no path of this machine. */
export function assertSilent(server: TestServer, said: string): void {
  assert(!said.includes(SECRET), "a secret was told");
  assert(!said.includes(server.folder), "a path of this machine was told");
}

function assertFields({ fields = {} }: Attack, answer: Answer): void {
  for (const [name, value] of Object.entries(fields)) {
    assertEquals(answer.fields.get(name), value === false ? undefined : value, name);
  }
}

/** The next answer is to the next request, and to no other that was hidden in the attack. */
async function assertOpen(client: Client, { fields }: Answer): Promise<void> {
  assertEquals(fields.get("connection"), "keep-alive");
  const { status, text } = await client.ask(get("/ten.bin", "Connection: close"));
  assertEquals([status, text], [200, TEN]);
  assert(await client.isEnded(), "nothing may follow the last answer");
}

/** Nothing that was sent behind the attack is answered. */
async function assertClosed(server: TestServer, client: Client, { fields }: Answer): Promise<void> {
  assertEquals(fields.get("connection"), "close");
  const rest = textOf(await client.rest());
  assertSilent(server, rest);
  assertEquals(rest, "");
}
