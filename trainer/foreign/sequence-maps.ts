/** From what a search found to the maps of what was written. */
import type { Hypothesis } from '../decoding/hypothesis.ts';
import { ChosenMap } from '../decoding/model-maps.ts';
import type { MapId } from '../../protocol/trace.ts';
import type { LayerInfo } from './attention.ts';
import { noToken } from './generation.ts';
import { assemble, isSameLayer, type LayerMaps } from './layer-maps.ts';
import { headsOfMap } from './maps-of-layers.ts';

/** Without what ends it where the model has no token for that. */
export function written({ ids, logProbs, maps }: Hypothesis): Hypothesis {
  const end = ids.at(-1) === noToken ? -1 : undefined;
  return { ids: ids.slice(0, end), logProbs: logProbs.slice(0, end), maps: maps.slice(0, end) };
}

/** A token's row is that of the step which reads it: a Transformer looks for a word once it has it. */
export function rowsOf(map: MapId, { maps }: Hypothesis, length: number): number[][] {
  return new ChosenMap(map, [], headsOfMap(map, maps[0]?.length ?? 0), 1).rows(maps, length);
}

/** Layers' maps out of the rows of all of them, as a run gives them one after the other. */
export function layersIn(layers: readonly LayerInfo[], { maps }: Hypothesis, known: readonly LayerInfo[]): LayerMaps[] {
  let from = 0;
  return layers.map(({ kind, layer }) => {
    const heads = known.find(one => isSameLayer(one, { kind, layer }))?.heads ?? maps[0]?.length ?? 0;
    const rows = maps.map(step => step.slice(from, from + heads));
    from += heads;
    return assemble({ kind, layer }, rows);
  });
}
