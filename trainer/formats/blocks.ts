/** GGML's element types: their numbers in a GGUF file, and the blocks of those in which several elements share a scale. */
import type { Dtype, PlainDtype } from './dtype.ts';
import { valuesOf } from './small-floats.ts';

export interface ElementType {
  readonly dtype: Dtype;
  /** Elements of a block, and its bytes. */
  readonly elements: number;
  readonly bytes: number;
}

const plain = (dtype: PlainDtype, bytes: number): ElementType => ({ dtype, elements: 1, bytes });
const block = (name: string, elements: number, bytes: number): ElementType => ({ dtype: `block:${name}`, elements, bytes });

/**
 * `ggml_type` and the sizes of its blocks: numbers as in ggml's docs/gguf.md, 40 and 41 as in the Python package gguf 0.19.0; sizes
 * as llama.cpp's ggml-common.h asserts them (the package has 40 bytes for q8_1, the header 36).
 */
export const elementTypes: ReadonlyMap<number, ElementType> = new Map([
  [0, plain('float32', 4)], [1, plain('float16', 2)], [24, plain('int8', 1)], [25, plain('int16', 2)], [26, plain('int32', 4)],
  [27, plain('int64', 8)], [28, plain('float64', 8)], [30, plain('bfloat16', 2)],
  [2, block('q4_0', 32, 18)], [3, block('q4_1', 32, 20)], [6, block('q5_0', 32, 22)], [7, block('q5_1', 32, 24)],
  [8, block('q8_0', 32, 34)], [9, block('q8_1', 32, 36)], [10, block('q2_k', 256, 84)], [11, block('q3_k', 256, 110)],
  [12, block('q4_k', 256, 144)], [13, block('q5_k', 256, 176)], [14, block('q6_k', 256, 210)], [15, block('q8_k', 256, 292)],
  [16, block('iq2_xxs', 256, 66)], [17, block('iq2_xs', 256, 74)], [18, block('iq3_xxs', 256, 98)], [19, block('iq1_s', 256, 50)],
  [20, block('iq4_nl', 32, 18)], [21, block('iq3_s', 256, 110)], [22, block('iq2_s', 256, 82)], [23, block('iq4_xs', 256, 136)],
  [29, block('iq1_m', 256, 56)], [34, block('tq1_0', 256, 54)], [35, block('tq2_0', 256, 66)], [39, block('mxfp4', 32, 17)],
  [40, block('nvfp4', 64, 36)], [41, block('q1_0', 128, 18)],
]);

const byDtype = new Map<Dtype, ElementType>([...elementTypes.values()].map(type => [type.dtype, type]));

/** Bytes that belong together: those of a block, of an element, or one where elements are smaller. */
export function blockOf(dtype: Dtype): ElementType | undefined {
  return byDtype.get(dtype);
}

/** Writes the values of the block at `at` into `into`, from `to` on. All sums and products are float32's, as in ggml. */
type Unpack = (bytes: Uint8Array, at: number, into: Float64Array, to: number) => void;

const half = (bytes: Uint8Array, at: number): number => valuesOf('float16')[byte(bytes, at) | (byte(bytes, at + 1) << 8)] ?? NaN;
const byte = (bytes: Uint8Array, at: number): number => bytes[at] ?? 0;
const signed = (bytes: Uint8Array, at: number): number => (byte(bytes, at) << 24) >> 24;
const { fround } = Math;

/** 32 elements of 4 bits, those of the second half in the high bits, and where `high` is given a fifth bit each. */
function nibbles(bytes: Uint8Array, at: number, high: number | undefined, take: (index: number, value: number) => void): void {
  for (let index = 0; index < 32; index++) {
    const low = (byte(bytes, at + (index & 15)) >> (index < 16 ? 0 : 4)) & 15;
    const fifth = high === undefined ? 0 : (byte(bytes, high + (index >> 3)) >> (index & 7)) & 1;
    take(index, low | (fifth << 4));
  }
}

