/** The maps of one layer's heads over one text, and how they are put together from a decoder's steps. */
import type { AttentionKind, MapKind } from '../../protocol/trace.ts';
import { byteSteps } from '../taps/byte-steps.ts';

/** Any maps of a model, by kind and layer. */
export interface LayerKey {
  readonly kind: MapKind;
  readonly layer: number;
}

/** Which attention of a model: what there is of each kind and layer. */
export interface LayerId {
  readonly kind: AttentionKind;
  /** 0-based among those of its kind. */
  readonly layer: number;
}

/** Weights as they are, or rounded to steps of a byte (`byteSteps`). */
export type MapWeights = Float32Array | Uint8Array;

export interface LayerMaps<Weights extends MapWeights = Float32Array> extends LayerId {
  readonly heads: number;
  readonly queries: number;
  readonly keys: number;
  /** `[head][query][key]`, row by row. */
  readonly weights: Weights;
}

export const isSameLayer = (one: LayerKey, other: LayerKey): boolean => one.kind === other.kind && one.layer === other.layer;

/** `encoder.0`: how a layer's maps are named in files. */
export const nameOfLayer = ({ kind, layer }: LayerKey): string => `${kind}.${layer}`;

/** A head's rows, or the mean of all heads': `[query · key]`. */
export function mapOf({ heads, queries, keys, weights }: Omit<LayerMaps, 'kind'>, head: number | 'mean'): Float32Array {
  const size = queries * keys;
  if (head !== 'mean') return weights.subarray(head * size, (head + 1) * size);
  const mean = new Float32Array(size);
  for (let one = 0; one < heads; one++) {
    for (let place = 0; place < size; place++) mean[place] = (mean[place] ?? 0) + (weights[one * size + place] ?? 0) / heads;
  }
  return mean;
}

/** The rows of one head after another, `[head][key]`: what one token attended to. */
export type HeadRows = readonly Float32Array[];

/**
 * A layer's maps from what each token attended to when it was read, one after the other; what a shorter row does not reach is
 * 0.
 * @param rows one a query, each of the same number of heads
 */
export function assemble(id: LayerId, rows: readonly HeadRows[]): LayerMaps {
  const heads = rows[0]?.length ?? 0;
  const keys = rows.reduce((most, row) => Math.max(most, row[0]?.length ?? 0), 0);
  const weights = new Float32Array(heads * rows.length * keys);
  rows.forEach((row, query) => row.forEach((head, index) => weights.set(head, (index * rows.length + query) * keys)));
  return { ...id, heads, queries: rows.length, keys, weights };
}

/**
 * The maps in a tensor as graphs give them: the last two axes are queries and keys, and those before them, the batch's first,
 * are heads, however they are grouped.
 * @param batch how many texts it is of
 * @param index which of them is wanted
 */
export function readMaps(id: LayerId, dims: readonly number[], weights: MapWeights, batch = 1, index = 0): LayerMaps<MapWeights> {
  const [queries = 1, keys = 1] = dims.slice(-2);
  const size = queries * keys;
  const heads = size === 0 ? 0 : weights.length / size / batch;
  return { ...id, heads, queries, keys, weights: weights.subarray(index * heads * size, (index + 1) * heads * size) };
}

/** Of bytes, the weights that they are steps of. */
export function unrounded(maps: LayerMaps<MapWeights>): LayerMaps {
  return { ...maps, weights: floatWeights(maps.weights) };
}

export function floatWeights(weights: MapWeights): Float32Array {
  return weights instanceof Float32Array ? weights : Float32Array.from(weights, step => step / byteSteps);
}
