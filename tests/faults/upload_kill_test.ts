// Killed in the middle of uploads. `deno task soak --kills 200` does the same for longer.

import { assert, assertEquals } from "@std/assert";
import { withDeadline } from "../integration/deadline.ts";
import { SANITIZED, withFolder } from "../integration/harness.ts";
import { KillSeries } from "./upload_kills.ts";

const KILLS = 8;

/** Starting the program so many times takes a while on a busy machine, in milliseconds. */
const DEADLINE_MS = 180_000;

Deno.test({
  name: `an upload that was acknowledged outlives ${KILLS} kills`,
  // Windows has no SIGKILL of its own, and is slow to let go of files.
  ignore: Deno.build.os === "windows",
  ...SANITIZED,
  fn: () =>
    withFolder((folder) =>
      withDeadline(async () => {
        const series = new KillSeries(folder);
        for (let kill = 0; kill < KILLS; kill++) await series.kill();
        const report = await series.finish();
        assertEquals(report.kills, KILLS);
        assert(report.acknowledged >= KILLS, "in each life something was acknowledged");
      }, DEADLINE_MS)
    ),
});
