/** Tensors of every type that a foreign graph takes or gives, as numbers. */
import type { Runtime } from '../engine/runtime.ts';
import type { Tensor } from '../engine/session.ts';
import { valuesOf } from '../formats/small-floats.ts';

/** What tensors of a type hold their numbers in. */
type Store = Float32Array | Float64Array | Uint16Array | Int32Array | Uint32Array | Int16Array | Int8Array | Uint8Array | BigInt64Array | BigUint64Array;

const stores: Readonly<Record<string, (length: number) => Store>> = {
  float32: length => new Float32Array(length),
  float64: length => new Float64Array(length),
  float16: length => new Uint16Array(length),
  int64: length => new BigInt64Array(length),
  uint64: length => new BigUint64Array(length),
  int32: length => new Int32Array(length),
  uint32: length => new Uint32Array(length),
  int16: length => new Int16Array(length),
  uint16: length => new Uint16Array(length),
  int8: length => new Int8Array(length),
  uint8: length => new Uint8Array(length),
  bool: length => new Uint8Array(length),
};

/** Whether `tensorOf` makes tensors of a type. */
export function isNumeric(type: string): boolean {
  return Object.hasOwn(stores, type);
}

/**
 * A tensor of numbers, which are brought to its type as a cast does.
 * @throws TypeError for a type of which none can be made
 */
export function tensorOf({ Tensor }: Pick<Runtime, 'Tensor'>, type: string, values: ArrayLike<number>, dims: readonly number[]): Tensor {
  const store = stores[type]?.(values.length);
  if (store === undefined) throw new TypeError(`no tensor of ${type} can be made of numbers`);
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? 0;
    if (store instanceof BigInt64Array || store instanceof BigUint64Array) store[index] = BigInt(Math.trunc(value));
    else if (type === 'bool') store[index] = value === 0 ? 0 : 1;
    else store[index] = type === 'float16' ? toHalf(value) : value;
  }
  return madeOf({ Tensor }, type, store, dims);
}

/**
 * A tensor of numbers as they lie in a file, little-endian.
 * @throws TypeError for a type of which none can be made
 */
export function tensorOfBytes(runtime: Pick<Runtime, 'Tensor'>, type: string, bytes: Uint8Array<ArrayBuffer>, dims: readonly number[]): Tensor {
  const width = stores[type]?.(0).BYTES_PER_ELEMENT;
  const store = width === undefined ? undefined : stores[type]?.(Math.floor(bytes.length / width));
  if (store === undefined) throw new TypeError(`no tensor of ${type} can be made of bytes`);
  new Uint8Array(store.buffer).set(bytes.subarray(0, store.byteLength));
  return madeOf(runtime, type, store, dims);
}

/** The types of the runtime's constructor pair each name with its array, which `stores` does too. */
function madeOf({ Tensor }: Pick<Runtime, 'Tensor'>, type: string, store: Store, dims: readonly number[]): Tensor {
  const make = Tensor as unknown as new (type: string, data: Store, dims: readonly number[]) => Tensor;
  return new make(type, store, dims);
}

/** A tensor's numbers, or a stretch of them, copied only where they are no float32 numbers. */
export function floatsOf({ data: all, type }: Tensor, from = 0, to = all.length): Float32Array {
  if (Array.isArray(all)) throw new TypeError(`expected numbers, got ${type}`);
  const data = all.subarray(from, to);
  if (data instanceof Float32Array) return data;
  if (data instanceof Uint16Array && type === 'float16') {
    const values = valuesOf('float16');
    return Float32Array.from(data, half => values[half] ?? NaN);
  }
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    const floats = new Float32Array(data.length);
    for (let index = 0; index < data.length; index++) floats[index] = Number(data[index]);
    return floats;
  }
  return Float32Array.from(data as ArrayLike<number>);
}

const scratch = new Float32Array(1);
const bits = new Uint32Array(scratch.buffer);

/** The bits of the nearest binary16 number, ties to even. */
function toHalf(value: number): number {
  scratch[0] = value;
  const float = bits[0] ?? 0;
  const sign = (float >>> 16) & 0x8000;
  const magnitude = float & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00; // NaN
  if (magnitude >= 0x477ff000) return sign | 0x7c00; // rounds to infinity
  if (magnitude < 0x38800000) {
    // Subnormal: units of 2⁻²⁴.
    const units = Math.abs(scratch[0]) * 2 ** 24;
    const floor = Math.floor(units);
    const rest = units - floor;
    return sign | (rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor);
  }
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
  return sign | ((rounded - 0x38000000) >>> 13);
}
