/**
 * Opens an address in the browser that the user likes best.
 *
 * @module
 */

/** What opens an address, as each system has it; the address follows. */
const OPENERS: Partial<Record<typeof Deno.build.os, readonly [program: string, ...string[]]>> = {
  darwin: ["open"],
  // `start` takes its first quoted argument for a title.
  windows: ["cmd", "/c", "start", ""],
};

/**
 * Opens an address, and does not wait for the browser. Starting programs must be allowed.
 *
 * @returns Why it could not, in one line; `undefined` when it was started.
 */
export function openBrowser(url: string): string | undefined {
  const [program, ...args] = OPENERS[Deno.build.os] ?? ["xdg-open"];
  const { state } = Deno.permissions.querySync({ name: "run", command: program });
  if (state !== "granted") return forbidden(program, url);
  try {
    new Deno.Command(program, {
      args: [...args, url],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn().unref();
  } catch {
    return `Cannot open the browser: ${program} must be installed, or open ${url} yourself`;
  }
}

function forbidden(program: string, url: string): string {
  // A binary keeps the permissions that it was built with.
  const advice = Deno.build.standalone ? "" : `allow it with --allow-run=${program}, or `;
  return `Cannot open the browser: this process may start no program, ${advice}open ${url} yourself`;
}
