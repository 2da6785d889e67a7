// Pixels and the few drawing tools that the logo and the landscape share. Everything is a pure
// function of its numbers: the same script always gives the same picture.

/** Red, green, blue and opacity, each 0 to 1. */
export type Colour = readonly [red: number, green: number, blue: number, alpha: number];

/** No paint at all. */
export const CLEAR: Colour = [0, 0, 0, 0];

/** A picture as rows of red, green, blue, alpha: one byte each, top row first. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array<ArrayBuffer>;
}

/** The colour at a point, in pixels from the top left corner. */
export type Shade = (x: number, y: number) => Colour;

/** Reads `#rrggbb`. */
export function hex(text: string, alpha = 1): Colour {
  const value = Number.parseInt(text.slice(1), 16);
  return [(value >> 16) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255, alpha];
}

/** Limits a number to 0 to 1. */
export function clamp01(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}

/** A soft step: 0 at or before `from`, 1 at or after `to`. */
export function ease(from: number, to: number, value: number): number {
  const t = clamp01((value - from) / (to - from));
  return t * t * (3 - 2 * t);
}

/** The colour `share` (0 to 1) of the way between two. */
export function mix(from: Colour, to: Colour, share: number): Colour {
  return [
    from[0] + (to[0] - from[0]) * share,
    from[1] + (to[1] - from[1]) * share,
    from[2] + (to[2] - from[2]) * share,
    from[3] + (to[3] - from[3]) * share,
  ];
}

/** Lays paint over an opaque or see-through ground. */
export function over(ground: Colour, paint: Colour): Colour {
  const alpha = paint[3] + ground[3] * (1 - paint[3]);
  if (alpha === 0) return paint;
  const blend = (top: number, bottom: number) =>
    (top * paint[3] + bottom * ground[3] * (1 - paint[3])) / alpha;
  return [
    blend(paint[0], ground[0]),
    blend(paint[1], ground[1]),
    blend(paint[2], ground[2]),
    alpha,
  ];
}

/** Whether a point lies in a box with round corners. */
export function inBox(
  x: number,
  y: number,
  box: { left: number; top: number; right: number; bottom: number; radius?: number },
): boolean {
  const radius = box.radius ?? 0;
  const dx = Math.max(box.left + radius - x, x - (box.right - radius), 0);
  const dy = Math.max(box.top + radius - y, y - (box.bottom - radius), 0);
  return dx * dx + dy * dy <= radius * radius;
}

/**
 * Samples every pixel on a grid of `samplesPerSide` squared points and averages them, which is what
 * smooths the edges. Colours are weighted by their opacity: a see-through sample lends no tint.
 */
export function render(
  width: number,
  height: number,
  samplesPerSide: number,
  shade: Shade,
): Raster {
  const rgba = new Uint8Array(width * height * 4);
  const samples = samplesPerSide * samplesPerSide;
  for (let pixel = 0; pixel < width * height; pixel++) {
    const left = pixel % width;
    const top = Math.floor(pixel / width);
    let red = 0, green = 0, blue = 0, alpha = 0;
    for (let sample = 0; sample < samples; sample++) {
      const colour = shade(
        left + (sample % samplesPerSide + 0.5) / samplesPerSide,
        top + (Math.floor(sample / samplesPerSide) + 0.5) / samplesPerSide,
      );
      red += colour[0] * colour[3];
      green += colour[1] * colour[3];
      blue += colour[2] * colour[3];
      alpha += colour[3];
    }
    if (alpha === 0) continue;
    rgba[pixel * 4] = Math.round(255 * clamp01(red / alpha));
    rgba[pixel * 4 + 1] = Math.round(255 * clamp01(green / alpha));
    rgba[pixel * 4 + 2] = Math.round(255 * clamp01(blue / alpha));
    rgba[pixel * 4 + 3] = Math.round(255 * clamp01(alpha / samples));
  }
  return { width, height, rgba };
}

/** A number from 0 to 1 that looks random and depends on two whole numbers only. */
export function hash(x: number, y: number): number {
  let bits = Math.imul(x | 0, 0x27d4eb2d) ^ Math.imul(y | 0, 0x165667b1);
  bits = Math.imul(bits ^ (bits >>> 15), 0x2c1b3c6d);
  bits = Math.imul(bits ^ (bits >>> 12), 0x297a2d39);
  return ((bits ^ (bits >>> 15)) >>> 0) / 0xffffffff;
}

/** Smooth noise from 0 to 1: `hash` at whole numbers, eased in between. */
export function noise(x: number, y: number): number {
  const left = Math.floor(x), top = Math.floor(y);
  const across = ease(0, 1, x - left), down = ease(0, 1, y - top);
  const upper = hash(left, top) * (1 - across) + hash(left + 1, top) * across;
  const lower = hash(left, top + 1) * (1 - across) + hash(left + 1, top + 1) * across;
  return upper * (1 - down) + lower * down;
}

/** Noise summed over `octaves`, each twice as fine and half as strong: 0 to 1. */
export function fractal(x: number, y: number, octaves: number): number {
  let sum = 0, weight = 0.5, reach = 0, scale = 1;
  for (let octave = 0; octave < octaves; octave++) {
    sum += weight * noise(x * scale + octave * 17, y * scale - octave * 31);
    reach += weight;
    weight /= 2;
    scale *= 2;
  }
  return sum / reach;
}
