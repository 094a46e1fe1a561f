/** Which texts make which batch of an epoch: a function of the seed and the epoch's number, so that it can be made again. */
import { Random } from '../../training/random.ts';
import { bucketOf, type Sequence, shapeOf } from './sequence.ts';

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
  return random.shuffle(inBatches(random.shuffle([...sequences]), settings));
}

/** Every sequence once, as they come: for validation. */
export function planValidation(sequences: readonly Sequence[], settings: PlanSettings): TextBatch[] {
  return inBatches(sequences, settings);
}

function inBatches(sequences: readonly Sequence[], { buckets, tokensPerBatch }: PlanSettings): TextBatch[] {
  const groups = buckets.map((): Sequence[] => []);
  for (const sequence of sequences) groups[bucketOf(sequence, buckets)]?.push(sequence);
  return groups.flatMap((group, bucket) => {
    const { batch } = shapeOf(buckets[bucket] ?? 1, tokensPerBatch);
    return Array.from({ length: Math.ceil(group.length / batch) }, (_, part) => ({
      bucket,
      sequences: group.slice(part * batch, (part + 1) * batch),
    }));
  });
}
