// What is measured. A figure is requests a second, or what else the case says.

import { join } from "@std/path";
import type { Ground } from "./ground.ts";
import { IDLE_CONNECTIONS, whileIdle } from "./idle.ts";
import { type Load, type Sample, saturate, steady } from "./load.ts";
import { memoryMb } from "./process_tree.ts";
import type { Server } from "./server.ts";

/** One figure of one server. */
export interface Figure {
  readonly value: number;
  /** Requests that it took, for the CPU time of each; none where that says nothing. */
  readonly requests?: number;
}

/** A case: a row of the table. */
export interface Case {
  /** As flags call it. */
  readonly name: string;
  readonly title: string;
  readonly unit: "requests/s" | "MB/s" | "ms" | "MB";
  /** Goals: the ratio to nginx, and to Deno's file server; none where none was set. */
  readonly goals: { readonly nginx?: number; readonly deno?: number };
  /** Whether it is left out unless it is asked for. */
  readonly isExtra?: boolean;
  /** Whether one look is enough: what is measured does not vary. */
  readonly isOnce?: boolean;
  /** Which servers it can be asked of. */
  readonly suits?: (server: Server) => boolean;
  measure(server: Server, ground: Ground, seconds: number): Promise<Figure>;
}

/** Whether less is better in this unit. */
export function isLessBetter({ unit }: Case): boolean {
  return unit === "ms" || unit === "MB";
}

const KEPT = 64;

type Make = (server: Server, seconds: number) => Load | Promise<Load>;

function figureOf(sample: Sample, unit: Case["unit"]): Figure {
  const { requests, perSecond, mbPerSecond } = sample;
  return { value: unit === "MB/s" ? mbPerSecond : perSecond, requests };
}

function saturated(
  name: string,
  title: string,
  goals: Case["goals"],
  make: Make,
  more: Partial<Case> = {},
): Case {
  const unit = more.unit ?? "requests/s";
  return {
    name,
    title,
    goals,
    unit,
    measure: async (server, _, seconds) =>
      figureOf(await saturate(await make(server, seconds)), unit),
    ...more,
  };
}

function file(kb: number, connections: number, goals: Case["goals"], more?: Partial<Case>): Case {
  const size = kb < 1000 ? `${kb} KB` : `${Math.floor(kb / 1000)} MB`;
  return saturated(
    size.replace(" ", "").toLowerCase(),
    `${size}, ${connections} connections`,
    goals,
    (server, seconds) => ({ url: server.url(`${kb}K.bin`), connections, seconds }),
    more,
  );
}

/** The tag a server gives the small file, from its own mouth. */
async function tagOf(server: Server): Promise<string> {
  const answer = await fetch(server.url("1K.bin"));
  await answer.body?.cancel();
  return answer.headers.get("etag") ?? '"none"';
}

async function notModified(server: Server, seconds: number): Promise<Load> {
  const fields = [`If-None-Match: ${await tagOf(server)}`];
  return { url: server.url("1K.bin"), connections: KEPT, seconds, fields };
}

/** Half of what this server was just seen to do at the most. */
const HALF_LOAD: Case = {
  name: "p99",
  title: "99th percentile at half of its own peak, 1 KB",
  unit: "ms",
  goals: { nginx: 1.5, deno: 0.5 },
  async measure(server, { folder }, seconds) {
    const load = { url: server.url("1K.bin"), connections: KEPT, seconds };
    const peak = await saturate({ ...load, seconds: Math.max(1, Math.floor(seconds / 2)) });
    const { p99Ms } = await steady(load, peak.perSecond / 2, folder);
    return { value: p99Ms };
  },
};

/** The goal is 200 MB in all for 10,000, whatever others take. */
const MEMORY: Case = {
  name: "memory",
  title: `memory with ${IDLE_CONNECTIONS.toLocaleString("en-US")} idle connections`,
  unit: "MB",
  goals: {},
  isOnce: true,
  suits: ({ peer }) => peer.holdsMany,
  async measure(server) {
    const value = await whileIdle(server.port, IDLE_CONNECTIONS, () => memoryMb(server.pid));
    return { value };
  },
};

function upload(name: string, bytes: number): Case {
  const title = `upload of ${name} JSON, on disk before 201, 16 connections`;
  return {
    name: `upload-${name.replace(" ", "").toLowerCase()}`,
    title,
    unit: "requests/s",
    goals: {},
    suits: ({ peer }) => peer.takesUploads === true,
    async measure(server, { folder }, seconds) {
      const path = join(folder, `upload-${bytes}.json`);
      await Deno.writeTextFile(path, JSON.stringify({ text: "x".repeat(bytes - 11) }));
      const sample = await saturate({
        url: server.url("upload"),
        connections: 16,
        seconds,
        upload: path,
      });
      await empty(join(folder, "uploads"));
      return figureOf(sample, "requests/s");
    },
  };
}

/** Uploads that were counted are of no further use; those that were cut the server removes itself. */
async function empty(folder: string): Promise<void> {
  for await (const { name } of Deno.readDir(folder)) {
    await Deno.remove(join(folder, name)).catch((error: unknown) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
  }
}

/** How the smallest file goes with many connections and with few. */
const GROWTH: readonly Case[] = [1, 8, 512, 4096, 10_000].map((connections) =>
  saturated(
    `1kb-${connections}c`,
    `1 KB, ${connections} connection${connections === 1 ? "" : "s"}`,
    {},
    (server, seconds) => ({ url: server.url("1K.bin"), connections, seconds }),
    { isExtra: true, suits: ({ peer }) => peer.holdsMany || connections <= 512 },
  )
);

/** Every case. */
export const CASES: readonly Case[] = [
  file(1, KEPT, { nginx: 1, deno: 4 }),
  saturated("unlike", "1 KB, no two requests alike, 64 connections", {}, (server, seconds) => ({
    url: server.url("1K.bin"),
    connections: KEPT,
    seconds,
    isNumbered: true,
  })),
  file(10, KEPT, { nginx: 1, deno: 4 }),
  file(100, KEPT, { nginx: 0.8, deno: 2 }),
  file(1024, 16, { nginx: 0.8, deno: 1.5 }, { unit: "MB/s" }),
  file(10_240, 4, { nginx: 0.8, deno: 1.5 }, { unit: "MB/s" }),
  saturated("304", "304 by ETag, 64 connections", { nginx: 1, deno: 4 }, notModified, {
    suits: ({ peer }) => peer.name !== "python", // it has no entity tags
  }),
  saturated("404", "404, 64 connections", { nginx: 1, deno: 4 }, (server, seconds) => ({
    url: server.url("absent.bin"),
    connections: KEPT,
    seconds,
    meansErrors: true,
  })),
  saturated(
    "pipelined",
    "1 KB, 16 pipelined, 64 connections",
    { nginx: 1, deno: 4 },
    (server, seconds) => ({
      url: server.url("1K.bin"),
      connections: KEPT,
      seconds,
      pipelined: 16,
    }),
  ),
  saturated(
    "close",
    "1 KB, a connection for each request",
    { nginx: 0.6, deno: 2 },
    (server, seconds) => ({
      url: server.url("1K.bin"),
      connections: KEPT,
      seconds,
      fields: ["Connection: close"],
    }),
  ),
  HALF_LOAD,
  MEMORY,
  upload("1 KB", 1024),
  upload("1 MB", 1024 * 1024),
  ...GROWTH,
];
