/**
 * Flags become a configuration, the configuration a server; signals stop it.
 *
 * @module
 */

import { type Command, ConfigError, parseConfig } from "./lib/config.ts";
import { serve, type Server, siteFolder, StartError } from "./lib/server.ts";
import manifest from "./deno.json" with { type: "json" };

/** Prints one line to standard error and ends the process. */
function quit(message: string, exitCode: number): never {
  console.error(`sluice: ${message}`);
  Deno.exit(exitCode);
}

function readCommand(): Command {
  const site = siteFolder();
  // A binary carries its site inside itself, where nothing can be stored.
  const uploads = Deno.build.standalone ? "./uploads" : `${site}uploads`;
  try {
    return parseConfig(Deno.args, (name) => Deno.env.get(name), { root: site, uploads });
  } catch (error) {
    if (error instanceof ConfigError) quit(error.message, 2);
    throw error;
  }
}

function start(command: Command): Server | undefined {
  if (command.kind === "help") return void console.log(command.text);
  if (command.kind === "version") return void console.log(`sluice ${manifest.version}`);
  try {
    return serve(command.config);
  } catch (error) {
    if (error instanceof StartError) quit(error.message, error.exitCode);
    throw error;
  }
}

/** What a person needs to know once it runs. */
function announce(server: Server): void {
  const { hostname, port } = server.address;
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  console.log(
    `Sluice ${manifest.version} serves ${server.scheme}://${host}:${port}
  root     ${server.root}
  uploads  ${server.uploads}
  workers  ${server.workers}
Press Ctrl+C to stop.`,
  );
}

/** The first signal drains and stops; a second one ends the process at once; SIGHUP reopens the logs. */
function heedSignals(server: Server): void {
  let isStopping = false;
  const stop = async () => {
    if (isStopping) Deno.exit(1);
    isStopping = true;
    await server.shutdown();
    Deno.exit(0);
  };
  Deno.addSignalListener("SIGINT", stop);
  if (Deno.build.os === "windows") return; // it has neither of the others
  Deno.addSignalListener("SIGTERM", stop);
  Deno.addSignalListener("SIGHUP", () => void server.reopenLogs());
}

const server = start(readCommand());
if (server !== undefined) {
  heedSignals(server); // first: whoever reads the announcement may stop it at once
  announce(server);
}
