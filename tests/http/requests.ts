// Random requests, the octets that say them in one of many right ways, and what a session must see.

import fc from "fast-check";
import type { Seen } from "./trace.ts";

/** A request and one way to write it. */
export interface Written {
  readonly wire: string;
  readonly seen: Seen;
}

const TOKEN_CHARACTERS = "!#$%&'*+-.^_`|~09azAZ";
const blank = fc.constantFrom("", " ", "\t", " \t ");
const token = fc.string({
  unit: fc.constantFrom(...TOKEN_CHARACTERS),
  minLength: 1,
  maxLength: 8,
});
const valueCharacter = fc.constantFrom(...'ab:,;"\\=() \t\x80\xff~');
const value = fc.string({ unit: valueCharacter, maxLength: 12 })
  .map((text) => text.replaceAll(/^[ \t]+|[ \t]+$/g, ""));
const target = fc.string({ unit: fc.constantFrom(..."/a.%2?&=:@~"), maxLength: 20 })
  .map((text) => `/${text}`);
const octetText = fc.uint8Array({ maxLength: 40 })
  .map((bytes) => String.fromCharCode(...bytes));

/** Names that no part of the grammar knows: they change nothing but the list of fields. */
const field = fc.record({
  name: token.map((text) => `X${text}`),
  before: blank,
  value,
  after: blank,
});

const extension = fc.oneof(
  fc.constant(""),
  fc.record({ gap: blank, name: token, equals: blank, value: fc.oneof(token, quoted()) })
    .map((it) => `${it.gap};${it.gap}${it.name}${it.equals}=${it.equals}${it.value}`),
  token.map((name) => `;${name}`),
);

function quoted(): fc.Arbitrary<string> {
  const unit = fc.constantFrom(..."a;= \t\x80\xff").map((character) => character);
  const escaped = fc.constantFrom('\\"', "\\\\", "\\a");
  return fc.array(fc.oneof(unit, escaped), { maxLength: 6 }).map((parts) => `"${parts.join("")}"`);
}

const chunk = fc.record({
  data: fc.uint8Array({ minLength: 1, maxLength: 20 }).map((bytes) =>
    String.fromCharCode(...bytes)
  ),
  zeros: fc.constantFrom("", "0", "000"),
  isUpper: fc.boolean(),
  extension,
});

const chunked = fc.record({
  chunks: fc.array(chunk, { maxLength: 4 }),
  last: fc.constantFrom("0", "000"),
  extension,
  trailers: fc.array(field, { maxLength: 2 }),
});

const content = fc.oneof(
  fc.constant({ kind: "none" } as const),
  octetText.map((text) => ({ kind: "length", text }) as const),
  chunked.map((body) => ({ kind: "chunked", ...body }) as const),
);

type Content = typeof content extends fc.Arbitrary<infer T> ? T : never;
type Field = typeof field extends fc.Arbitrary<infer T> ? T : never;

/** A request of HTTP/1.1 to a fixed host that keeps its connection open. */
export const written: fc.Arbitrary<Written> = fc.record({
  emptyLines: fc.nat({ max: 2 }),
  method: fc.constantFrom("GET", "HEAD", "POST", "PUT", "OPTIONS", "BREW", "get"),
  target,
  minor: fc.constantFrom(1, 2, 9),
  fields: fc.array(field, { maxLength: 4 }),
  hostAt: fc.nat({ max: 4 }),
  content,
}).map((it) => {
  const fields: Field[] = [...it.fields];
  fields.splice(it.hostAt, 0, plain("hOsT", "localhost:8080"));
  fields.push(...framing(it.content));
  const head = `${it.method} ${it.target} HTTP/1.${it.minor}\r\n${fields.map(line).join("")}\r\n`;
  return {
    wire: "\r\n".repeat(it.emptyLines) + head + body(it.content),
    seen: {
      method: it.method,
      target: it.target,
      version: 1,
      fields: fields.map(({ name, value }) => [name.toLowerCase(), value]),
      persistent: true,
      content: contentText(it.content),
      isComplete: true,
    },
  };
});

function plain(name: string, value: string): Field {
  return { name, before: " ", value, after: "" };
}

function line({ name, before, value, after }: Field): string {
  return `${name}:${before}${value}${after}\r\n`;
}

function framing(content: Content): Field[] {
  if (content.kind === "length") return [plain("Content-Length", `${content.text.length}`)];
  return content.kind === "chunked" ? [plain("Transfer-Encoding", "Chunked")] : [];
}

function body(content: Content): string {
  if (content.kind === "none") return "";
  if (content.kind === "length") return content.text;
  const chunks = content.chunks.map(({ data, zeros, isUpper, extension }) => {
    const size = zeros + data.length.toString(16);
    return `${isUpper ? size.toUpperCase() : size}${extension}\r\n${data}\r\n`;
  });
  const end = `${content.last}${content.extension}\r\n${content.trailers.map(line).join("")}\r\n`;
  return chunks.join("") + end;
}

function contentText(content: Content): string {
  if (content.kind === "none") return "";
  if (content.kind === "length") return content.text;
  return content.chunks.map(({ data }) => data).join("");
}
