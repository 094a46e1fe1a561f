/** Folds of labelled examples in which every label is as frequent as in any other, or nearly (Kohavi 1995). */
import { createHash } from 'node:crypto';
import { checkFolds, type Fold } from '../../training/fold.ts';
import type { Labelled } from './partition.ts';

/**
 * Deals groups of what overlaps out to the folds, label by label, in an order that the seed decides.
 * @param overlap alike, examples go to the same fold
 * @throws Failure `bad-argument` where there are fewer groups than folds
 */
export function stratifiedFold<Example extends Labelled>(
  examples: readonly Example[],
  overlap: (example: Example) => string,
  fold: Fold,
  seed: number,
): { train: Example[]; validation: Example[] } {
  const groups = new Map<string, { readonly label: string; readonly rank: string }>();
  for (const example of examples) {
    const key = overlap(example);
    if (groups.has(key)) continue;
    groups.set(key, { label: example.label, rank: createHash('sha256').update(`${seed}\n${key}`).digest('hex') });
  }
  checkFolds(fold, groups.size, 'distinct examples');
  const order = [...groups].toSorted(([, one], [, other]) => compare(one.label, other.label) || compare(one.rank, other.rank));
  // One deal goes through all labels, so that folds differ by one example at most, whatever the number of labels.
  const heldOut = new Set(order.flatMap(([key], place) => (place % fold.of === fold.index ? [key] : [])));
  const parts = { train: [] as Example[], validation: [] as Example[] };
  for (const example of examples) parts[heldOut.has(overlap(example)) ? 'validation' : 'train'].push(example);
  return parts;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
