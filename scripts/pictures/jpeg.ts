// A JPEG writer (ITU-T T.81, baseline): colour at full resolution, the tables of annex K.

import {
  CHROMINANCE_AC,
  CHROMINANCE_DC,
  CHROMINANCE_STEPS,
  type HuffmanTable,
  LUMINANCE_AC,
  LUMINANCE_DC,
  LUMINANCE_STEPS,
  ZIGZAG,
} from "./jpeg_tables.ts";
import type { Raster } from "./raster.ts";

/** What one colour component is coded with. */
interface Coding {
  /** Divisor of each coefficient, in zigzag order. */
  readonly steps: readonly number[];
  readonly dc: ReadonlyMap<number, Code>;
  readonly ac: ReadonlyMap<number, Code>;
}

interface Code {
  readonly bits: number;
  readonly length: number;
}

/** 16 zeros in a row, and more to come. */
const SIXTEEN_ZEROS = 0xf0;
const END_OF_BLOCK = 0x00;

/** The factors of one dimension of the transform (T.81 A.3.3), eight per frequency. */
const COSINES = Float64Array.from({ length: 64 }, (_, index) => {
  const frequency = index >> 3, sample = index & 7;
  const scale = frequency === 0 ? Math.SQRT1_2 / 2 : 0.5;
  return scale * Math.cos(((2 * sample + 1) * frequency * Math.PI) / 16);
});

/** Encodes a picture as a JPEG file. `quality` is 1 to 100; opacity is ignored. */
export function encodeJpeg(raster: Raster, quality: number): Uint8Array<ArrayBuffer> {
  const bright = {
    steps: stepsAt(quality, LUMINANCE_STEPS),
    dc: codesOf(LUMINANCE_DC),
    ac: codesOf(LUMINANCE_AC),
  };
  const tint = {
    steps: stepsAt(quality, CHROMINANCE_STEPS),
    dc: codesOf(CHROMINANCE_DC),
    ac: codesOf(CHROMINANCE_AC),
  };
  return Uint8Array.from([
    ...headers(raster, bright.steps, tint.steps),
    ...scan(raster, [bright, tint, tint]),
    ...[0xff, 0xd9],
  ]);
}

/** The usual meaning of quality, as in the library of the Independent JPEG Group. */
function stepsAt(quality: number, table: readonly number[]): number[] {
  const percent = quality < 50 ? 5000 / quality : 200 - quality * 2;
  return ZIGZAG.map((at) =>
    Math.min(255, Math.max(1, Math.floor(((table[at] ?? 0) * percent + 50) / 100)))
  );
}

/** Codes of one length count up; each longer length goes on at twice the next (T.81 C.2). */
function codesOf(table: HuffmanTable): Map<number, Code> {
  const codes = new Map<number, Code>();
  let bits = 0, next = 0;
  table.counts.forEach((count, index) => {
    for (const symbol of table.symbols.slice(next, next + count)) {
      codes.set(symbol, { bits, length: index + 1 });
      bits++;
    }
    next += count;
    bits <<= 1;
  });
  return codes;
}

function headers(
  raster: Raster,
  bright: readonly number[],
  tint: readonly number[],
): number[] {
  const u16 = (value: number) => [value >> 8, value & 255];
  const segment = (marker: number, data: readonly number[]) => [
    0xff,
    marker,
    ...u16(data.length + 2),
    ...data,
  ];
  const huffman = (id: number, table: HuffmanTable) => [id, ...table.counts, ...table.symbols];
  const jfif = [0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, ...u16(1), ...u16(1), 0, 0];
  // Per component: its number, one sample per block both ways, its quantisation table.
  const components = [1, 0x11, 0, 2, 0x11, 1, 3, 0x11, 1];
  return [
    ...[0xff, 0xd8],
    ...segment(0xe0, jfif),
    ...segment(0xdb, [0, ...bright, 1, ...tint]),
    ...segment(0xc0, [8, ...u16(raster.height), ...u16(raster.width), 3, ...components]),
    ...segment(0xc4, [
      ...huffman(0x00, LUMINANCE_DC),
      ...huffman(0x10, LUMINANCE_AC),
      ...huffman(0x01, CHROMINANCE_DC),
      ...huffman(0x11, CHROMINANCE_AC),
    ]),
    ...segment(0xda, [3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0]),
  ];
}

function scan(raster: Raster, codings: readonly Coding[]): number[] {
  const out = new BitWriter();
  const previousDc = codings.map(() => 0);
  for (let top = 0; top < raster.height; top += 8) {
    for (let left = 0; left < raster.width; left += 8) {
      const planes = block(raster, left, top);
      codings.forEach((coding, index) => {
        const plane = planes[index] ?? new Float64Array(64);
        previousDc[index] = writeBlock(out, coding, transform(plane), previousDc[index] ?? 0);
      });
    }
  }
  return out.finish();
}

