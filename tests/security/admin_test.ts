// Who may see the admin surface.

import { assertEquals } from "@std/assert";
import { HttpError } from "../../lib/http/errors.ts";
import { AdminPolicy } from "../../lib/security/admin.ts";
import { asked } from "../handlers/ground.ts";

const TOKEN = "0123456789abcdef";

interface Row {
  readonly who: string;
  readonly allowed?: readonly string[];
  readonly token?: string;
  readonly peer?: string;
  /** Whom a trusted proxy names; the peer itself otherwise. */
  readonly client?: string;
  readonly fields?: readonly string[];
  /** 200 is let in. */
  readonly status: number;
}

const basic = (pair: string) => `Authorization: Basic ${btoa(pair)}`;

const ROWS: readonly Row[] = [
  { who: "loopback", status: 200 },
  { who: "loopback, IPv6", peer: "::1", status: 200 },
  { who: "loopback, mapped", peer: "::ffff:127.0.0.1", status: 200 },
  { who: "anybody else", peer: "192.0.2.1", status: 403 },
  { who: "loopback where nobody is allowed", allowed: [], status: 403 },
  { who: "a listed network", allowed: ["192.0.2.0/24"], peer: "192.0.2.9", status: 200 },
  { who: "loopback where another is listed", allowed: ["192.0.2.0/24"], status: 403 },
  { who: "what a stranger forwards", fields: ["X-Forwarded-For: 127.0.0.1"], status: 403 },
  {
    who: "what a stranger forwards by RFC 7239",
    fields: ["Forwarded: for=127.0.0.1"],
    status: 403,
  },
  {
    who: "whom a trusted proxy names",
    client: "192.0.2.1",
    fields: ["X-Forwarded-For: 192.0.2.1"],
    status: 403,
  },
  {
    who: "a listed client behind a trusted proxy",
    allowed: ["192.0.2.1"],
    client: "192.0.2.1",
    fields: ["X-Forwarded-For: 192.0.2.1"],
    status: 200,
  },
  { who: "no token", token: TOKEN, peer: "192.0.2.1", status: 401 },
  {
    who: "the token",
    token: TOKEN,
    peer: "192.0.2.1",
    fields: [`Authorization: Bearer ${TOKEN}`],
    status: 200,
  },
  {
    who: "the token in another case of the scheme",
    token: TOKEN,
    peer: "192.0.2.1",
    fields: [`Authorization: bEaReR ${TOKEN}`],
    status: 200,
  },
  {
    who: "the token as a password",
    token: TOKEN,
    peer: "192.0.2.1",
    fields: [basic(`anybody:${TOKEN}`)],
    status: 200,
  },
  {
    who: "the token as a user name",
    token: TOKEN,
    peer: "192.0.2.1",
    fields: [basic(`${TOKEN}:`)],
    status: 401,
  },
  {
    who: "a wrong token",
    token: TOKEN,
    peer: "192.0.2.1",
    fields: ["Authorization: Bearer no"],
    status: 401,
  },
  {
    who: "the token and more",
    token: TOKEN,
    peer: "192.0.2.1",
    fields: [`Authorization: Bearer ${TOKEN}${TOKEN}`],
    status: 401,
  },
  {
    who: "an empty token",
    token: TOKEN,
    peer: "192.0.2.1",
    fields: ["Authorization: Bearer "],
    status: 401,
  },
  {
    who: "no base64",
    token: TOKEN,
    peer: "192.0.2.1",
    fields: ["Authorization: Basic a-b"],
    status: 401,
  },
  {
    who: "another scheme",
    token: TOKEN,
    peer: "192.0.2.1",
    fields: [`Authorization: Digest ${TOKEN}`],
    status: 401,
  },
  {
    who: "two tokens",
    token: TOKEN,
    peer: "192.0.2.1",
    fields: [`Authorization: Bearer ${TOKEN}`, "Authorization: Bearer no"],
    status: 401,
  },
  {
    who: "a token where none is set",
    peer: "192.0.2.1",
    fields: [`Authorization: Bearer ${TOKEN}`],
    status: 403,
  },
  { who: "loopback without the token", token: TOKEN, status: 200 },
];

function statusFor({ allowed = ["loopback"], token, fields = [], ...row }: Row): number {
  const peer = row.peer ?? "127.0.0.1";
  try {
    const request = asked("GET /metrics", ...fields);
    new AdminPolicy({ allowed, token }).admit(request.fields, { peer, client: row.client ?? peer });
    return 200;
  } catch (error) {
    if (error instanceof HttpError) return error.status;
    throw error;
  }
}

for (const row of ROWS) {
  Deno.test(`AdminPolicy answers ${row.status} to ${row.who}`, () => {
    assertEquals(statusFor(row), row.status);
  });
}
