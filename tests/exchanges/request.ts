// Requests as text. Only what a row is not about comes from here; the bytes in question stand in
// the row itself.

/** Names a host that is served. */
export const HOST = "Host: localhost:8080";

/** What `/upload` takes. */
export const JSON_TYPE = "Content-Type: application/json";

/** A body that `/upload` takes, and the fields that frame it. */
export const JSON_BODY = '{"a":1}';
export const JSON_LENGTH = "Content-Length: 7";
export const CHUNKED = "Transfer-Encoding: chunked";

/** {@linkcode JSON_BODY} as one chunk and the last chunk, with no trailers. */
export const JSON_CHUNKS = "7\r\n" + JSON_BODY + "\r\n0\r\n\r\n";

/** A head of exactly these lines. */
export function head(...lines: readonly string[]): string {
  return [...lines, "", ""].join("\r\n");
}

/** A request without a body, in HTTP/1.1, to a host that is served. */
export function request(method: string, target: string, ...fields: readonly string[]): string {
  return head(`${method} ${target} HTTP/1.1`, HOST, ...fields);
}

/** A GET request. */
export function GET(target: string, ...fields: readonly string[]): string {
  return request("GET", target, ...fields);
}

/** A HEAD request. */
export function HEAD(target: string, ...fields: readonly string[]): string {
  return request("HEAD", target, ...fields);
}

/** The head of an upload of JSON; its framing and its body are up to the row. */
export function UPLOAD(...fields: readonly string[]): string {
  return request("POST", "/upload", JSON_TYPE, ...fields);
}

/** A chunked upload of JSON whose body is exactly these bytes. */
export function CHUNKS(body: string): string {
  return UPLOAD(CHUNKED) + body;
}

/** A whole upload that is taken, for rows that need one before or behind something else. */
export const STORED_UPLOAD = UPLOAD(JSON_LENGTH) + JSON_BODY;

/** A request behind the one in question: a second answer shows that it was believed. */
export const NEXT = GET("/ten.bin");
