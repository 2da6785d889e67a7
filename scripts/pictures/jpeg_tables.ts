// The example tables that ITU-T T.81 prints in its annex K, and the zigzag order of its figure 5.

/** Where the n-th coefficient in zigzag order sits in its block of 8 by 8. */
export const ZIGZAG: readonly number[] = zigzag();

/** Quantisation of brightness at quality 50 (table K.1), row by row. */
export const LUMINANCE_STEPS: readonly number[] = numbers(`
  16 11 10 16 24 40 51 61     12 12 14 19 26 58 60 55     14 13 16 24 40 57 69 56
  14 17 22 29 51 87 80 62     18 22 37 56 68 109 103 77   24 35 55 64 81 104 113 92
  49 64 78 87 103 121 120 101 72 92 95 98 112 100 103 99`);

/** Quantisation of colour at quality 50 (table K.2), row by row. */
export const CHROMINANCE_STEPS: readonly number[] = numbers(`
  17 18 24 47 99 99 99 99 18 21 26 66 99 99 99 99 24 26 56 99 99 99 99 99
  47 66 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99
  99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99`);

/** A Huffman table as the file carries it. */
export interface HuffmanTable {
  /** How many codes have 1, 2, ... 16 bits. */
  readonly counts: readonly number[];
  /** What the codes stand for, shortest code first. */
  readonly symbols: readonly number[];
}

/** Table K.3: differences of brightness. */
export const LUMINANCE_DC: HuffmanTable = {
  counts: [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0],
  symbols: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
};

/** Table K.4: differences of colour. */
export const CHROMINANCE_DC: HuffmanTable = {
  counts: [0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0],
  symbols: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
};

/** Table K.5: runs of zeros and sizes in brightness. */
export const LUMINANCE_AC: HuffmanTable = {
  counts: [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7d],
  symbols: bytes(`
    01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25
    262728292a3435363738393a434445464748494a535455565758595a636465666768696a737475767778797a83
    8485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3
    d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa`),
};

/** Table K.6: runs of zeros and sizes in colour. */
export const CHROMINANCE_AC: HuffmanTable = {
  counts: [0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 0x77],
  symbols: bytes(`
    000102031104052131061241510761711322328108144291a1b1c109233352f0156272d10a162434e125f11718
    191a262728292a35363738393a434445464748494a535455565758595a636465666768696a737475767778797a
    82838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9ca
    d2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa`),
};

function numbers(text: string): number[] {
  return text.trim().split(/\s+/).map(Number);
}

function bytes(text: string): number[] {
  return (text.match(/[0-9a-f]{2}/g) ?? []).map((pair) => Number.parseInt(pair, 16));
}

/** Diagonal after diagonal, turning round at every edge. */
function zigzag(): number[] {
  const order: number[] = [];
  for (let diagonal = 0; diagonal < 15; diagonal++) {
    for (let step = 0; step <= diagonal; step++) {
      const row = diagonal % 2 === 0 ? diagonal - step : step;
      const column = diagonal - row;
      if (row < 8 && column < 8) order.push(row * 8 + column);
    }
  }
  return order;
}