/** w = d · (q − zero) */
const centred = (zero: number, fifth: boolean): Unpack => (bytes, at, into, to) => {
  const scale = half(bytes, at);
  nibbles(bytes, at + (fifth ? 6 : 2), fifth ? at + 2 : undefined, (index, q) => {
    into[to + index] = fround(scale * (q - zero));
  });
};

/** w = d · q + m */
const shifted = (fifth: boolean): Unpack => (bytes, at, into, to) => {
  const [scale, shift] = [half(bytes, at), half(bytes, at + 2)];
  nibbles(bytes, at + (fifth ? 8 : 4), fifth ? at + 4 : undefined, (index, q) => {
    into[to + index] = fround(fround(scale * q) + shift);
  });
};

/** Eight groups of 32 with scales and minima of 6 bits in 12 bytes: w = d · scale · q − d_min · minimum. */
const grouped = (fifth: boolean): Unpack => (bytes, at, into, to) => {
  const [scale, least] = [half(bytes, at), half(bytes, at + 2)];
  const [scales, high, low] = [at + 4, at + 16, at + (fifth ? 48 : 16)];
  for (let group = 0; group < 8; group++) {
    const [a, b, c] = [byte(bytes, scales + (group & 3)), byte(bytes, scales + 4 + (group & 3)), byte(bytes, scales + 8 + (group & 3))];
    const d = fround(scale * (group < 4 ? a & 63 : (c & 15) | ((a >> 2) & 48)));
    const m = fround(least * (group < 4 ? b & 63 : (c >> 4) | ((b >> 2) & 48)));
    for (let index = 0; index < 32; index++) {
      const q = (byte(bytes, low + (group >> 1) * 32 + index) >> ((group & 1) * 4)) & 15;
      const top = fifth ? ((byte(bytes, high + index) >> group) & 1) << 4 : 0;
      into[to + group * 32 + index] = fround(fround(d * (q | top)) - m);
    }
  }
};

const unpackers: Readonly<Record<string, Unpack>> = {
  'block:q4_0': centred(8, false),
  'block:q5_0': centred(16, true),
  'block:q4_1': shifted(false),
  'block:q5_1': shifted(true),
  'block:q4_k': grouped(false),
  'block:q5_k': grouped(true),
  'block:q8_0': (bytes, at, into, to) => {
    const scale = half(bytes, at);
    for (let index = 0; index < 32; index++) into[to + index] = fround(scale * signed(bytes, at + 2 + index));
  },
  // Two halves of 128: 64 bytes of low nibbles, 32 of high pairs, 8 scales of 16 elements each.
  'block:q6_k': (bytes, at, into, to) => {
    const scale = half(bytes, at + 208);
    for (let index = 0; index < 256; index++) {
      const [part, within] = [index >> 7, index & 127];
      const low = (byte(bytes, at + part * 64 + (within & 63)) >> (within < 64 ? 0 : 4)) & 15;
      const high = (byte(bytes, at + 128 + part * 32 + (within & 31)) >> ((within >> 5) * 2)) & 3;
      const d = fround(scale * signed(bytes, at + 192 + (index >> 4)));
      into[to + index] = fround(d * ((low | (high << 4)) - 32));
    }
  },
};

/** Reads whole blocks into numbers; `undefined` for types of which only the sizes are known. */
export function unpackerOf(dtype: Dtype): ((bytes: Uint8Array) => Float64Array) | undefined {
  const type = byDtype.get(dtype);
  const unpack = unpackers[dtype];
  if (type === undefined || unpack === undefined) return undefined;
  return bytes => {
    const blocks = Math.floor(bytes.length / type.bytes);
    const into = new Float64Array(blocks * type.elements);
    for (let index = 0; index < blocks; index++) unpack(bytes, index * type.bytes, into, index * type.elements);
    return into;
  };
}
