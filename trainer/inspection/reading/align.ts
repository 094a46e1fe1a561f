/** The rows or columns of two maps side by side, so that one can be taken from the other although their texts differ. */
import type { MapLabelRange } from '../../../protocol/inspection.ts';
import { sameNames } from '../../../protocol/same-names.ts';

/** A row or column of a difference: where it is in the one map and in the other, where that has it. */
export interface AlignedLabel {
  readonly label: MapLabelRange;
  readonly map: number | undefined;
  readonly minus: number | undefined;
}

type Labels = readonly MapLabelRange[];

/** Labels are the same as long as an axis is read alike: each pair is looked through once, however many windows are read. */
const known = new WeakMap<Labels, WeakMap<Labels, readonly AlignedLabel[]>>();

/**
 * Equal words stand together; what replaces as many others stands in their place, under both names; what else only one of the maps
 * has stands by itself. Token ranges are of `map`'s axis, empty where it has nothing there.
 */
export function alignLabels(map: Labels, minus: Labels): readonly AlignedLabel[] {
  const ofMap = known.get(map) ?? new WeakMap<Labels, readonly AlignedLabel[]>();
  known.set(map, ofMap);
  const aligned = ofMap.get(minus) ?? align(map, minus);
  ofMap.set(minus, aligned);
  return aligned;
}

function align(map: Labels, minus: Labels): readonly AlignedLabel[] {
  let at = 0;
  return sameNames(minus, map).flatMap(({ one, other }): AlignedLabel[] => {
    const [before, now] = [one === undefined ? undefined : minus[one], other === undefined ? undefined : map[other]];
    const label = labelOf(before, now, at);
    at = now?.end ?? at;
    return label === undefined ? [] : [{ label, map: other, minus: one }];
  });
}

/** Of what both have. */
export function sharedOf(aligned: readonly AlignedLabel[]): readonly AlignedLabel[] {
  return aligned.filter(({ map, minus }) => map !== undefined && minus !== undefined);
}

function labelOf(before: MapLabelRange | undefined, now: MapLabelRange | undefined, at: number): MapLabelRange | undefined {
  if (now === undefined) return before && { ...before, first: at, end: at, only: 'minus' };
  if (before === undefined) return { ...now, only: 'map' };
  return before.text === now.text ? now : { ...now, text: `${before.text}/${now.text}` };
}
