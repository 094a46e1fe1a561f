/** The values of a tensor as numbers, whatever its element type. */
import { setImmediate } from 'node:timers/promises';
import { Failure } from '../../protocol/failure.ts';
import { blockOf, unpackerOf } from './blocks.ts';
import { broken, quoted } from './broken.ts';
import { bitsOf, type Dtype, isPlain } from './dtype.ts';
import { countOf } from './sizes.ts';
import { type SmallFloat, valuesOf } from './small-floats.ts';
import type { TensorEntry, TensorFile } from './tensor-file.ts';

/** Turns whole units of a tensor into numbers; packed elements of a last byte that are none of the tensor's come with them. */
export type Decode = (bytes: Uint8Array) => Float64Array;

/** A size in bytes that stretches are cut by. */
export function unitOf(dtype: Dtype): number {
  if (isPlain(dtype)) return Math.max(1, bitsOf[dtype] / 8);
  return blockOf(dtype)?.bytes ?? 1;
}

/** Why a type cannot be turned into numbers, in words that follow "not measured:"; `undefined` where it can. */
export function unmeasured(dtype: Dtype): string | undefined {
  if (dtype === 'string') return 'it holds texts';
  if (dtype === 'complex64' || dtype === 'complex128') return 'it holds complex numbers';
  return decoderOf(dtype) === undefined ? `block type ${dtype.replace('block:', '')}` : undefined;
}

/**
 * The values of a tensor, row by row, in stretches. 64-bit integers beyond 2⁵³ are rounded. Others get their turn in between.
 * @throws Failure `bad-argument` where they are no numbers, `broken-model` where they are not there; AbortError
 */
export async function* numbersOf(file: TensorFile, tensor: TensorEntry, signal?: AbortSignal): AsyncGenerator<Float64Array> {
  const decode = decoderOf(tensor.dtype);
  if (decode === undefined) {
    const why = unmeasured(tensor.dtype) ?? tensor.dtype;
    throw new Failure('bad-argument', `${file.path}: tensor ${quoted(tensor.name)} is not measured: ${why}; numbers were expected.`, 'Choose another tensor.');
  }
  const count = countOf(tensor.shape) ?? Infinity;
  let read = 0;
  for await (const bytes of file.read(tensor)) {
    signal?.throwIfAborted();
    const numbers = decode(bytes);
    const own = Math.min(numbers.length, count - read);
    read += own;
    if (own > 0) yield own === numbers.length ? numbers : numbers.subarray(0, own);
    await setImmediate();
  }
  if (read !== count) throw broken(file.path, `tensor ${quoted(tensor.name)} has ${read} elements`, `${count}, of shape [${tensor.shape.join(', ')}]`);
}

/** `undefined` where the type has no numbers that could be read. */
export function decoderOf(dtype: Dtype): Decode | undefined {
  if (!isPlain(dtype)) return unpackerOf(dtype);
  switch (dtype) {
    case 'float64':
      return bytes => new Float64Array(aligned(bytes, 8));
    case 'float32':
      return bytes => new Float64Array(new Float32Array(aligned(bytes, 4)));
    case 'float16':
    case 'bfloat16':
      return lookUp16(dtype);
    case 'float8e4m3fn':
    case 'float8e4m3fnuz':
    case 'float8e5m2':
    case 'float8e5m2fnuz':
    case 'float8e8m0':
      return lookUp(dtype);
    case 'float4e2m1':
      return packed(4, valuesOf(dtype));
    case 'int64':
      return bytes => wide(new Int32Array(aligned(bytes, 8)), new Uint32Array(aligned(bytes, 8)));
    case 'uint64':
      return bytes => wide(new Uint32Array(aligned(bytes, 8)), new Uint32Array(aligned(bytes, 8)));
    case 'int32':
      return bytes => new Float64Array(new Int32Array(aligned(bytes, 4)));
    case 'uint32':
      return bytes => new Float64Array(new Uint32Array(aligned(bytes, 4)));
    case 'int16':
      return bytes => new Float64Array(new Int16Array(aligned(bytes, 2)));
    case 'uint16':
      return bytes => new Float64Array(new Uint16Array(aligned(bytes, 2)));
    case 'int8':
      return bytes => new Float64Array(new Int8Array(aligned(bytes, 1)));
    case 'uint8':
      return bytes => new Float64Array(bytes);
    case 'bool':
      return bytes => Float64Array.from(bytes, byte => (byte === 0 ? 0 : 1));
    case 'int4':
      return packed(4, Float64Array.from({ length: 16 }, (_, code) => (code < 8 ? code : code - 16)));
    case 'uint4':
      return packed(4, Float64Array.from({ length: 16 }, (_, code) => code));
    case 'int2':
      return packed(2, Float64Array.of(0, 1, -2, -1));
    case 'uint2':
      return packed(2, Float64Array.of(0, 1, 2, 3));
    case 'complex64':
    case 'complex128':
      return undefined;
  }
}

/** The whole elements of `width` bytes, where a typed array may stand. */
function aligned(bytes: Uint8Array, width: number): ArrayBuffer {
  const whole = bytes.length - (bytes.length % width);
  const { buffer, byteOffset } = bytes;
  if (buffer instanceof ArrayBuffer && byteOffset === 0 && whole === buffer.byteLength) return buffer;
  return new Uint8Array(bytes.subarray(0, whole)).buffer;
}

/** Both halves of 64-bit integers: each is exact as a number, and their sum is rounded once. */
function wide(high: Int32Array | Uint32Array, low: Uint32Array): Float64Array {
  const numbers = new Float64Array(low.length / 2);
  for (let index = 0; index < numbers.length; index++) {
    numbers[index] = (high[2 * index + 1] ?? 0) * 4_294_967_296 + (low[2 * index] ?? 0);
  }
  return numbers;
}

function lookUp(dtype: SmallFloat): Decode {
  const table = valuesOf(dtype);
  return bytes => {
    const numbers = new Float64Array(bytes.length);
    for (let index = 0; index < numbers.length; index++) numbers[index] = table[bytes[index] ?? 0] ?? NaN;
    return numbers;
  };
}

function lookUp16(dtype: SmallFloat): Decode {
  const table = valuesOf(dtype);
  return bytes => {
    const codes = new Uint16Array(aligned(bytes, 2));
    const numbers = new Float64Array(codes.length);
    for (let index = 0; index < numbers.length; index++) numbers[index] = table[codes[index] ?? 0] ?? NaN;
    return numbers;
  };
}

/** Several elements in a byte, the first in the lowest bits. */
function packed(bits: 2 | 4, table: Float64Array): Decode {
  const each = 8 / bits;
  const mask = (1 << bits) - 1;
  return bytes => {
    const numbers = new Float64Array(bytes.length * each);
    for (let index = 0; index < numbers.length; index++) {
      const byte = bytes[Math.floor(index / each)] ?? 0;
      numbers[index] = table[(byte >> ((index % each) * bits)) & mask] ?? NaN;
    }
    return numbers;
  };
}
