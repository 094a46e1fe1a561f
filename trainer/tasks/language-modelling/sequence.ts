/** A text as a language model learns it. */
import { sequencesIn } from '../batches-by-length.ts';
import type { SpecialIds } from '../../training/batch.ts';
import type { PaddedBatch } from '../../training/task.ts';

/** Token ids, start and end included: each but the last is read, and each but the first is to be foretold. */
export type Sequence = readonly number[];

/** How many tokens of a sequence are foretold. */
export const lengthOf = (sequence: Sequence): number => sequence.length - 1;

/**
 * A text's sequence, cut where it is longer than `longest`. Each token is foretold once; what comes after a cut knows only
 * the one token before it.
 */
export function sequencesOf(ids: readonly number[], { start, end }: Pick<SpecialIds, 'start' | 'end'>, longest: number): Sequence[] {
  const whole = [start, ...ids, end];
  return Array.from({ length: Math.ceil(lengthOf(whole) / longest) }, (_, part) => whole.slice(part * longest, (part + 1) * longest + 1));
}

/** The first bucket that a sequence fits into, or -1. */
export function bucketOf(sequence: Sequence, buckets: readonly number[]): number {
  return buckets.findIndex(length => lengthOf(sequence) <= length);
}

export interface TextShape {
  readonly batch: number;
  /** Places of a text. */
  readonly target: number;
}

/** A bucket's batch: as many texts as make about `tokens` places. */
export function shapeOf(length: number, tokens: number): TextShape {
  return { batch: sequencesIn(tokens, length), target: length };
}

/** Lays sequences out time-major, as the training graph describes its inputs; missing rows are all padding. */
export function padSequences(sequences: readonly Sequence[], { batch, target }: TextShape, { pad }: Pick<SpecialIds, 'pad'>): PaddedBatch {
  if (sequences.length > batch) throw new RangeError(`${sequences.length} texts in a batch of ${batch}`);
  const read = new BigInt64Array(target * batch).fill(BigInt(pad));
  const labels = read.slice();
  const labelWeights = new Float32Array(target * batch);
  const count = sequences.reduce((sum, sequence) => sum + lengthOf(sequence), 0);
  sequences.forEach((sequence, row) => {
    for (let time = 0; time < lengthOf(sequence); time++) {
      read[time * batch + row] = BigInt(sequence[time] ?? pad);
      labels[time * batch + row] = BigInt(sequence[time + 1] ?? pad);
      labelWeights[time * batch + row] = 1 / count;
    }
  });
  return { tensors: { target: read, labels, label_weights: labelWeights }, count };
}
