import { assert, assertEquals, assertThrows } from "@std/assert";
import { Listener, type ListenerEvents } from "../../lib/net/listener.ts";
import { Client } from "../integration/client.ts";
import { socketTest } from "./sockets.ts";

const HOST = "127.0.0.1";

/** Events that close whatever is accepted, and count it. */
function closing(): ListenerEvents & { accepted: (conn: Deno.Conn) => void; count: number } {
  return {
    count: 0,
    accepted(conn) {
      this.count++;
      conn.close();
    },
    failed(error) {
      throw error;
    },
  };
}

socketTest("a listener hands on what it accepts until it is closed", async () => {
  const events = closing();
  const listener = new Listener({ host: HOST, port: 0 }, events);
  const running = listener.run();
  const { hostname, port } = listener.address;
  assertEquals(hostname, HOST);
  assert(port > 0);
  for (let index = 0; index < 5; index++) {
    using client = await Client.connect(port);
    assert(await client.isEnded());
  }
  assertEquals(events.count, 5);
  listener.close();
  listener.close();
  await running;
});

socketTest("a port that is taken is refused at once", async () => {
  using holder = Deno.listen({ hostname: HOST, port: 0 });
  const { port } = holder.addr;
  assertThrows(() => new Listener({ host: HOST, port }, closing()), Deno.errors.AddrInUse);
  await Promise.resolve();
});

socketTest("an event that throws costs its connection, not the loop", async () => {
  const failures: unknown[] = [];
  let accepted = 0;
  const listener = new Listener({ host: HOST, port: 0 }, {
    accepted(conn) {
      accepted++;
      conn.close();
      if (accepted === 1) throw new Error("first");
    },
    failed: (error) => failures.push(error),
  });
  const running = listener.run();
  for (let index = 0; index < 2; index++) {
    using client = await Client.connect(listener.address.port);
    assert(await client.isEnded());
  }
  listener.close();
  await running;
  assertEquals([accepted, failures.length], [2, 1]);
});

socketTest("a listener rests as long as it is asked to, or until it is closed", async () => {
  let accepted = 0;
  const listener = new Listener({ host: HOST, port: 0 }, {
    accepted(conn) {
      accepted++;
      conn.close();
      return 600_000;
    },
    failed(error) {
      throw error;
    },
  });
  const running = listener.run();
  using first = await Client.connect(listener.address.port);
  assert(await first.isEnded());
  using second = await Client.connect(listener.address.port); // the system takes it, nobody else
  listener.close();
  await running;
  assert(await second.isEnded());
  assertEquals(accepted, 1);
});
