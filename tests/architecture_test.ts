// The rules of the house, kept by a test: who may import whom, what each room may touch, and what a
// file may be called. When one fails, the design has changed: move the code, or discuss the table.

import { assertEquals } from "@std/assert";
import { basename, fromFileUrl, join } from "@std/path";

const ROOT = fromFileUrl(import.meta.resolve("../"));

/** Rooms each room may import from; its own modules go without saying. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  http: [],
  channel: [],
  telemetry: [],
  config: [],
  storage: [],
  security: ["http"],
  handlers: ["security", "http", "storage", "telemetry"],
  worker: ["channel", "handlers", "http", "security", "telemetry"],
  net: ["channel", "telemetry"],
  pool: ["channel", "telemetry"],
  server: ["channel", "config", "net", "pool", "security", "storage", "telemetry", "worker"],
  terminal: [],
  main: ["config", "server", "terminal"],
};

/** Rooms that may import each package; whatever is not here is for tests and scripts. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  "@std/path": ["handlers", "security", "server", "storage"],
  "@std/cli/parse-args": ["config"],
  "@std/media-types": ["handlers"],
  "@logtape/logtape": ["telemetry"],
  "@opentelemetry/api": ["telemetry"],
  "fflate": ["handlers"],
  "@noble/hashes/hmac": ["handlers"],
  "@noble/hashes/sha2": ["handlers"],
  "jsonc-parser": ["config"],
  "uqr": ["terminal"],
};

/** Who may use what the runtime offers: everybody else is handed the result. */
const PRIVILEGES: readonly [what: string, pattern: RegExp, rooms: readonly string[]][] = [
  ["arguments, environment, exit and signals", /\bDeno\.(args|env|exit|addSignal)/, ["main"]],
  ["sockets", /\bDeno\.(listen|listenTls|connect|connectTls|serve)\b/, ["net"]],
  ["threads", /\bnew Worker\b/, ["pool"]],
  ["other programs", /\bDeno\.Command\b/, ["terminal"]],
  ["native code", /\bDeno\.dlopen\b/, []],
  ["fetch", /\b(fetch|WebSocket|EventSource)\(/, []],
  ["code from text", /\b(eval|Function)\(/, []],
  ["the console", /(?<![.\w])console\.(log|error|warn|info|debug)\(/, ["main"]],
];

/** One module of the program. */
interface Module {
  /** Path from the project's folder, with forward slashes. */
  readonly path: string;
  /** The folder below `lib/`, or the name of a file that lies directly in it, or `main`. */
  readonly room: string;
  /** Its code without comments. */
  readonly code: string;
  readonly imports: readonly Import[];
}

interface Import {
  /** A path like that of a module, or the name of a package. */
  readonly target: string;
  readonly isTypeOnly: boolean;
}

// A side effect, a binding, a re-export; a clause holds no quote, so none runs into the next.
const IMPORT = /^(?:import|export)\s+(type\s)?(?:[^"';]*?\sfrom\s+)?"([^"]+)"/gm;
const DYNAMIC = /\bimport(?:\.meta\.resolve)?\(\s*"([^"]+)"/g;

function withoutComments(source: string): string {
  return source.replaceAll(/\/\*[^]*?\*\//g, "").replaceAll(/(^|[\s;,{(])\/\/.*$/gm, "$1");
}

function targetOf(path: string, specifier: string): string {
  if (!specifier.startsWith(".")) return specifier;
  return join(path, "..", specifier).replaceAll("\\", "/");
}

function importsOf(path: string, code: string): Import[] {
  const still = [...code.matchAll(IMPORT)].map(([, type, specifier = ""]) => ({
    target: targetOf(path, specifier),
    isTypeOnly: type !== undefined,
  }));
  const dynamic = [...code.matchAll(DYNAMIC)].map(([, specifier = ""]) => ({
    target: targetOf(path, specifier),
    isTypeOnly: false,
  }));
  return [...still, ...dynamic];
}

function roomOf(path: string): string {
  const [first = "", second] = path.replace(/^lib\//, "").replace(/\.ts$/, "").split("/");
  return second === undefined ? basename(first) : first;
}

function moduleAt(path: string): Module {
  const code = withoutComments(Deno.readTextFileSync(join(ROOT, path)));
  return { path, room: roomOf(path), code, imports: importsOf(path, code) };
}

function pathsBelow(folder: string): string[] {
  return [...Deno.readDirSync(join(ROOT, folder))].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    if (isDirectory) return pathsBelow(path);
    return name.endsWith(".ts") && !name.endsWith(".d.ts") ? [path] : [];
  });
}

const LIBRARY = pathsBelow("lib").map(moduleAt);
const MODULES = [...LIBRARY, moduleAt("main.ts")];
const BY_PATH = new Map(MODULES.map((module) => [module.path, module]));

function isPackage(target: string): boolean {
  return !/\.(ts|js|json)$/.test(target);
}

/** `from -> to` of every import that breaks a rule. */
function broken(rule: (from: Module, to: Import) => boolean): string[] {
  return MODULES.flatMap((module) =>
    module.imports.filter((to) => !rule(module, to)).map((to) => `${module.path} -> ${to.target}`)
  );
}

Deno.test("architecture test sees the program", () => {
  assertEquals(BY_PATH.get("lib/server.ts")?.room, "server");
  assertEquals(BY_PATH.get("lib/config.ts")?.room, "config");
  assertEquals(BY_PATH.get("lib/config/units.ts")?.room, "config");
  const imports = BY_PATH.get("lib/server.ts")?.imports ?? [];
  assertEquals(imports.some((to) => to.target === "lib/net/admission.ts"), true);
  assertEquals(imports.find((to) => to.target === "lib/worker/settings.ts")?.isTypeOnly, true);
  assertEquals(imports.some((to) => to.target === "lib/worker/worker.ts"), true);
});

Deno.test("every room has its arrows", () => {
  const rooms = new Set(MODULES.map((module) => module.room));
  assertEquals([...rooms].toSorted(), Object.keys(ARROWS).toSorted());
});

Deno.test("every import leads to a module that exists", () => {
  assertEquals(broken((_, { target }) => !target.startsWith("lib/") || BY_PATH.has(target)), []);
});

Deno.test("arrows point one way", () => {
  const isAllowed = (from: Module, { target }: Import) => {
    const room = BY_PATH.get(target)?.room;
    return room === undefined || room === from.room ||
      (ARROWS[from.room]?.includes(room) ?? false);
  };
  assertEquals(broken(isAllowed), []);
});

Deno.test("only the server knows workers, by type and as the program of a thread", () => {
  const isAllowed = (from: Module, { target, isTypeOnly }: Import) => {
    if (from.room === "worker" || !target.startsWith("lib/worker/")) return true;
    if (from.room !== "server") return false;
    return isTypeOnly ? target === "lib/worker/settings.ts" : target === "lib/worker/worker.ts";
  };
  assertEquals(broken(isAllowed), []);
});

Deno.test("lib imports nothing of the project that lies outside of it", () => {
  const isAllowed = ({ room }: Module, { target }: Import) =>
    room === "main" || isPackage(target) || target.startsWith("lib/");
  assertEquals(broken(isAllowed), []);
});

Deno.test("packages are imported only where they belong", () => {
  const isAllowed = (from: Module, { target }: Import) =>
    !isPackage(target) || (PACKAGES[target]?.includes(from.room) ?? false);
  assertEquals(broken(isAllowed), []);
});

Deno.test("no import leads in a circle", () => {
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) {
      circles.push([...trail.slice(trail.indexOf(path)), path].join(" -> "));
    }
    if (done.has(path) || trail.includes(path)) return;
    for (const { target } of BY_PATH.get(path)?.imports ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const { path } of MODULES) visit(path, []);
  assertEquals(circles, []);
});

Deno.test("lib/http does no input or output, waits for nothing and has no clock", () => {
  const banned =
    /\bDeno\.|\bDate\.now\b|\bperformance\.|\basync\b|\bawait\b|\bset(Timeout|Interval)\b/;
  const found = LIBRARY.filter(({ room, code }) => room === "http" && banned.test(code));
  assertEquals(found.map(({ path }) => path), []);
});

for (const [what, pattern, rooms] of PRIVILEGES) {
  Deno.test(`${what}: ${rooms.length === 0 ? "nobody" : rooms.join(", ")} alone`, () => {
    const found = MODULES.filter(({ room, code }) => pattern.test(code) && !rooms.includes(room));
    assertEquals(found.map(({ path }) => path), []);
  });
}

Deno.test("files are called after one noun, in small letters", () => {
  const odd = LIBRARY.map(({ path }) => basename(path)).filter((name) =>
    !/^[a-z][a-z0-9]*(_[a-z0-9]+)*\.ts$/.test(name) ||
    /^(utils?|common|misc|helpers?|shared|stuff|types|constants)\.ts$/.test(name)
  );
  assertEquals(odd, []);
});

Deno.test("every module is reached by a test", () => {
  const reached = new Set<string>();
  const visit = (path: string): void => {
    if (reached.has(path) || !path.endsWith(".ts")) return;
    reached.add(path);
    for (const { target } of moduleAt(path).imports) visit(target);
  };
  for (const path of pathsBelow("tests")) {
    // This one reads every module, and proves nothing of any.
    if (path.endsWith("_test.ts") && !path.endsWith("architecture_test.ts")) visit(path);
  }
  assertEquals(MODULES.map(({ path }) => path).filter((path) => !reached.has(path)), []);
});
