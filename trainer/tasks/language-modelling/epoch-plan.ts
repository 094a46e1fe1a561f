/** Which texts make which batch of an epoch: a function of the seed and the epoch's number, so that it can be made again. */
import { Random } from '../../training/random.ts';
import { inBatches } from '../batches-by-length.ts';
import { bucketOf, type Sequence } from './sequence.ts';

/** Texts that make a batch of a bucket. */
export interface TextBatch {
  readonly bucket: number;
  readonly sequences: readonly Sequence[];
}

export interface PlanSettings {
  readonly buckets: readonly number[];
  readonly tokensPerBatch: number;
  readonly seed: number;
}

/** Every sequence once, in random order. */
export function planEpoch(sequences: readonly Sequence[], epoch: number, settings: PlanSettings): TextBatch[] {
  const random = new Random(settings.seed, 'epoch', epoch);
  return random.shuffle(textBatches(random.shuffle([...sequences]), settings));
}

/** Every sequence once, as they come: for validation. */
export function planValidation(sequences: readonly Sequence[], settings: PlanSettings): TextBatch[] {
  return textBatches(sequences, settings);
}

function textBatches(sequences: readonly Sequence[], settings: PlanSettings): TextBatch[] {
  const batches = inBatches(sequences, sequence => bucketOf(sequence, settings.buckets), settings);
  return batches.map(({ bucket, items }) => ({ bucket, sequences: items }));
}
