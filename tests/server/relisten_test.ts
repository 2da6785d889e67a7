import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { Listener } from "../../lib/net/listener.ts";
import { relisten } from "../../lib/server/relisten.ts";
import { StartError } from "../../lib/server/start_error.ts";

const inUse = () => new StartError("the port is in use", 1);

function listener(): Listener {
  return new Listener({ host: "127.0.0.1", port: 0 }, { accepted() {}, failed() {} });
}

Deno.test("relisten() gives the listener as soon as there is one", async () => {
  using own = { listener: listener(), [Symbol.dispose]: () => own.listener.close() };
  let tries = 0;
  const listen = () => {
    if (++tries < 3) throw inUse();
    return own.listener;
  };
  const events = {
    isOver: () => false,
    failing: () => assert(false, "a few milliseconds are no news"),
  };
  assertStrictEquals(await relisten(listen, events), own.listener);
  assertEquals(tries, 3);
});

Deno.test("relisten() says why it takes long, and stops when nobody waits", async () => {
  const reasons: string[] = [];
  const events = {
    isOver: () => reasons.length > 0,
    failing: (reason: string) => void reasons.push(reason),
  };
  const listen = () => {
    throw inUse();
  };
  assertEquals(await relisten(listen, events), undefined);
  assertEquals(reasons, ["the port is in use"]);
});

Deno.test("relisten() passes on what is a fault of ours", async () => {
  const listen = () => {
    throw new TypeError("a fault");
  };
  const events = { isOver: () => false, failing() {} };
  await assertRejects(() => relisten(listen, events), TypeError, "a fault");
});
