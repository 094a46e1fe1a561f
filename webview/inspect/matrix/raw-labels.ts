/** What stands along the sides of a map, and what the vocabulary calls it: told where a row or column is pointed at. */
import type { Axis, AxisToken, Inspection, MapChoice, MapLabelRange } from '../../../protocol/inspection.ts';
import type { MapLabel } from '../../map/data.ts';
import { layerOf } from '../choice/choices.ts';

/** What stands along both sides of a map. */
export interface MapAxes {
  readonly queries: Axis;
  readonly keys: Axis;
}

export function axesOf(choice: MapChoice, inspection: Pick<Inspection, 'layers' | 'axes'>): MapAxes | undefined {
  const layer = layerOf(choice, inspection);
  const [queries, keys] = [inspection.axes[layer?.queries ?? -1], inspection.axes[layer?.keys ?? -1]];
  return queries === undefined || keys === undefined ? undefined : { queries, keys };
}

/** Whether they are the same texts in as many tokens: what is looked at in one stands there in the other, too. */
export function areAlike(one: MapAxes | undefined, other: MapAxes | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return isAlike(one.queries, other.queries) && isAlike(one.keys, other.keys);
}

function isAlike(one: Axis, other: Axis): boolean {
  return one === other || (one.side === other.side && one.text === other.text && one.tokens.length === other.tokens.length);
}

/** More tokens than these in a row are no name of it. */
const mostTokens = 12;

export function withRaw(labels: readonly MapLabelRange[], tokens: readonly AxisToken[] | undefined): readonly MapLabel[] {
  if (tokens === undefined) return labels;
  return labels.map(label => {
    const { first, end } = label;
    return end - first > mostTokens || first === end ? label : { ...label, raw: tokens.slice(first, end).map(({ text }) => text).join(' ') };
  });
}
