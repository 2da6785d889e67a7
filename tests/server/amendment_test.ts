import { assert, assertEquals } from "@std/assert";
import { type Config, OPTIONS, parseConfig } from "../../lib/config.ts";
import { amend } from "../../lib/server/amendment.ts";

function configOf(...args: string[]): Config {
  const command = parseConfig(args, () => undefined, { root: "/site", uploads: "/uploads" });
  assert(command.kind === "serve");
  return command.config;
}

const TLS = ["--tls-cert=c", "--tls-key=k"];

/** Flags of the running server, the flags wanted, what changes, and what waits. */
const ROWS: readonly (readonly [string[], string[], string[], string[]])[] = [
  [[], [], [], []],
  [["--rate=1"], ["--rate=1"], [], []],
  [[], ["--rate=1"], ["--rate"], []],
  [["--rate=1"], [], ["--rate"], []],
  [["--cors=off"], ["--cors=https://a.example"], ["--cors"], []],
  [["--allowed-host=a,b"], ["--allowed-host=a"], ["--allowed-host"], []],
  [[], ["--log-level=debug", "--log-file=x"], ["--log-level", "--log-file"], []],
  [[], ["--port=1", "--host=::1", "--workers=2"], [], ["--port", "--host", "--workers"]],
  [[], ["--root=a", "--uploads=b"], [], ["--root", "--uploads"]],
  [[], ["--queue=1", "--burst=1"], ["--burst"], ["--queue"]],
  [TLS, ["--tls-cert=d", "--tls-key=k"], ["--tls-cert"], []],
  [TLS, [], [], ["--tls-cert", "--tls-key"]],
  [[], TLS, [], ["--tls-cert", "--tls-key"]],
];

for (const [running, wanted, changed, postponed] of ROWS) {
  Deno.test(`amend() of [${running}] to [${wanted}]`, () => {
    const amendment = amend(configOf(...running), configOf(...wanted));
    assertEquals(amendment.changed, changed);
    assertEquals(amendment.postponed, postponed);
    const kept = running.filter((arg) => postponed.some((flag) => arg.startsWith(`${flag}=`)));
    const taken = wanted.filter((arg) => !postponed.some((flag) => arg.startsWith(`${flag}=`)));
    assertEquals(amendment.config, configOf(...kept, ...taken));
  });
}

Deno.test("what a start alone decides is marked so in the table", () => {
  const marked = Object.values(OPTIONS).filter(({ needsRestart }) => needsRestart);
  for (const flag of ["port", "host", "workers", "root", "uploads", "connections", "queue"]) {
    assert(marked.some((option) => option.flag === flag), flag);
  }
});
