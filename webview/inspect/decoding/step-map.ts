/** Which map tells what each step looked at. */
import type { InspectedLayer, Inspection, MapChoice } from '../../../protocol/inspection.ts';
import { layerOf } from '../choice/choices.ts';
import { isSameText } from '../lit.ts';

type Of = Pick<Inspection, 'axes' | 'layers' | 'usual'>;

/** The axis of what was written; -1 where nothing was. */
export function writtenAxis({ axes }: Pick<Inspection, 'axes'>): number {
  return axes.findIndex(axis => axis.side === 'target' || axis.written !== undefined);
}

/** The one that is looked at, where its rows are of what was written; else the one that is looked at first, or the last layer that has such rows. */
export function stepMap(choice: MapChoice, inspection: Of): MapChoice {
  const { axes, layers, usual } = inspection;
  const written = axes[writtenAxis(inspection)];
  const isOfSteps = (layer: InspectedLayer | undefined): boolean => {
    const rows = layer && axes[layer.queries];
    return rows !== undefined && written !== undefined && (rows === written || isSameText(rows, written));
  };
  const known = [choice, usual].find(one => one !== undefined && isOfSteps(layerOf(one, inspection)));
  const ofSteps = layers.filter(isOfSteps);
  const last = ofSteps.findLast(({ kind }) => kind === 'cross') ?? ofSteps.at(-1);
  return known ?? (last === undefined ? choice : { of: 'heads', kind: last.kind, layer: last.layer, heads: 'all', by: 'mean' });
}
