// The landscape: a weir with raised gates in a valley at sunrise, mirrored in the river below it.

import {
  CLEAR,
  type Colour,
  ease,
  fractal,
  hash,
  hex,
  mix,
  noise,
  over,
  type Raster,
  render,
} from "./raster.ts";
import { DEEP_WATER, FOAM, WATERLINE, weir } from "./weir.ts";

const WIDTH = 960;
const HEIGHT = 540;
const SUN = { x: 319, y: 150, radius: 25 };

const SKY_TOP = hex("#5f93b8");
const SKY_MIDDLE = hex("#bcd3d4");
const SKY_LOW = hex("#fbdcae");
const SUNLIGHT = hex("#fff3d2");

/** Far to near: less haze and more detail with every ridge. */
const RIDGES = [
  { base: 214, height: 150, length: 300, seed: 3, octaves: 5, colour: hex("#9db7bd") },
  { base: 236, height: 130, length: 250, seed: 11, octaves: 5, colour: hex("#71969c") },
  { base: 254, height: 110, length: 200, seed: 29, octaves: 6, colour: hex("#477276") },
];
const BANK_LIGHT = hex("#4d7a4f");
const BANK_DARK = hex("#1f4640");
const TREE_LIGHT = hex("#6d9455");
const TREE_DARK = hex("#173f3b");

/** Draws the landscape. */
export function drawScene(): Raster {
  return render(WIDTH, HEIGHT, 2, (x, y) => grain(y < WATERLINE ? land(x, y) : river(x, y), x, y));
}

/** A touch of grain keeps the wide gradients of the sky from showing steps. */
function grain(colour: Colour, x: number, y: number): Colour {
  const amount = (hash(Math.floor(x), Math.floor(y)) - 0.5) * 0.008;
  return [colour[0] + amount, colour[1] + amount, colour[2] + amount, 1];
}

/** From near to far: what is hidden need not be drawn, and most of the sky is. */
function land(x: number, y: number): Colour {
  for (const near of [banks, weir]) {
    const colour = near(x, y);
    if (colour[3] > 0) return colour;
  }
  const ridge = RIDGES.findLast((each) => y >= hillTop(each, x));
  return over(ridge === undefined ? sky(x, y) : hill(ridge, x, y), mist(x, y));
}

function sky(x: number, y: number): Colour {
  const height = y / 300;
  let colour = mix(SKY_TOP, SKY_MIDDLE, ease(0, 0.62, height));
  colour = mix(colour, SKY_LOW, ease(0.32, 1, height));
  const fromSun = Math.hypot(x - SUN.x, y - SUN.y);
  colour = mix(colour, SUNLIGHT, 0.62 * (1 - ease(0, 330, fromSun)));
  const cloud = fractal(x / 300 + 4, y / 52, 5);
  const share = ease(0.5, 0.78, cloud) * (1 - ease(120, 250, y)) * 0.75;
  colour = mix(colour, hex("#fff4e6"), share);
  return mix(colour, hex("#fffbee"), 1 - ease(SUN.radius - 1.5, SUN.radius + 1.5, fromSun));
}

type Ridge = typeof RIDGES[number];

function hillTop(ridge: Ridge, x: number): number {
  const shape = fractal(x / ridge.length + ridge.seed, ridge.seed, ridge.octaves);
  return ridge.base - ridge.height * (shape - 0.32);
}

function hill(ridge: Ridge, x: number, y: number): Colour {
  const top = hillTop(ridge, x);
  // Haze gathers in the valley, and the sun warms what lies near it.
  const haze = ease(top, top + 110, y) * 0.55;
  const warmth = 0.3 * (1 - ease(0, 380, Math.abs(x - SUN.x)));
  return mix(mix(ridge.colour, hex("#e9e0c8"), haze), SKY_LOW, warmth);
}

function mist(x: number, y: number): Colour {
  const drift = fractal(x / 240, y / 26, 3);
  return hex("#fdeed3", ease(268, 330, y) * (0.25 + 0.4 * drift));
}

