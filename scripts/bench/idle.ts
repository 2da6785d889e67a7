// Connections that have been served once and wait.

const REQUEST = new TextEncoder().encode(
  "GET /1K.bin HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: keep-alive\r\n\r\n",
);

/** A server may want several descriptors for a connection: where few are allowed, there are fewer. */
const DESCRIPTORS_PER_CONNECTION = 2.5;

/** Connections that idle: 10,000, or as many hundreds as this machine lets a process have. */
export const IDLE_CONNECTIONS: number = Math.min(
  10_000,
  Math.floor(descriptorsMax() / DESCRIPTORS_PER_CONNECTION / 100) * 100,
);

/** Descriptors that a process may be given at the most. */
function descriptorsMax(): number {
  const { stdout } = new Deno.Command("sh", { args: ["-c", "ulimit -Hn"] }).outputSync();
  const said = new TextDecoder().decode(stdout).trim();
  return said === "unlimited" ? Infinity : Number(said);
}

/** Connections opened at one time. */
const BATCH = 64;

async function openOne(port: number): Promise<Deno.TcpConn> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await conn.write(REQUEST);
  const buffer = new Uint8Array(4096);
  // The whole answer is some 1,300 octets; what is left of it does no harm in the system's buffer.
  if (await conn.read(buffer) === null) throw new Error("the server closed an idle connection");
  return conn;
}

/**
 * Opens connections, has each answered once, and lets `look` see them idle.
 *
 * @returns What `look` found.
 */
export async function whileIdle<T>(
  port: number,
  count: number,
  look: () => Promise<T>,
): Promise<T> {
  const conns: Deno.TcpConn[] = [];
  try {
    while (conns.length < count) {
      const batch = Math.min(BATCH, count - conns.length);
      conns.push(...await Promise.all(Array.from({ length: batch }, () => openOne(port))));
    }
    return await look();
  } finally {
    for (const conn of conns) conn.close();
  }
}
