import type { Config } from "../config.ts";
import { StartError } from "./start_error.ts";

/** Names what kept the listener from starting. */
export function listenError(config: Config, cause: unknown): StartError {
  const where = `${config.host}:${config.port}`;
  if (cause instanceof Deno.errors.AddrInUse) {
    return new StartError(`Cannot listen on ${where}: the port is in use, choose another`, 1, {
      cause,
    });
  }
  const detail = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
  const flag = config.tlsCert === undefined ? "" : " (check --tls-cert and --tls-key too)";
  return new StartError(`Cannot listen on ${where}${flag}: ${detail}`, 1, { cause });
}
