/** Two tensors side by side, in stretches of the same lengths. */
import { setImmediate } from 'node:timers/promises';
import type { Side } from './compare.ts';
import { numbersOf } from './numbers.ts';

/** Whether two tensors of one type and shape are the same to the byte. Reads up to the first that differs. */
export async function haveSameBytes(a: Side, b: Side, progress: (fraction: number) => void, signal: AbortSignal | undefined): Promise<boolean> {
  let read = 0;
  for await (const [ours, theirs] of aligned<Uint8Array>(a.file.read(a.tensor), b.file.read(b.tensor))) {
    signal?.throwIfAborted();
    if (Buffer.compare(ours, theirs) !== 0) return false;
    read += ours.length;
    progress(Math.min(1, read / Math.max(1, a.tensor.bytes)));
    await setImmediate();
  }
  return true;
}

export interface Differences {
  /** Of the first. */
  readonly values: Float64Array;
  /** The second less the first: 0 where both are NaN or the same infinity, NaN where only one is finite or they are opposite. */
  readonly differences: Float64Array;
}

/** @throws Failure `bad-argument` where they are no numbers, `broken-model` where they are not there; AbortError */
export async function* differencesOf(a: Side, b: Side, signal: AbortSignal | undefined): AsyncGenerator<Differences> {
  const { dtype } = a.tensor;
  if ((dtype === 'int64' || dtype === 'uint64') && dtype === b.tensor.dtype) {
    for await (const [ours, theirs] of aligned<Uint8Array>(a.file.read(a.tensor), b.file.read(b.tensor))) {
      signal?.throwIfAborted();
      yield wholeDifferences(ours, theirs, dtype);
      await setImmediate();
    }
    return;
  }
  for await (const [ours, theirs] of aligned<Float64Array>(numbersOf(a.file, a.tensor, signal), numbersOf(b.file, b.tensor, signal))) {
    const differences = new Float64Array(ours.length);
    for (let index = 0; index < ours.length; index++) {
      const [x = NaN, y = NaN] = [ours[index], theirs[index]];
      const difference = y - x;
      const isFinite = x - x === 0 && y - y === 0;
      differences[index] = isFinite ? difference : x === y || (x !== x && y !== y) ? 0 : NaN;
    }
    yield { values: ours, differences };
  }
}

/** 64-bit integers: each half's difference is exact, and their sum is rounded once. */
function wholeDifferences(ours: Uint8Array, theirs: Uint8Array, dtype: 'int64' | 'uint64'): Differences {
  const [x, y] = [viewOf(ours), viewOf(theirs)];
  const values = new Float64Array(ours.length / 8);
  const differences = new Float64Array(values.length);
  const high = (view: DataView, at: number): number => (dtype === 'int64' ? view.getInt32(at, true) : view.getUint32(at, true));
  for (let index = 0; index < values.length; index++) {
    const at = 8 * index;
    const [xHigh, xLow] = [high(x, at + 4), x.getUint32(at, true)];
    values[index] = xHigh * 4_294_967_296 + xLow;
    differences[index] = (high(y, at + 4) - xHigh) * 4_294_967_296 + (y.getUint32(at, true) - xLow);
  }
  return { values, differences };
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

interface Stretch<Own> {
  readonly length: number;
  subarray(start: number, end?: number): Own;
}

/** Two streams cut where either is; both must be of one length, and what one has more is not told. */
async function* aligned<Own extends Stretch<Own>>(ours: AsyncIterable<Own>, theirs: AsyncIterable<Own>): AsyncGenerator<readonly [Own, Own]> {
  const [left, right] = [ours[Symbol.asyncIterator](), theirs[Symbol.asyncIterator]()];
  try {
    let [a, b] = [await left.next(), await right.next()];
    while (a.done !== true && b.done !== true) {
      const length = Math.min(a.value.length, b.value.length);
      yield [a.value.subarray(0, length), b.value.subarray(0, length)];
      const [restA, restB] = [a.value.subarray(length), b.value.subarray(length)];
      a = restA.length > 0 ? { done: false, value: restA } : await left.next();
      b = restB.length > 0 ? { done: false, value: restB } : await right.next();
    }
  } finally {
    await Promise.all([left.return?.(), right.return?.()]);
  }
}
