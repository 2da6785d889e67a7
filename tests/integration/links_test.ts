// Links, pipes and neighbours of the root: what the file system adds to a name that looks harmless.

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { countsOf, incidentsOf } from "../attacks/security_log.ts";
import { serverTest, writeFile } from "./harness.ts";
import { get, upload } from "./requests.ts";

const IS_WINDOWS = Deno.build.os === "windows"; // links need a privilege there
const SECRET = "the secret";

function linkTest(
  name: string,
  files: Readonly<Record<string, string>>,
  test: Parameters<typeof serverTest>[2],
): void {
  if (IS_WINDOWS) Deno.test.ignore(`${name} (ignored: links need a privilege)`, () => {});
  else serverTest(name, { files }, test);
}

linkTest("links that lead out of the root are refused", {
  "root/inside.html": "inside",
  "outside/secret.html": SECRET,
  "outside/index.html": SECRET,
  "root-secret/secret.html": SECRET,
}, async (server) => {
  const link = (to: string, name: string) => Deno.symlink(to, join(server.root, name));
  await link(join(server.folder, "outside", "secret.html"), "file.html");
  await link("../outside/secret.html", "relative.html");
  await link("../outside", "folder");
  await link("../root-secret", "sibling");
  await link("relative.html", "chain.html");
  await link("..", "up");
  await link("/etc/passwd", "passwd.html");
  await link(join(server.folder, "log"), "log.html");
  const targets = [
    "/file.html",
    "/relative.html",
    "/folder/secret.html",
    "/folder/",
    "/sibling/secret.html",
    "/chain.html",
    "/up/outside/secret.html",
    "/passwd.html",
    "/log.html",
  ];
  for (const target of targets) {
    for (let round = 0; round < 2; round++) { // nothing is remembered that should not be
      const { status, text } = await server.ask(get(target));
      assertEquals([status, text.includes(SECRET)], [403, false], target);
    }
  }
  const log = await server.stopAndReadLog();
  const refusals = incidentsOf(log).filter(({ kind }) => kind === "symlink");
  assertEquals(countsOf(refusals), { symlink: 2 * targets.length });
  for (const { client } of refusals) assertEquals(client, "127.0.0.1");
});

linkTest("links inside the root are followed", {
  "root/real.html": "real",
  "root/sub/index.html": "below",
}, async (server) => {
  await Deno.symlink("real.html", join(server.root, "link.html"));
  await Deno.symlink("link.html", join(server.root, "chain.html"));
  await Deno.symlink("sub", join(server.root, "other"));
  await Deno.symlink(join(server.root, "real.html"), join(server.root, "absolute.html"));
  const rows = [
    ["/link.html", "real"],
    ["/chain.html", "real"],
    ["/other/", "below"],
    ["/absolute.html", "real"],
  ] as const;
  for (const [target, want] of rows) {
    const { status, text } = await server.ask(get(target));
    assertEquals([status, text], [200, want], target);
  }
});

linkTest("a link that is turned around is judged anew", {
  "root/real.html": "real",
  "secret.html": SECRET,
}, async (server) => {
  const path = join(server.root, "link.html");
  for (let round = 0; round < 5; round++) {
    await Deno.symlink("real.html", path);
    assertEquals((await server.ask(get("/link.html"))).text, "real");
    await Deno.remove(path);
    await Deno.symlink("../secret.html", path);
    assertEquals((await server.ask(get("/link.html"))).status, 403);
    await Deno.remove(path);
  }
});

linkTest("links that lead nowhere or in circles are not there", {}, async (server) => {
  await Deno.symlink("nowhere.html", join(server.root, "dangling.html"));
  await Deno.symlink("b.html", join(server.root, "a.html"));
  await Deno.symlink("a.html", join(server.root, "b.html"));
  for (const target of ["/dangling.html", "/a.html", "/b.html"]) {
    assertEquals((await server.ask(get(target))).status, 404, target);
  }
});

linkTest("an upload cannot be led out, nor a link in the uploads", {
  "secret.html": SECRET,
}, async (server) => {
  await Deno.symlink("../secret.html", join(server.uploads, "link.json"));
  assertEquals((await server.ask(get("/uploads/link.json"))).status, 403);
  assertEquals((await server.ask(upload("{}"))).status, 201);
  assertEquals(await Deno.readTextFile(join(server.folder, "secret.html")), SECRET);
});

linkTest("the root itself may be a link", { "elsewhere/page.html": "page" }, async (server) => {
  // The root was resolved when the server started; a link in place of a folder below is fine too.
  await Deno.rename(join(server.folder, "elsewhere"), join(server.root, "moved"));
  await Deno.symlink("moved", join(server.root, "alias"));
  assertEquals((await server.ask(get("/alias/page.html"))).text, "page");
});

/** Whether this machine makes pipes. */
async function canMakePipes(): Promise<boolean> {
  try {
    return (await new Deno.Command("mkfifo", { args: ["--help"] }).output()).success;
  } catch {
    return false;
  }
}

if (await canMakePipes()) {
  serverTest("a pipe is never opened, or the worker would hang", {}, async (server) => {
    const paths = ["root/pipe.html", "root/index.html", "uploads/pipe.json"];
    for (const path of paths) {
      await new Deno.Command("mkfifo", { args: [join(server.folder, path)] }).output();
    }
    await Deno.symlink("pipe.html", join(server.root, "link.html"));
    for (const target of ["/pipe.html", "/", "/uploads/pipe.json", "/link.html"]) {
      assertEquals((await server.ask(get(target))).status, 404, target);
    }
    await writeFile(join(server.root, "after.html"), "alive");
    assertEquals((await server.ask(get("/after.html"))).text, "alive");
  });
} else {
  Deno.test.ignore("a pipe is never opened (ignored: mkfifo is missing)", () => {});
}
