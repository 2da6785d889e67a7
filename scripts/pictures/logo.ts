// The logo: a sluice gate, raised a little, with water under it. `resources/favicon.svg` is the
// same drawing by hand; keep the two alike.

import { CLEAR, type Colour, hex, inBox, mix, over, type Raster, render } from "./raster.ts";

const SIDE = 256;
const TILE_TOP = hex("#17697a");
const TILE_FOOT = hex("#0b3644");
const STONE = hex("#f1f5f0");
const GATE = hex("#f4a64e");
const GATE_SEAM = hex("#b9691d");

/** Each wave lies in front of the ones before it. */
const WAVES = [
  { levelPx: 170, shiftPx: 0, colour: hex("#6fd0de") },
  { levelPx: 193, shiftPx: 28, colour: hex("#37a9bf") },
  { levelPx: 217, shiftPx: 10, colour: hex("#1f8299") },
];
const WAVE_HEIGHT_PX = 5;
const WAVE_LENGTH_PX = 64;

/** Draws the logo. */
export function drawLogo(): Raster {
  return render(SIDE, SIDE, 4, (x, y) => {
    if (!inBox(x, y, { left: 8, top: 8, right: 248, bottom: 248, radius: 54 })) return CLEAR;
    let colour = mix(TILE_TOP, TILE_FOOT, y / SIDE);
    const paint = frame(x, y) ?? gate(x, y);
    if (paint !== undefined) colour = over(colour, paint);
    for (const wave of WAVES) {
      const turn = ((x + wave.shiftPx) / WAVE_LENGTH_PX) * 2 * Math.PI;
      if (y > wave.levelPx + WAVE_HEIGHT_PX * Math.sin(turn)) colour = wave.colour;
    }
    return colour;
  });
}

function frame(x: number, y: number): Colour | undefined {
  const beam = { left: 44, top: 50, right: 212, bottom: 70, radius: 7 };
  const post = { left: 60, top: 60, right: 80, bottom: 240 };
  // Left and right are alike, so both posts are tested as one.
  const mirrored = Math.min(x, SIDE - x);
  return inBox(x, y, beam) || inBox(mirrored, y, post) ? STONE : undefined;
}

function gate(x: number, y: number): Colour | undefined {
  if (inBox(x, y, { left: 122, top: 70, right: 134, bottom: 100 })) return STONE;
  if (!inBox(x, y, { left: 87, top: 94, right: 169, bottom: 150, radius: 5 })) return undefined;
  const isSeam = Math.abs(y - 112.5) < 2 || Math.abs(y - 131.5) < 2;
  return isSeam ? GATE_SEAM : GATE;
}
