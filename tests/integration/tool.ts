// Programs that a machine may have or lack, and what they say.

/** Whether `name` can be started at all. */
export async function isInstalled(name: string, probe = "--version"): Promise<boolean> {
  try {
    await new Deno.Command(name, { args: [probe], stdin: "null" }).output();
    return true;
  } catch {
    return false;
  }
}

/** What a program said. @throws {Error} With its complaint, when it failed. */
export async function run(name: string, ...args: readonly string[]): Promise<string> {
  const { success, code, stdout, stderr } = await new Deno.Command(name, {
    args: [...args],
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(`${name} ended with ${code}: ${decoder.decode(stderr)}`);
  return decoder.decode(stdout);
}
