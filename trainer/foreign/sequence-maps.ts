/** From what a search found to the maps of what was written. */
import type { Hypothesis } from '../decoding/hypothesis.ts';
import { ChosenMap } from '../decoding/model-maps.ts';
import type { SeenLayer } from '../decoding/witness.ts';
import type { MapId } from '../../protocol/trace.ts';
import type { LayerInfo } from './attention.ts';
import { noToken } from './generation.ts';
import { assemble, isSameLayer, type LayerId, type LayerMaps, type MapWeights } from './layer-maps.ts';
import { headsOfMap } from './maps-of-layers.ts';

/** Without what ends it where the model has no token for that. */
export function written({ ids, logProbs, maps }: Hypothesis): Hypothesis {
  const end = ids.at(-1) === noToken ? -1 : undefined;
  return { ids: ids.slice(0, end), logProbs: logProbs.slice(0, end), maps: maps.slice(0, end) };
}

/** A token's row is that of the step which reads it: a Transformer looks for a word once it has it. */
export const crossShift = 1;

/**
 * @param layers whose rows there are, the map's own among them
 * @param known every layer, with its heads
 */
export function rowsOf(map: MapId, { maps }: Hypothesis, length: number, layers: readonly LayerId[], known: readonly LayerInfo[]): number[][] {
  const { first, heads } = placeOf(map, layers, known, maps[0]?.length ?? 0);
  return new ChosenMap(map, [], headsOfMap(map, heads).map(head => first + head), crossShift).rows(maps, length);
}

/** Where a layer's heads stand among the rows of several layers. @param all how many rows there are */
function placeOf(wanted: LayerId, layers: readonly LayerId[], known: readonly LayerInfo[], all: number): { readonly first: number; readonly heads: number } {
  let first = 0;
  for (const layer of layers) {
    const heads = headsOf(layer, known) ?? all;
    if (isSameLayer(layer, wanted)) return { first, heads };
    first += heads;
  }
  return { first, heads: 0 };
}

const headsOf = (layer: LayerId, known: readonly LayerInfo[]): number | null | undefined => known.find(one => isSameLayer(one, layer))?.heads;

/** Layers' maps out of the rows of all of them, as a run gives them one after the other. */
export function layersIn(layers: readonly LayerId[], { maps }: Hypothesis, known: readonly LayerInfo[]): LayerMaps[] {
  let from = 0;
  return layers.map(({ kind, layer }) => {
    const heads = headsOf({ kind, layer }, known) ?? maps[0]?.length ?? 0;
    const rows = maps.map(step => step.slice(from, from + heads));
    from += heads;
    return assemble({ kind, layer }, rows);
  });
}

/** A layer as whoever looks on is told it: of cross-attention, a row is shifted to the token that it is of. */
export function seenOf({ kind, layer, heads, queries, keys, weights }: LayerMaps<MapWeights>): SeenLayer {
  const seen = { kind, layer, heads, queries, keys };
  if (kind !== 'cross' || queries === 0) return { ...seen, weights, shifts: new Array<0>(heads).fill(0) };
  const shifted = weights.slice();
  const [size, step] = [queries * keys, crossShift * keys];
  for (let head = 0; head < heads; head++) shifted.copyWithin(head * size, head * size + step, (head + 1) * size);
  return { ...seen, weights: shifted, shifts: new Array<1>(heads).fill(crossShift) };
}
