// What a process and all its descendants use, as /proc tells it (Linux).

/** Ticks of /proc's clock in a second: fixed at 100 for programs, whatever the kernel's own are. */
const TICKS_PER_SECOND = 100;

/** What a program says; read by another one, as this one may not look into /proc itself. */
async function output(program: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await new Deno.Command(program, { args: [...args], stderr: "null" }).output();
  return new TextDecoder().decode(stdout);
}

/** One line of `/proc/PID/stat`. */
interface Stat {
  readonly pid: number;
  readonly parent: number;
  readonly cpuTicks: number;
}

/** The second field holds the program's name, in parentheses, and may hold anything. */
function readStat(line: string): Stat {
  const rest = line.slice(line.lastIndexOf(")") + 2).split(" ").map(Number);
  const [user = 0, system = 0, userReaped = 0, systemReaped = 0] = rest.slice(11, 15);
  return {
    pid: Number.parseInt(line),
    parent: rest[1] ?? 0,
    cpuTicks: user + system + userReaped + systemReaped,
  };
}

async function tree(root: number): Promise<Stat[]> {
  const lines = (await output("sh", "-c", "cat /proc/[0-9]*/stat")).trim().split("\n");
  const stats = lines.map(readStat);
  const found = stats.filter(({ pid }) => pid === root);
  for (const { pid } of found) found.push(...stats.filter(({ parent }) => parent === pid));
  return found;
}

/** CPU time that a process and its descendants have used, in seconds. */
export async function cpuSeconds(root: number): Promise<number> {
  return (await tree(root)).reduce((sum, { cpuTicks }) => sum + cpuTicks, 0) / TICKS_PER_SECOND;
}

/** Their memory in MB, with what several of them share counted once (the sum of `Pss`). */
export async function memoryMb(root: number): Promise<number> {
  const paths = (await tree(root)).map(({ pid }) => `/proc/${pid}/smaps_rollup`);
  const rollups = await output("cat", ...paths);
  return [...rollups.matchAll(/^Pss: +(\d+) kB$/gm)].reduce((sum, [, kb]) => sum + Number(kb), 0) /
    1024;
}

/** The machine in one line. */
export async function machine(): Promise<string> {
  const model = /^model name\s*: (.+)$/m.exec(await output("cat", "/proc/cpuinfo"))?.[1];
  const kernel = (await output("uname", "-sr")).trim();
  const load = (await output("cat", "/proc/loadavg")).split(" ")[0];
  return `${navigator.hardwareConcurrency} cores of ${
    model ?? "an unknown processor"
  }, ${kernel}, ` +
    `load average ${load} at the start`;
}
