// Two ends of a connection in one test, and the deadline and leak checks around it.

import { Client } from "../integration/client.ts";
import { withDeadline } from "../integration/deadline.ts";

/** A connection seen from both ends. */
export interface Pair extends Disposable {
  /** The end that the rooms under test get. */
  readonly server: Deno.TcpConn;
  /** The peer. */
  readonly client: Client;
}

/** Opens a connection. */
export async function connected(): Promise<Pair> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const [server, client] = await Promise.all([
    listener.accept(),
    Client.connect(listener.addr.port),
  ]);
  return {
    server,
    client,
    [Symbol.dispose]() {
      client.close();
      try {
        server.close();
      } catch {
        // Closed by the room under test.
      }
    },
  };
}

/** Waits until `holds` does; every round lets what is ready happen. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** Declares a test with a deadline and leak checks. */
export function socketTest(name: string, test: () => Promise<void>): void {
  Deno.test({
    name,
    sanitizeOps: true,
    sanitizeResources: true,
    fn: () => withDeadline(test),
  });
}
