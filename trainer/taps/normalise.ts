/** Weights as a graph has them, brought into one form: `[batch, head, query, key]`, float32. */
import type { Appender } from './appender.ts';
import type { ValueReading } from './tap.ts';

/** @returns the name of the weights in that form */
export function normalised(to: Appender, reading: ValueReading): string {
  const { rank, keysLast } = reading;
  const plain = plainNumbers(to, reading);
  const axes = Array.from({ length: rank ?? 4 }, (_, axis) => axis);
  const turned = keysLast ? plain : to.transpose(plain, [...axes.slice(0, -2), ...axes.slice(-2).reverse()]);
  return fourAxes(to, turned, reading);
}

function plainNumbers(to: Appender, { value, dtype, quantised }: ValueReading): string {
  if (quantised !== undefined) return to.dequantised(value, quantised.scale, quantised.zeroPoint);
  return dtype === 'float32' ? value : to.cast(value, 'float32');
}

function fourAxes(to: Appender, value: string, { rank, heads, oneQuery }: ValueReading): string {
  if (oneQuery === true) return to.unsqueeze(value, rank === 2 ? [1, 2] : [2]);
  if (rank === undefined || rank === 4) return value;
  if (rank > 4) return to.reshape(value, [0, -1], [rank - 2, rank - 1]);
  if (rank < 3) return to.unsqueeze(value, rank === 2 ? [0, 1] : [0, 1, 2]);
  if (heads === 1) return to.unsqueeze(value, [1]);
  // Where the heads cannot be told from the batch, it is one text.
  return heads === undefined ? to.unsqueeze(value, [0]) : to.reshape(value, [-1, heads], [1, 2]);
}
