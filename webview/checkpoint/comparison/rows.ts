/** A comparison of two checkpoints as rows, from top to bottom, and in a sentence. */
import type { CheckpointComparison, TensorDifference, TensorInfo } from '../../../protocol/checkpoint.ts';
import { counted, countText } from '../../../protocol/quantities.ts';

export type ComparisonRow =
  | { readonly kind: 'heading'; readonly title: string; readonly count: number }
  /** `share` is how long its bar is, 0…1. */
  | { readonly kind: 'changed'; readonly difference: TensorDifference; readonly share: number }
  | { readonly kind: 'only'; readonly tensor: TensorInfo }
  | { readonly kind: 'incomparable'; readonly name: string; readonly why: string };

/** @param here the checkpoint that is shown, and `there` the other, as headings name them */
export function comparisonRows({ changed, added, missing, incomparable }: CheckpointComparison, here: string, there: string): readonly ComparisonRow[] {
  const most = changed.reduce((largest, { relative }) => Math.max(largest, relative ?? 0), 0);
  // Where the first is zero and the other is not, nothing differs more.
  const share = (relative: number | null): number => (relative === null ? 1 : most > 0 ? relative / most : 0);
  const part = (title: string, rows: readonly ComparisonRow[]): readonly ComparisonRow[] =>
    rows.length === 0 ? [] : [{ kind: 'heading', title, count: rows.length }, ...rows];
  return [
    ...part('Changed', changed.map(difference => ({ kind: 'changed', difference, share: share(difference.relative) }))),
    ...part(`Only in ${there}`, added.map(tensor => ({ kind: 'only', tensor }))),
    ...part(`Only in ${here}`, missing.map(tensor => ({ kind: 'only', tensor }))),
    ...part('Not comparable', incomparable.map(({ name, why }) => ({ kind: 'incomparable', name, why }))),
  ];
}

/** "12 tensors differ, 187 are equal." */
export function comparisonSentence({ changed, equal, added, missing, incomparable }: CheckpointComparison): string {
  const others = added.length + missing.length + incomparable.length;
  const rest = others === 0 ? '' : ` ${countText(others)} ${others === 1 ? 'has' : 'have'} no counterpart to be compared with.`;
  if (changed.length === 0) return `${equal === 0 ? 'No tensor can be compared.' : `${counted(equal, 'tensor')} ${equal === 1 ? 'is' : 'are'} equal to the last bit, none differs.`}${rest}`;
  return `${counted(changed.length, 'tensor')} ${changed.length === 1 ? 'differs' : 'differ'}, ${equal === 0 ? 'none is equal' : `${countText(equal)} ${equal === 1 ? 'is' : 'are'} equal`}.${rest}`;
}
