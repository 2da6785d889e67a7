// A PNG writer (W3C PNG, third edition): 8 bits a channel with transparency, one IDAT chunk.

import type { Raster } from "./raster.ts";

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const BITS_PER_CHANNEL = 8;
const TRUECOLOUR_WITH_ALPHA = 6;
/** Each byte is stored as its difference from the one above: flat and shaded areas become zeros. */
const FILTER_UP = 2;

/** Encodes a picture as a PNG file. */
export async function encodePng(raster: Raster): Promise<Uint8Array<ArrayBuffer>> {
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, raster.width);
  header.setUint32(4, raster.height);
  header.setUint8(8, BITS_PER_CHANNEL);
  header.setUint8(9, TRUECOLOUR_WITH_ALPHA);
  // Bytes 10 to 12 stay 0: deflate, adaptive filtering, not interlaced.
  return await new Blob([
    SIGNATURE,
    chunk("IHDR", new Uint8Array(header.buffer)),
    chunk("IDAT", await deflate(filterRows(raster))),
    chunk("IEND", new Uint8Array(0)),
  ]).bytes();
}

function filterRows(raster: Raster): Uint8Array<ArrayBuffer> {
  const rowBytes = raster.width * 4;
  const filtered = new Uint8Array((rowBytes + 1) * raster.height);
  for (let row = 0; row < raster.height; row++) {
    const start = row * (rowBytes + 1);
    filtered[start] = FILTER_UP;
    for (let column = 0; column < rowBytes; column++) {
      const here = row * rowBytes + column;
      const above = row === 0 ? 0 : raster.rgba[here - rowBytes] ?? 0;
      filtered[start + 1 + column] = (raster.rgba[here] ?? 0) - above;
    }
  }
  return filtered;
}

async function deflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const packed = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate"));
  return await new Response(packed).bytes();
}

/** Length, type, data, and a checksum over type and data. */
function chunk(type: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(data.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(data, 8);
  view.setUint32(data.length + 8, crc32(bytes.subarray(4, data.length + 8)));
  return bytes;
}

/** The checksum of PNG annex D, bit by bit: a picture this small needs no table. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
