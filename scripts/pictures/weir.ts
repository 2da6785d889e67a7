// The weir of the landscape: stone piers under a deck, and between them gates raised a little.

import { CLEAR, type Colour, ease, fractal, hash, hex, mix, noise } from "./raster.ts";

/** Where the river meets the weir, in pixels from the top: everything above is mirrored below. */
export const WATERLINE = 338;
/** The river where nothing shines on it. */
export const DEEP_WATER = hex("#174f5c");
/** White water. */
export const FOAM = "#f4faf6";

const STONE_LIGHT = hex("#d9c8ab");
const STONE_DARK = hex("#80786c");
const GATE_LIGHT = hex("#c9763a");
const GATE_DARK = hex("#7c3f24");
const IRON = hex("#2c3a40");

/** The weir, in pixels. A bay is a pier and the opening to its right. */
const WEIR = { left: 49, right: 857, deckTop: 238, deckFoot: 252, bay: 108, pier: 26 };
/** How far down each gate reaches: no two are set alike. */
const GATE_FEET = [306, 298, 309, 295, 312, 303];

/** The weir at a point, in pixels of the landscape; see-through where there is none. */
export function weir(x: number, y: number): Colour {
  if (x < WEIR.left || x > WEIR.right) return CLEAR;
  const along = x - WEIR.left;
  const inBay = along % WEIR.bay;
  const bay = Math.floor(along / WEIR.bay);
  return railing(inBay, y) ?? deck(x, y) ?? hoist(inBay, y) ??
    (inBay < WEIR.pier ? pier(inBay, x, y) : opening(inBay - WEIR.pier, bay, y));
}

function railing(inBay: number, y: number): Colour | undefined {
  const isRail = (y > 221 && y < 223.5) || (y > 229 && y < 230.6);
  const isPost = y > 221 && y < WEIR.deckTop && (inBay + 24) % 36 < 2;
  return isRail || isPost ? IRON : undefined;
}

function deck(x: number, y: number): Colour | undefined {
  if (y < WEIR.deckTop || y > WEIR.deckFoot) return undefined;
  const wear = noise(x / 7, y / 3) * 0.12;
  return mix(STONE_LIGHT, STONE_DARK, ease(WEIR.deckTop + 3, WEIR.deckFoot, y) * 0.9 + wear);
}

/** The frame, spindle and wheel that lift each gate. */
function hoist(inBay: number, y: number): Colour | undefined {
  const middle = WEIR.pier + (WEIR.bay - WEIR.pier) / 2;
  const fromMiddle = Math.abs(inBay - middle);
  const rim = Math.hypot(fromMiddle, y - 206);
  const isWheel = Math.abs(rim - 9) < 1.5 || rim < 2.5 || (rim < 9 && fromMiddle < 0.9);
  const isSpindle = fromMiddle < 1.8 && y > 190 && y < WEIR.deckTop;
  const isStand = fromMiddle > 9 && fromMiddle < 12 && y > 214 && y < WEIR.deckTop;
  const isHead = fromMiddle < 15 && y > 212 && y < 216;
  return isWheel || isSpindle || isStand || isHead ? IRON : undefined;
}

function pier(inBay: number, x: number, y: number): Colour {
  if (y < WEIR.deckTop) return CLEAR;
  const course = Math.floor(y / 12);
  const joint = (y % 12) < 1.1 || ((x + (course % 2) * 8) % 16) < 1.1 ? 0.16 : 0;
  const block = hash(course, Math.floor((x + (course % 2) * 8) / 16)) * 0.16;
  const shade = ease(2, WEIR.pier, inBay) * 0.5 + ease(WATERLINE - 22, WATERLINE, y) * 0.3;
  return mix(STONE_LIGHT, STONE_DARK, Math.min(1, shade + joint + block));
}

/** Between two piers: the gate above, the water shooting out below it. */
function opening(inOpening: number, bay: number, y: number): Colour {
  if (y < WEIR.deckFoot) return CLEAR;
  const foot = GATE_FEET[bay % GATE_FEET.length] ?? WEIR.deckFoot;
  const width = WEIR.bay - WEIR.pier;
  if (y < foot) {
    const plank = (y - WEIR.deckFoot) % 13;
    const shadow = (1 - ease(WEIR.deckFoot, WEIR.deckFoot + 16, y)) * 0.7;
    const seam = plank < 1.4 ? 0.55 : plank / 40;
    const isBrace = Math.abs(inOpening - 14) < 2.5 || Math.abs(inOpening - width + 14) < 2.5;
    const board = mix(GATE_LIGHT, GATE_DARK, Math.min(1, shadow + seam));
    return isBrace ? mix(board, IRON, 0.75) : board;
  }
  if (y < foot + 4) return mix(DEEP_WATER, IRON, 0.7);
  const streak = fractal(inOpening / 5 + bay * 40, y / 46, 3);
  const white = ease(0.3, 0.8, streak) * 0.75 + ease(WATERLINE - 14, WATERLINE, y) * 0.5;
  return mix(mix(DEEP_WATER, hex("#4fa6ad"), 0.6), hex(FOAM), Math.min(1, white));
}
