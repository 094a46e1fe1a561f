/** The batches of an epoch of a corpus that does not lie in memory: a function of the seed and the epoch's number. */
import { Random } from '../../../training/random.ts';
import type { TrainingExample } from '../dataset.ts';
import { BatchFiller, type PairBatch, type PlanSettings } from '../epoch-plan.ts';
import { exampleAt } from './pair-block.ts';
import type { PairCache } from './pair-cache.ts';

/** Blocks that are mixed with one another: some 4 MB, the only part of the corpus that is held. */
const window = 16;

/**
 * Every pair once: blocks in random order, the pairs of so many of them in random order, some joined with the next. Batches
 * come as they are full; those that never are come last.
 */
export async function* planStreamedEpoch(cache: PairCache, epoch: number, settings: PlanSettings): AsyncGenerator<PairBatch, void, undefined> {
  const random = new Random(settings.seed, 'epoch', epoch);
  const order = random.shuffle(Array.from({ length: cache.blocks }, (_, block) => block));
  const filler = new BatchFiller(settings, random);
  let wanted = filler.wanted();
  let taken: TrainingExample[] = [];
  let buffer: Uint16Array | undefined;
  for (let next = 0; next < order.length; next += window) {
    const { places, starts } = await cache.read(order.slice(next, next + window), buffer);
    buffer = places;
    for (const start of random.shuffle(starts)) {
      taken.push(exampleAt(places, start));
      if (taken.length < wanted) continue;
      yield* filler.add(taken);
      taken = [];
      wanted = filler.wanted();
    }
  }
  if (taken.length > 0) yield* filler.add(taken);
  yield* random.shuffle(filler.rest());
}
