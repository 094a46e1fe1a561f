/** A weight is pinned by the numbers of its tokens: of another text they are other tokens. */
import type { Inspection } from '../../../protocol/inspection.ts';
import type { Intervention } from '../../../protocol/intervention.ts';

/** Why one list may not follow the other: it is of another text, and pins tokens of it; `undefined`: it may. */
export function whyPinned(before: readonly Intervention[], after: readonly Intervention[], inspection: Pick<Inspection, 'axes' | 'layers'>): string | undefined {
  if (!after.some(one => isOfSource(one, inspection)) || replacedIn(before) === replacedIn(after)) return undefined;
  return 'Weights are pinned by the numbers of their tokens, and another text has other tokens: remove what is pinned, change the text, and pin it again.';
}

/** What is masked is as many tokens. */
function replacedIn(list: readonly Intervention[]): string {
  return JSON.stringify(list.filter(one => one.do === 'replace'));
}

/** What is written is pinned step by step, whatever it becomes. */
function isOfSource(intervention: Intervention, { axes, layers }: Pick<Inspection, 'axes' | 'layers'>): boolean {
  if (intervention.do !== 'pin' && intervention.do !== 'row') return false;
  const layer = layers.find(one => one.kind === intervention.kind && one.layer === intervention.layer);
  return layer !== undefined && [layer.queries, layer.keys].some(axis => axes[axis]?.side === 'source');
}
