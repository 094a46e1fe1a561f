/**
 * Keys and values of the tokens before, `past_key_values.<layer>.key` in and `present.<layer>.key` out, all
 * `[batch, head, time, width]` and by the names of Optimum's exports. A past of length 0 is none.
 */
import type { Graph } from '../graph/graph.ts';
import { concat } from '../graph/operators/shape.ts';
import type { Value } from '../graph/value.ts';
import type { Heads } from './attention.ts';

export interface KeysAndValues {
  readonly key: Value;
  readonly value: Value;
}

const parts = ['key', 'value'] as const;

export interface CacheOptions {
  readonly heads: Heads;
  readonly layers: number;
  /** Of which attention, where a layer has several: `decoder`, `encoder`. */
  readonly of?: 'decoder' | 'encoder';
  /** What the length of the past is called. */
  readonly length: string;
}

/** What was given before, as inputs of a graph; by layer. */
export function pastInputs(graph: Graph, { heads, layers, of, length }: CacheOptions): KeysAndValues[] {
  return Array.from({ length: layers }, (_, layer) => {
    const shape = ['batch_size', heads.count, length, heads.width];
    const [key, value] = parts.map(part => graph.input(nameOf('past_key_values', layer, of, part), 'float32', shape));
    if (key === undefined || value === undefined) throw new Error('a cache has keys and values');
    return { key, value };
  });
}

/** What a decoder has of all its tokens. */
export interface Cache {
  /** Keys and values of a layer, those of the past before the new ones. To be called layer by layer. */
  readonly remember: (fresh: KeysAndValues) => KeysAndValues;
  /** Of the layers so far. */
  readonly present: readonly KeysAndValues[];
}

/** @param past by layer; none where nothing was given before */
export function cacheAfter(past: readonly KeysAndValues[]): Cache {
  const present: KeysAndValues[] = [];
  return {
    remember: fresh => {
      const before = past[present.length];
      const both = before === undefined ? fresh : { key: concat([before.key, fresh.key], 2), value: concat([before.value, fresh.value], 2) };
      present.push(both);
      return both;
    },
    present,
  };
}

/** What the next run is to be given, as outputs of the graph. */
export function presentOutputs(graph: Graph, layers: readonly KeysAndValues[], of?: CacheOptions['of']): void {
  layers.forEach((both, layer) => {
    for (const part of parts) graph.output(both[part], nameOf('present', layer, of, part));
  });
}

function nameOf(what: string, layer: number, of: CacheOptions['of'], part: (typeof parts)[number]): string {
  return [what, layer, of, part].filter(piece => piece !== undefined).join('.');
}
