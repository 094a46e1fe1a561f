/** Maps of texts that differ, looked at beside each other: the same words at the same edge, whatever stands before them. */
import type { MapLabelRange } from '../../../protocol/inspection.ts';
import type { TokenRange } from '../../../protocol/trace.ts';
import { labelsOf } from '../lit.ts';

type Side = readonly Pick<MapLabelRange, 'first' | 'end'>[];

/**
 * @param share how far along a side of a map its edge is, of all of it
 * @param translate the same tokens in the other text; `undefined` where it has none of them
 * @returns how far along the other's side the same word is, or the next that both have
 */
export function shareIn(share: number, from: Side, to: Side, translate: (tokens: TokenRange) => TokenRange | undefined): number {
  const at = share * from.length;
  for (let index = Math.floor(at); index < from.length; index++) {
    const label = from[index];
    // What only the other map has is of no token of this one.
    if (label === undefined || label.first === label.end) continue;
    const tokens = translate(label);
    const found = tokens && labelsOf(to, tokens);
    if (found !== undefined) return (found.first + Math.max(0, at - index)) / to.length;
  }
  return share;
}
