/** Which texts make which batch of an epoch: a function of the seed and the epoch's number, so that it can be made again. */
import { Random } from '../../training/random.ts';
import { inBatches, sequencesIn } from '../batches-by-length.ts';
import type { EncodedExample } from './dataset.ts';

/** Texts that make a batch of a bucket. */
export interface TextBatch {
  readonly bucket: number;
  readonly examples: readonly EncodedExample[];
}

export interface PlanSettings {
  /** Longest text of each. */
  readonly buckets: readonly number[];
  readonly tokensPerBatch: number;
  readonly seed: number;
}

export interface TextShape {
  readonly batch: number;
  readonly source: number;
}

/** A bucket's batch: as many texts as make about `tokens` places. */
export function shapeOf(length: number, tokens: number): TextShape {
  return { batch: sequencesIn(tokens, length), source: length };
}

/** Every text once, in random order. */
export function planEpoch(examples: readonly EncodedExample[], epoch: number, settings: PlanSettings): TextBatch[] {
  const random = new Random(settings.seed, 'epoch', epoch);
  return random.shuffle(textBatches(random.shuffle([...examples]), settings));
}

/** Every text once, by length, nothing left to chance: for validation. */
export function planValidation(examples: readonly EncodedExample[], settings: PlanSettings): TextBatch[] {
  return textBatches(examples, settings);
}

function textBatches(examples: readonly EncodedExample[], settings: PlanSettings): TextBatch[] {
  const bucketOf = ({ ids }: EncodedExample): number => (ids.length === 0 ? -1 : settings.buckets.findIndex(length => ids.length <= length));
  return inBatches(examples, bucketOf, settings).map(({ bucket, items }) => ({ bucket, examples: items }));
}
