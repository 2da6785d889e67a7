import { assertEquals, assertStrictEquals } from "@std/assert";
import { JudgedNames } from "../../lib/handlers/judged_names.ts";
import { resolveTargetPath } from "../../lib/security/target_path.ts";

Deno.test("JudgedNames judges as is judged without it, the first time and later", () => {
  const names = new JudgedNames();
  for (const path of ["/a/b.html", "/", "/%2e%2e/b", "no slash", `/${"a".repeat(300)}`, "/%zz"]) {
    for (let time = 0; time < 3; time++) {
      assertEquals(names.judge(path), resolveTargetPath(path), path);
    }
  }
});

Deno.test("JudgedNames gives the same verdict for the same path", () => {
  const names = new JudgedNames();
  assertStrictEquals(names.judge("/a%20b"), names.judge("/a%20b"));
});

Deno.test("JudgedNames stays right when it forgets", () => {
  const names = new JudgedNames();
  for (let index = 0; index < 5_000; index++) {
    const verdict = names.judge(`/${index}`);
    assertEquals(verdict.ok && verdict.path, `/${index}`);
  }
  assertEquals(names.judge("/0"), resolveTargetPath("/0"));
});
