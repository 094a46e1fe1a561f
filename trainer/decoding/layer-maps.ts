/** Every head of every layer of a model, as it read and wrote one text: what a probe keeps. */
import type { AttentionKind } from '../../protocol/trace.ts';
import type { MapPlace } from '../models/map-place.ts';
import type { MapOutput } from './decoder-signature.ts';
import type { Hypothesis } from './hypothesis.ts';
import { rowOf } from './model-maps.ts';
import type { SeenLayer } from './witness.ts';

export interface LayerMap {
  readonly kind: AttentionKind;
  readonly layer: number;
  /** `[head, query, key]` */
  readonly shape: readonly [number, number, number];
  readonly data: Float32Array;
}

/** The maps of one kind, by layer, with their heads in order. */
export function byLayer(places: readonly MapPlace[], kind: AttentionKind): { readonly layer: number; readonly heads: readonly MapPlace[] }[] {
  const own = places.filter(place => place.kind === kind);
  const layers = [...new Set(own.map(({ layer }) => layer))].toSorted((one, other) => one - other);
  return layers.map(layer => ({ layer, heads: own.filter(place => place.layer === layer).toSorted((one, other) => one.head - other.head) }));
}

/** What the steps of a decoder gave, whatever each looked at. */
export interface StepMaps {
  readonly places: readonly MapPlace[];
  /** The decoder's outputs, all of which were asked for. */
  readonly outputs: readonly MapOutput[];
  /** `[step][row]` */
  readonly steps: Hypothesis['maps'];
}

/**
 * @param keys how many there are; a row of fewer, over what was written so far, ends in zeros
 * @param shiftOf 1 where a head is told by the step after the one that writes a token; the last token keeps its own
 */
export function layerMapsOf(kind: 'cross' | 'decoder', { places, outputs, steps }: StepMaps, keys: number, shiftOf: (place: MapPlace) => 0 | 1 = () => 0): LayerMap[] {
  return byLayer(places, kind).map(({ layer, heads }) => {
    const data = new Float32Array(heads.length * steps.length * keys);
    heads.forEach((place, head) => {
      const row = rowOf(outputs, place);
      steps.forEach((own, step) => {
        const weights = (steps[step + shiftOf(place)] ?? own)[row];
        if (weights !== undefined) data.set(weights.subarray(0, keys), (head * steps.length + step) * keys);
      });
    });
    return { kind, layer, shape: [heads.length, steps.length, keys], data };
  });
}

/** The same, as whoever looks on is told it. @param shiftOf as of `layerMapsOf` */
export function seenLayer({ kind, layer, shape: [heads, queries, keys], data }: LayerMap, places: readonly MapPlace[], shiftOf: (place: MapPlace) => 0 | 1): SeenLayer {
  const own = byLayer(places, kind).find(one => one.layer === layer)?.heads ?? [];
  return { kind, layer, heads, queries, keys, weights: data, shifts: own.map(place => (kind === 'cross' ? shiftOf(place) : 0)) };
}
