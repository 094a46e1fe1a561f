/** What the vocabulary calls what a map's rows and columns stand for: told where one is pointed at. */
import type { AxisToken, Inspection, MapChoice, MapLabelRange } from '../../../protocol/inspection.ts';
import type { MapLabel } from '../../map/data.ts';
import { layerOf } from '../choice/choices.ts';

/** The tokens along both sides of a map. */
export interface MapTokens {
  readonly queries: readonly AxisToken[];
  readonly keys: readonly AxisToken[];
}

export function tokensOf(choice: MapChoice, inspection: Pick<Inspection, 'layers' | 'axes'>): MapTokens | undefined {
  const layer = layerOf(choice, inspection);
  const [queries, keys] = [inspection.axes[layer?.queries ?? -1], inspection.axes[layer?.keys ?? -1]];
  return queries === undefined || keys === undefined ? undefined : { queries: queries.tokens, keys: keys.tokens };
}

/** More tokens than these in a row are no name of it. */
const mostTokens = 12;

export function withRaw(labels: readonly MapLabelRange[], tokens: readonly AxisToken[] | undefined): readonly MapLabel[] {
  if (tokens === undefined) return labels;
  return labels.map(label => {
    const { first, end } = label;
    return end - first > mostTokens ? label : { ...label, raw: tokens.slice(first, end).map(({ text }) => text).join(' ') };
  });
}
