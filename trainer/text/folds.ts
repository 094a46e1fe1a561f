/** A corpus cut into folds for cross-validation (Stone 1974), so that no fold gives another away. */
import { checkFolds, type Fold } from '../training/fold.ts';
import { normalizeForModel } from './normalize.ts';
import type { Pair } from './pairs.ts';
import { byDraw, byText, componentsOf, largestShare, splitByComponent, type SplitOptions } from './split.ts';

/**
 * As `splitByComponent` where no fold is asked for. Else what a fold holds out is in place of the validation set, and the
 * test set is the same in every fold. The other components are dealt out in an order that is drawn, each to the fold with
 * the fewest sources; those with more sources than 2 % of a fold stay in training in every fold.
 * @throws Failure `bad-argument` where there are fewer components than folds
 */
export function splitForFold(pairs: readonly Pair[], options: SplitOptions, fold: Fold | undefined): Record<'train' | 'validation' | 'test', readonly Pair[]> {
  const drawn = splitByComponent(pairs, options);
  if (fold === undefined) return drawn;
  const components = byDraw(componentsOf([...drawn.train, ...drawn.validation].toSorted(byText)), options.seed).map(component => ({
    pairs: component.pairs,
    sources: new Set(component.pairs.map(pair => normalizeForModel(pair.source))).size,
  }));
  const all = components.reduce((sum, { sources }) => sum + sources, 0);
  const limit = Math.max(2, Math.floor((largestShare * all) / fold.of));
  checkFolds(fold, components.filter(({ sources }) => sources <= limit).length, 'groups of pairs that share no side');
  const sizes = Array.from({ length: fold.of }, () => 0);
  const parts = { train: [] as Pair[], validation: [] as Pair[] };
  for (const component of components) {
    const isDealt = component.sources <= limit;
    const least = sizes.indexOf(Math.min(...sizes));
    if (isDealt) sizes[least] = (sizes[least] ?? 0) + component.sources;
    const part = isDealt && least === fold.index ? parts.validation : parts.train;
    for (const pair of component.pairs) part.push(pair);
  }
  for (const part of Object.values(parts)) part.sort(byText);
  return { ...parts, test: drawn.test };
}
