// What serveDir of @std/http does for a file, on Deno's own server: a stat, an entity tag of size and
// time, a conditional request, an open file as a stream. Run by the comparison: FOLDER PORT.

const [folder = "", port = ""] = Deno.args;

async function answer(request: Request): Promise<Response> {
  const path = folder + decodeURIComponent(new URL(request.url).pathname);
  let info: Deno.FileInfo;
  try {
    info = await Deno.stat(path);
  } catch {
    return new Response("Not Found", { status: 404 });
  }
  const modified = info.mtime ?? new Date(0);
  const etag = `W/"${info.size.toString(16)}-${modified.getTime().toString(16)}"`;
  const headers = new Headers({
    "server": "Deno",
    "accept-ranges": "bytes",
    "last-modified": modified.toUTCString(),
    etag,
  });
  if (request.headers.get("if-none-match") === etag) {
    return new Response(null, { status: 304, headers });
  }
  headers.set("content-type", "application/octet-stream");
  headers.set("content-length", `${info.size}`);
  return new Response((await Deno.open(path)).readable, { headers });
}

Deno.serve({ hostname: "127.0.0.1", port: Number(port), onListen() {} }, answer);
