/** How many elements and bytes a shape takes, where both can be counted. */
import { bitsOf, type PlainDtype } from './dtype.ts';

/** Numpy and PyTorch go up to 64. */
export const mostDimensions = 64;

/** Tensors of one checkpoint; the largest real ones have some ten thousand. */
export const mostTensors = 500_000;

/** `undefined` beyond what a number counts exactly. */
export function countOf(shape: readonly number[]): number | undefined {
  if (shape.includes(0)) return 0;
  const count = shape.reduce((product, length) => product * length, 1);
  return Number.isSafeInteger(count) ? count : undefined;
}

/** Elements of less than a byte are packed, and the last byte is filled up. `undefined` as above. */
export function bytesOfShape(dtype: PlainDtype, shape: readonly number[]): number | undefined {
  const count = countOf(shape);
  if (count === undefined) return undefined;
  const bytes = Math.ceil((count * bitsOf[dtype]) / 8);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** A length or an offset as a file may have it. */
export function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && typeof value === 'number' && value >= 0;
}
