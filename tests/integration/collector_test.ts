// What reaches an OpenTelemetry collector from a program as an operator starts it.

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { Client } from "./client.ts";
import { Collector } from "./collector.ts";
import { withDeadline } from "./deadline.ts";
import { SANITIZED, withFolder, writeFile } from "./harness.ts";
import { Program } from "./program.ts";
import { get, uploadHead } from "./requests.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const PARENT = "b7ad6b7169203331";
const NANOS_PER_MS = 1_000_000n;

/** Runs `test` with a program that exports to a collector, as these variables tell it besides. */
function collectorTest(
  name: string,
  variables: Readonly<Record<string, string>>,
  test: (collector: Collector, program: Program, port: number) => Promise<void>,
): void {
  Deno.test({
    name,
    ...SANITIZED,
    fn: () =>
      withFolder(async (folder) => {
        await writeFile(join(folder, "root", "hello.html"), "hello");
        await using collector = new Collector();
        const folders = ["--root", join(folder, "root"), "--uploads", join(folder, "uploads")];
        await using program = new Program(["0", "127.0.0.1", "1", ...folders, "--slow", "1ms"], {
          ...collector.variables,
          ...variables,
        });
        await withDeadline(async () => {
          const [, port] = await program.saysLike(/ Listening .*port=(\d+)/);
          await test(collector, program, Number(port));
        });
      }),
  });
}

/** The object that a record of ours is. */
function objectOf(text: string): Record<string, unknown> {
  return text.startsWith("{") ? JSON.parse(text) : {};
}

/** Uploads on one connection; what takes time happens in the middle of it. */
async function uploadSlowly(port: number, meanwhile: () => Promise<unknown>): Promise<void> {
  using client = await Client.connect(port);
  const trace = `traceparent: 00-${TRACE}-${PARENT}-01`;
  await client.send(uploadHead("Content-Length: 2", "Expect: 100-continue", trace));
  await client.read();
  await meanwhile();
  await client.send("42");
  assertEquals((await client.answer()).status, 201);
}

collectorTest(
  "a collector gets records as logs and slow requests as spans, each in its trace",
  { OTEL_DENO_CONSOLE: "replace" },
  async (collector, program, port) => {
    await uploadSlowly(port, async () => {
      using client = await Client.connect(port);
      assertEquals((await client.ask(get("/../secret"))).status, 403);
      const refusal = await collector.log(({ body }) => body.stringValue.includes("traversal"));
      const { logger, kind, rule, count } = objectOf(refusal.body.stringValue);
      assertEquals(refusal.severityText, "WARN");
      assertEquals([logger, kind, rule, count], ["sluice.security", "traversal", "traversal", 1]);
    });
    const slow = await collector.log(({ body }) =>
      /"Slow request".*\/upload/.test(body.stringValue)
    );
    assertEquals([slow.traceId, slow.spanId], [TRACE, PARENT]);
    const span = await collector.span(({ parentSpanId }) => parentSpanId === PARENT);
    assertEquals([span.name, span.kind, span.traceId], ["POST", 2, TRACE]);
    const attributes = new Map(span.attributes.map(({ key, value }) => [key, value]));
    assertEquals(attributes.get("url.path")?.stringValue, "/upload");
    assertEquals(attributes.get("client.address")?.stringValue, "127.0.0.1");
    const { ms } = objectOf(slow.body.stringValue);
    const nanos = BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano);
    const difference = nanos - BigInt(Number(ms)) * NANOS_PER_MS;
    assert(difference < NANOS_PER_MS && difference > -NANOS_PER_MS, `${nanos} ns, ${ms} ms`);
    program.kill("SIGTERM");
    await collector.log(({ body }) => body.stringValue.includes('"Stopped"'));
    const { code, stdout, stderr } = await program.ended();
    assertEquals([code, stderr], [0, ""]);
    assert(stdout.includes("Stopped finishedInTime=true"), "the log is written as well");
    assert(!collector.logs.some(({ body }) => body.stringValue.includes("sluice.access")));
  },
);

collectorTest(
  "a collector gets spans, and nothing stands on the terminal twice, while the console is kept",
  {},
  async (collector, program, port) => {
    await uploadSlowly(port, async () => {
      await collector.log(({ body }) => body.stringValue.includes("Press Ctrl+C"));
    });
    await collector.span(({ parentSpanId }) => parentSpanId === PARENT);
    program.kill("SIGTERM");
    const { stdout, stderr } = await program.ended();
    assertEquals([stdout.match(/Slow request/g)?.length, stderr], [1, ""]);
  },
);
