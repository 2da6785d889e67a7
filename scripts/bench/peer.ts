// A server in the comparison: how it is found on the machine, and how it is started.

import type { Ground } from "./ground.ts";

/** How a program is started. */
export interface Start {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A kind of server. */
export interface Peer {
  /** As flags and tables call it. */
  readonly name: string;
  /** What it is, for the report. */
  readonly what: string;
  /** How to get it, for whoever lacks it. */
  readonly install: string;
  /** The program that must be there, and what to ask it for its version. */
  readonly probe: { readonly program: string; readonly args: readonly string[] };
  /** Whether it holds ten thousand connections in a sane way. */
  readonly holdsMany: boolean;
  /** Whether it takes uploads of JSON. */
  readonly takesUploads?: boolean;
  /** Writes what it needs into the ground, and says how it is started. */
  prepare(ground: Ground, port: number): Promise<Start>;
}

/** The first line of what a peer's program says of its version; `undefined` when it is not there. */
export async function versionOf({ probe }: Peer): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await new Deno.Command(probe.program, {
      args: [...probe.args],
      stdin: "null",
    }).output();
    const decoder = new TextDecoder();
    return (decoder.decode(stdout) || decoder.decode(stderr)).trim().split("\n")[0];
  } catch {
    return undefined;
  }
}
