// Requests as text, to a host that is always served.

/** A head of exactly these lines. */
export function head(...lines: readonly string[]): string {
  return [...lines, "", ""].join("\r\n");
}

/** A request without content. */
export function request(method: string, target: string, ...fields: readonly string[]): string {
  return head(`${method} ${target} HTTP/1.1`, "Host: localhost", ...fields);
}

/** A GET request. */
export function get(target: string, ...fields: readonly string[]): string {
  return request("GET", target, ...fields);
}

/** The head of an upload of JSON; its framing is up to the caller. */
export function uploadHead(...fields: readonly string[]): string {
  return request("POST", "/upload", "Content-Type: application/json", ...fields);
}

/** A whole upload with a length; the text must be ASCII. */
export function upload(json: string, ...fields: readonly string[]): string {
  return uploadHead(`Content-Length: ${json.length}`, ...fields) + json;
}

/** A chunk of a chunked content; the text must be ASCII. */
export function chunk(text: string): string {
  return `${text.length.toString(16)}\r\n${text}\r\n`;
}
