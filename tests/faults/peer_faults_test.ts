// What peers do to their connections, each fault many times over. It costs its own connection alone:
// the next one is served, and the process holds exactly the files that it held before.

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { textOf } from "../integration/answer.ts";
import { Client } from "../integration/client.ts";
import { withDeadline } from "../integration/deadline.ts";
import { SANITIZED, withFolder, writeFile } from "../integration/harness.ts";
import { pattern } from "../integration/pattern.ts";
import { Program } from "../integration/program.ts";
import { get, request, upload, uploadHead } from "../integration/requests.ts";
import { openFiles, returnTo } from "./descriptors.ts";

/** How often each fault happens. */
const TIMES = 20;

/** How many of them happen at one time. */
const AT_ONCE = 8;

/** One way to treat a connection. */
interface Fault {
  readonly fault: string;
  /** Does it, and checks what the peer itself must see; `givenUp` waits until the server has let go. */
  inject(client: Client, givenUp: () => Promise<void>): Promise<void>;
}

/** Leaves with octets unread: the system answers whatever comes with a reset. */
async function leaveUnread(client: Client): Promise<void> {
  assert(await client.read(1) !== null);
  client.close();
}

const FAULTS: readonly Fault[] = [
  {
    fault: "leaves without a word",
    inject: (client) => Promise.resolve(client.close()),
  },
  {
    fault: "ends its side at once",
    async inject(client) {
      await client.endSending();
      assert(await client.isEnded());
    },
  },
  {
    fault: "ends its side behind a request",
    async inject(client) {
      await client.send(get("/small.html"));
      await client.endSending();
      assertEquals((await client.answer()).text, "small");
      assert(await client.isEnded());
    },
  },
  {
    fault: "ends its side in the middle of a head",
    async inject(client) {
      await client.send("GET /small.html HTTP/1.1\r\nHo");
      await client.endSending();
      assert(await client.isEnded());
    },
  },
  {
    fault: "ends its side in the middle of a content",
    async inject(client) {
      await client.send(uploadHead("Content-Length: 100") + '{"a": ');
      await client.endSending();
      assert(await client.isEnded());
    },
  },
  {
    fault: "resets in the middle of an answer",
    async inject(client) {
      await client.send(get("/large.bin"));
      await leaveUnread(client);
    },
  },
  {
    fault: "resets behind twenty requests at once",
    async inject(client) {
      await client.send(get("/large.bin").repeat(20));
      await leaveUnread(client);
    },
  },
  {
    fault: "resets an upload that was asked for",
    async inject(client) {
      await client.send(uploadHead("Content-Length: 100000", "Expect: 100-continue"));
      await client.send(`{"a": "${"x".repeat(1000)}`);
      await leaveUnread(client);
    },
  },
  {
    fault: "opens its window for nothing",
    async inject(client, givenUp) {
      await client.send(get("/endless.bin"));
      await givenUp();
      const rest = await client.rest().catch(() => new Uint8Array(0));
      assert(rest.length < ENDLESS_BYTES);
    },
  },
  {
    fault: "speaks TLS to a server that does not",
    async inject(client) {
      await client.send("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03");
      assertEquals((await client.answer()).status, 400);
    },
  },
  {
    fault: "sends on behind a refusal",
    async inject(client) {
      const sending = client.send(uploadHead("Content-Length: 99000000") + " ".repeat(500_000));
      assertEquals((await client.answer()).status, 413);
      await sending;
    },
  },
  {
    fault: "is cut off by its own request",
    async inject(client) {
      await client.send(request("GET", "/small.html", "Connection: close") + get("/large.bin"));
      assertEquals((await client.answer()).text, "small");
      assertEquals(textOf(await client.rest()), "");
    },
  },
  {
    fault: "uploads what is refused at its end",
    async inject(client) {
      assertEquals((await client.ask(upload("[1,"))).status, 400);
    },
  },
];

const ENDLESS_BYTES = 1024 ** 3;

async function often(port: number, { inject }: Fault, givenUp: () => Promise<void>) {
  for (let done = 0; done < TIMES; done += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      using client = await Client.connect(port);
      await inject(client, givenUp);
    }));
  }
}

Deno.test({
  name: `A peer's fault costs its own connection alone${
    Deno.build.os === "linux" ? "" : " (ignored: needs /proc)"
  }`,
  ignore: Deno.build.os !== "linux",
  ...SANITIZED,
  fn: (context) =>
    withFolder(async (folder) => {
      const root = join(folder, "root");
      await writeFile(join(root, "small.html"), "small");
      await writeFile(join(root, "large.bin"), pattern(300_000));
      using endless = await Deno.create(join(root, "endless.bin"));
      await endless.truncate(ENDLESS_BYTES);
      await using program = new Program(
        [
          ...["0", "127.0.0.1", "2", "--root", root, "--uploads", join(folder, "uploads")],
          ...[
            "--ban-errors",
            "0",
            "--upload-rate",
            "0",
            "--write-timeout",
            "300ms",
            "--keep-alive",
            "5m",
          ],
        ],
      );
      const { port } = await withDeadline(() => program.started());
      using bystander = await Client.connect(port);
      assertEquals((await bystander.ask(get("/small.html"))).text, "small");
      const before = await openFiles(program.pid);
      for (const fault of FAULTS) {
        await context.step(fault.fault, () =>
          withDeadline(async () => {
            const givenUp = () => returnTo(before, program.pid);
            await often(port, fault, givenUp);
            await givenUp();
            assertEquals((await bystander.ask(get("/small.html"))).text, "small");
          }));
      }
      program.kill("SIGTERM");
      const { code, stdout, stderr } = await program.ended();
      assertEquals([code, stderr], [0, ""]);
      assert(!/ERROR|error/.test(stdout), stdout);
    }),
});
