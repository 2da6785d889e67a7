// The server, killed in the middle of uploads so many times.

import { KillSeries } from "../../tests/faults/upload_kills.ts";

/** Kills between two lines. */
const STEP = 20;

/** @returns Whether everything that was acknowledged was there, and nothing else. */
export async function killAgainAndAgain(kills: number): Promise<boolean> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "sluice_kills_" }));
  try {
    const series = new KillSeries(folder);
    for (let kill = 1; kill <= kills; kill++) {
      await series.kill();
      if (kill % STEP === 0) console.log(`killed ${kill} times`);
    }
    const { acknowledged, unheard, repeated, leftovers } = await series.finish();
    console.log(
      `${kills} kills: ${acknowledged} uploads were acknowledged, each is there byte for byte; ` +
        `${unheard} more are there whole whose answer was cut off; ${repeated} were sent again by ` +
        `their key and are there once; ${leftovers} half files were never seen, and are gone`,
    );
    return true;
  } catch (error) {
    console.error(error);
    return false;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
