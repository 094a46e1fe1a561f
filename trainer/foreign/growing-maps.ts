/** The maps of a decoder over all that it read, put together from runs each of which read some of it. */
import type { SeenLayer } from '../decoding/witness.ts';
import type { LayerId, LayerMaps, MapWeights } from './layer-maps.ts';

/** What was read at once: rows `row … row + count - 1` of maps. */
export interface ReadRows {
  readonly maps: readonly LayerMaps<MapWeights>[];
  readonly row: number;
  readonly count: number;
}

interface Part {
  readonly heads: number;
  readonly rows: number;
  readonly keys: number;
  /** `[head][row][key]` */
  readonly weights: MapWeights;
}

export class GrowingMaps {
  /** By layer. */
  readonly #parts: Part[][];

  /** @param layers in the order of the maps that are to come */
  constructor(private readonly layers: readonly LayerId[]) {
    this.#parts = layers.map(() => []);
  }

  add({ maps, row, count }: ReadRows): void {
    maps.forEach((one, layer) => this.#parts[layer]?.push(rowsOf(one, row, count)));
  }

  /** All of them. What they were made of is given up layer by layer, since there may be no room for both. */
  take(): SeenLayer[] {
    return this.layers.map(({ kind, layer }, index) => {
      const parts = this.#parts[index] ?? [];
      this.#parts[index] = [];
      const heads = parts[0]?.heads ?? 0;
      const queries = parts.reduce((sum, { rows }) => sum + rows, 0);
      const longest = parts.reduce((most, part) => Math.max(most, part.keys), 0);
      // Behind what was read there may be padding.
      const keys = kind === 'decoder' ? Math.min(longest, queries) : longest;
      const isRounded = parts[0]?.weights instanceof Uint8Array;
      const weights = isRounded ? new Uint8Array(heads * queries * keys) : new Float32Array(heads * queries * keys);
      let first = 0;
      for (const part of parts) {
        for (let head = 0; head < heads; head++) {
          for (let row = 0; row < part.rows; row++) {
            const from = (head * part.rows + row) * part.keys;
            weights.set(part.weights.subarray(from, from + Math.min(part.keys, keys)), (head * queries + first + row) * keys);
          }
        }
        first += part.rows;
      }
      return { kind, layer, heads, queries, keys, weights, shifts: new Array<0>(heads).fill(0) };
    });
  }
}

/** A copy of some rows of every head; maps that have no others are taken as they are. */
function rowsOf({ heads, queries, keys, weights }: LayerMaps<MapWeights>, row: number, count: number): Part {
  if (row === 0 && count === queries) return { heads, rows: count, keys, weights };
  const kept = weights instanceof Uint8Array ? new Uint8Array(heads * count * keys) : new Float32Array(heads * count * keys);
  for (let head = 0; head < heads; head++) {
    const from = (head * queries + row) * keys;
    kept.set(weights.subarray(from, from + count * keys), head * count * keys);
  }
  return { heads, rows: count, keys, weights: kept };
}
