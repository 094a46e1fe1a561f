/** Maps of an encoder's layers as a classification tells them. */
import type { ClassifierMap } from '../../protocol/classification.ts';
import type { LayerMaps } from './layer-maps.ts';

/** No more numbers than these are handed on: what more there is, is asked for layer by layer. */
export const mostNumbers = 1_000_000;

interface Told {
  readonly maps: readonly ClassifierMap[];
  readonly weights: readonly (readonly number[])[];
}

/** Every head of these layers. */
export function encoderMaps(layers: readonly LayerMaps[]): Told {
  const maps: ClassifierMap[] = [];
  const weights: number[][] = [];
  for (const { layer, heads, queries, keys, weights: all } of layers) {
    for (let head = 0; head < heads; head++) {
      maps.push({ kind: 'encoder', layer, head, queries, keys });
      weights.push(Array.from(all.subarray(head * queries * keys, (head + 1) * queries * keys)));
    }
  }
  return { maps, weights };
}

/** What one token looked at: of the one that a class is read from, that is a pooling. */
export function poolingMaps({ layer, heads, queries, keys, weights }: LayerMaps, query: number): Told {
  const rows = Array.from({ length: heads }, (_, head) => {
    const from = (head * queries + query) * keys;
    return Array.from(weights.subarray(from, from + keys));
  });
  return { maps: rows.map((_, head): ClassifierMap => ({ kind: 'pooling', layer, head, queries: 1, keys })), weights: rows };
}

/** The mean of several rows of one length. */
export function meanOfRows(rows: readonly ArrayLike<number>[]): number[] {
  return Array.from({ length: rows[0]?.length ?? 0 }, (_, key) => rows.reduce((sum, row) => sum + (row[key] ?? 0), 0) / rows.length);
}

/** What each position got of the last layer's attention, the mean over its heads and queries. */
export function meanReceived(layers: readonly LayerMaps[]): number[] {
  const last = layers.at(-1);
  if (last === undefined) return [];
  const { heads, queries, keys, weights } = last;
  const received = new Array<number>(keys).fill(0);
  weights.forEach((weight, place) => (received[place % keys] = (received[place % keys] ?? 0) + weight / (heads * queries)));
  return received;
}

/** Without the first positions, which are of no place: class tokens. */
export function withoutFirst(maps: LayerMaps, skipped: number): LayerMaps {
  if (skipped === 0) return maps;
  const { heads, queries, keys, weights } = maps;
  const [rows, columns] = [queries - skipped, keys - skipped];
  const kept = new Float32Array(heads * rows * columns);
  for (let head = 0; head < heads; head++) {
    for (let row = 0; row < rows; row++) {
      const from = (head * queries + row + skipped) * keys + skipped;
      kept.set(weights.subarray(from, from + columns), (head * rows + row) * columns);
    }
  }
  return { ...maps, queries: rows, keys: columns, weights: kept };
}