/** Brightness and two tints of 8 by 8 pixels (JFIF 1.02), each centred on 0. */
function block(raster: Raster, left: number, top: number): Float64Array[] {
  const planes = [new Float64Array(64), new Float64Array(64), new Float64Array(64)];
  const [luma, blueness, redness] = planes;
  if (!luma || !blueness || !redness) return [];
  for (let at = 0; at < 64; at++) {
    // Past the edge the last pixel repeats: the decoder cuts it off.
    const x = Math.min(left + (at & 7), raster.width - 1);
    const y = Math.min(top + (at >> 3), raster.height - 1);
    const start = (y * raster.width + x) * 4;
    const [red = 0, green = 0, blue = 0] = raster.rgba.subarray(start, start + 3);
    luma[at] = 0.299 * red + 0.587 * green + 0.114 * blue - 128;
    blueness[at] = -0.168736 * red - 0.331264 * green + 0.5 * blue;
    redness[at] = 0.5 * red - 0.418688 * green - 0.081312 * blue;
  }
  return planes;
}

/** The cosine transform, rows first and then columns. */
function transform(samples: Float64Array): Float64Array {
  return transformRows(transformRows(samples));
}

/** Transforms each row and turns the block on its side, so that doing it twice does both ways. */
function transformRows(samples: Float64Array): Float64Array {
  const result = new Float64Array(64);
  for (let row = 0; row < 8; row++) {
    for (let frequency = 0; frequency < 8; frequency++) {
      let sum = 0;
      for (let column = 0; column < 8; column++) {
        sum += (samples[row * 8 + column] ?? 0) * (COSINES[frequency * 8 + column] ?? 0);
      }
      result[frequency * 8 + row] = sum;
    }
  }
  return result;
}

/** Writes one block (T.81 F.1.2) and returns its mean, from which the next block's is told. */
function writeBlock(
  out: BitWriter,
  coding: Coding,
  frequencies: Float64Array,
  previousDc: number,
): number {
  const levels = ZIGZAG.map((at, index) =>
    Math.round((frequencies[at] ?? 0) / (coding.steps[index] ?? 1))
  );
  const [dc = 0, ...rest] = levels;
  writeLevel(out, coding.dc, 0, dc - previousDc);
  let zeros = 0;
  for (const level of rest.slice(0, rest.findLastIndex((value) => value !== 0) + 1)) {
    if (level === 0) {
      zeros++;
      continue;
    }
    for (; zeros > 15; zeros -= 16) out.writeCode(coding.ac, SIXTEEN_ZEROS);
    writeLevel(out, coding.ac, zeros, level);
    zeros = 0;
  }
  if (rest.at(-1) === 0) out.writeCode(coding.ac, END_OF_BLOCK);
  return dc;
}

/** A code for the zeros before and the size in bits, then the bits; a negative level is less 1. */
function writeLevel(
  out: BitWriter,
  codes: ReadonlyMap<number, Code>,
  zeros: number,
  level: number,
): void {
  const size = 32 - Math.clz32(Math.abs(level));
  out.writeCode(codes, (zeros << 4) | size);
  out.writeBits(level < 0 ? level + (1 << size) - 1 : level, size);
}

/** Bits to bytes, highest bit first. */
class BitWriter {
  readonly #bytes: number[] = [];
  #pending = 0;
  #pendingBits = 0;

  writeCode(codes: ReadonlyMap<number, Code>, symbol: number): void {
    const code = codes.get(symbol);
    if (code === undefined) throw new RangeError(`Cannot code the symbol ${symbol}`);
    this.writeBits(code.bits, code.length);
  }

  writeBits(bits: number, length: number): void {
    for (let bit = length - 1; bit >= 0; bit--) {
      this.#pending = (this.#pending << 1) | ((bits >> bit) & 1);
      if (++this.#pendingBits === 8) this.#flush();
    }
  }

  /** Fills the last byte with ones, as T.81 F.1.2.3 wants. */
  finish(): number[] {
    while (this.#pendingBits > 0) this.writeBits(1, 1);
    return this.#bytes;
  }

  #flush(): void {
    this.#bytes.push(this.#pending);
    // A zero follows every 0xff, so that data never looks like a marker.
    if (this.#pending === 0xff) this.#bytes.push(0);
    this.#pending = 0;
    this.#pendingBits = 0;
  }
}
