// node:http with sirv in front. Run by the comparison: FOLDER PORT.

const { createServer } = require("node:http");
const sirv = require("sirv");

const [folder, port] = process.argv.slice(2);
const serve = sirv(folder, { etag: true });
const server = createServer((request, response) =>
  serve(request, response, () => {
    response.statusCode = 404;
    response.end("Not Found");
  })
);
server.keepAliveTimeout = 600_000;
server.maxRequestsPerSocket = 0;
server.listen(Number(port), "127.0.0.1", 4096);
