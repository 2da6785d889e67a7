/**
 * Flags become a configuration, the configuration a server; signals stop it.
 *
 * @module
 */

import { type Command, type Config, ConfigError, parseConfig } from "./lib/config.ts";
import {
  check,
  isExporting,
  openExporter,
  serve,
  type Server,
  siteFolder,
  StartError,
} from "./lib/server.ts";
import { type BannerFacts, bannerText, localUrl, qrText } from "./lib/terminal/banner.ts";
import { openBrowser } from "./lib/terminal/browser.ts";
import manifest from "./deno.json" with { type: "json" };

/** Prints one line to standard error and ends the process. */
function quit(message: string, exitCode: number): never {
  console.error(`sluice: ${message}`);
  Deno.exit(exitCode);
}

/** Ends the process if the operator is to blame, or fails as it is. */
function complain(error: unknown): never {
  if (error instanceof ConfigError) quit(error.message, 2);
  if (error instanceof StartError) quit(error.message, error.exitCode);
  throw error;
}

function readCommand(): Command {
  const site = siteFolder();
  // A binary carries its site inside itself, where nothing can be stored.
  const uploads = Deno.build.standalone ? "./uploads" : `${site}uploads`;
  const env = (name: string) => Deno.env.get(name);
  return parseConfig(Deno.args, env, { root: site, uploads }, Deno.readTextFileSync);
}

/** Deno hands out the addresses of this machine only to who may see them. */
function interfaces(): Deno.NetworkInterfaceInfo[] {
  try {
    return Deno.networkInterfaces();
  } catch {
    return [];
  }
}

/** What a person needs to know once it runs. */
function announce(server: Server, { qr, open, telemetry }: Config): void {
  const { address: { hostname, port }, scheme, root, uploads, workers } = server;
  const place = { scheme, hostname, port, root, uploads, workers };
  const facts: BannerFacts = {
    version: manifest.version,
    ...place,
    hasAdminPages: telemetry === "on",
    interfaces: interfaces(),
  };
  console.log(bannerText(facts, Deno.stdout.isTerminal() && !Deno.noColor));
  if (qr === "on") console.log(qrText(facts));
  const trouble = open === "on" ? openBrowser(localUrl(facts)) : undefined;
  if (trouble !== undefined) console.error(`sluice: ${trouble}`);
}

/** Reads everything again, for a server that was started with the same arguments. */
function readConfigAgain(): Config {
  const command = readCommand();
  if (command.kind === "serve") return command.config;
  throw new ConfigError("the arguments", "must ask for serving");
}

/** The first signal drains and stops; a second one ends the process at once; SIGHUP reloads. */
function heedSignals(server: Server): void {
  let isStopping = false;
  const stop = async () => {
    if (isStopping) Deno.exit(1);
    isStopping = true;
    await server.shutdown();
    Deno.exit(0);
  };
  Deno.addSignalListener("SIGINT", stop);
  if (Deno.build.os === "windows") return Deno.addSignalListener("SIGBREAK", stop); // Ctrl+Break
  Deno.addSignalListener("SIGTERM", stop);
  Deno.addSignalListener("SIGHUP", () => void server.reload(readConfigAgain));
}

async function run(command: Command): Promise<void> {
  if (command.kind === "version") return console.log(`sluice ${manifest.version}`);
  if ("text" in command) return console.log(command.text);
  if (command.kind === "check") return console.log(`sluice: ${await check(command.config)}`);
  const exporter = { isOn: isExporting(), console: Deno.env.get("OTEL_DENO_CONSOLE") };
  const server = serve(command.config, { exported: openExporter(exporter, console) });
  heedSignals(server); // first: whoever reads the announcement may stop it at once
  announce(server, command.config);
}

try {
  await run(readCommand());
} catch (error) {
  complain(error);
}