/** Grass with trees behind it on both sides, which hide the weir's ends. */
function banks(x: number, y: number): Colour {
  const ground = Math.min(bankTop(x, 1), bankTop(WIDTH - x, 2));
  if (y < ground) return tree(x, y);
  const tuft = fractal(x / 16, y / 7, 3) * 0.3;
  return mix(BANK_LIGHT, BANK_DARK, Math.min(1, ease(ground, ground + 52, y) * 0.85 + tuft));
}

/** The bank falls towards the river. */
function bankTop(fromSide: number, seed: number): number {
  const slope = ease(236, 40, fromSide);
  return WATERLINE + 5 - 66 * slope -
    10 * fractal(fromSide / 34, seed, 3) * ease(236, 200, fromSide);
}

/** How far the trees reach in from either side, and how far apart they stand. */
const WOOD = { reach: 205, spacing: 21 };

interface Crown {
  readonly x: number;
  readonly y: number;
  readonly across: number;
  readonly high: number;
  /** 0 to 1: no two trees are equally dark. */
  readonly darkness: number;
}

/** Crowns stand in a row, a little irregularly, and lower towards the river. */
const CROWNS: readonly Crown[] = Array.from({ length: 46 }, (_, index) => {
  const x = index * WOOD.spacing + (hash(index, 5) - 0.5) * 16;
  const size = ease(230, 20, Math.min(x, WIDTH - x)) * 0.75 + 0.25;
  const across = 16 + 22 * size + hash(index, 6) * 6;
  const high = across * (1.15 + hash(index, 7) * 0.5);
  const ground = Math.min(bankTop(x, 1), bankTop(WIDTH - x, 2));
  return { x, y: ground + 12 - high * 0.7, across, high, darkness: hash(index, 8) };
}).filter((crown) => Math.min(crown.x, WIDTH - crown.x) <= WOOD.reach);

function tree(x: number, y: number): Colour {
  if (Math.min(x, WIDTH - x) > WOOD.reach + 60) return CLEAR;
  const leaves = fractal(x / 8, y / 8, 4) - 0.5;
  const front = CROWNS.findLast((crown) => {
    const dx = (x - crown.x) / crown.across, dy = (y - crown.y) / crown.high;
    return dx * dx + dy * dy <= 1 + leaves * 0.55;
  });
  if (front === undefined) return CLEAR;
  // Light comes from the sun's side and from above.
  const away = (front.x - x) / front.across * Math.sign(SUN.x - front.x);
  const below = (y - front.y) / front.high;
  const shade = 0.52 + 0.3 * away + 0.38 * below - leaves * 1.1 + front.darkness * 0.2;
  return mix(TREE_LIGHT, TREE_DARK, ease(0, 1, shade));
}

/** The mirror image, drawn out by ripples that grow towards the viewer. */
function river(x: number, y: number): Colour {
  const depth = y - WATERLINE;
  const near = depth / (HEIGHT - WATERLINE);
  const wave = fractal(x / (30 + 110 * near), depth / (1.6 + 6 * near), 4) - 0.5;
  const mirrored = land(
    x + wave * (4 + 30 * near),
    WATERLINE - 1 - depth * 1.04 + wave * (6 + 60 * near),
  );
  let colour = mix(mirrored, DEEP_WATER, 0.2 + 0.42 * near - wave * 0.5 * near);
  // The sun's road: sparse sparks, in a band that widens towards the viewer.
  const spark = noise(x / (7 + 16 * near), depth / (1.3 + 2.2 * near));
  const road = 1 - ease(0, 34 + 60 * near, Math.abs(x - SUN.x + wave * 60));
  colour = mix(colour, SUNLIGHT, ease(0.5, 0.8, spark) * road * (0.35 + 0.45 * near));
  return over(colour, foam(x, depth));
}

/** White water below the gates, carried a little way downstream. */
function foam(x: number, depth: number): Colour {
  const below = ease(150, 240, x) * (1 - ease(740, 820, x));
  const bubbles = fractal(x / 19, depth / 4.2, 4);
  const reach = 1 - ease(4, 88, depth + (bubbles - 0.5) * 50);
  return hex(FOAM, below * reach * ease(0.34, 0.66, bubbles));
}
