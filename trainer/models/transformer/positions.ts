/**
 * How a Transformer knows the order of its tokens. Sinusoidal (Vaswani et al. 2017, section 3.5) and learned positions
 * (Gehring et al. 2017, section 3.1) are added to the embeddings; rotary ones (Su et al. 2021, section 3.2.2) turn
 * queries and keys.
 */
import type { Graph } from '../../graph/graph.ts';
import { add, mul } from '../../graph/operators/elementwise.ts';
import { embed } from '../../graph/operators/lookup.ts';
import { chunk, concat, firstRows, reshape, slice } from '../../graph/operators/shape.ts';
import { lengthOf, type Value } from '../../graph/value.ts';
import type { ParameterSource, ParameterSpec } from '../parameters.ts';
import { headWidth, type TransformerSizes } from './sizes.ts';

/** Which positions a graph works on. */
export type Places =
  /** So many from the first: a training graph. */
  | { readonly kind: 'first'; readonly count: number }
  /** As many as there are ids, `[time, batch]`: an encoder of any length. */
  | { readonly kind: 'along'; readonly ids: Value }
  /** One, int64 `[1]`: a decoding step. */
  | { readonly kind: 'at'; readonly position: Value };

/** Cosines and sines that turn the features of a head, `[time, width / heads]` each. */
export interface Rotation {
  readonly cosine: Value;
  readonly sine: Value;
}

/** Either is missing where the positions are of the other kind. */
export interface Positions {
  /** `[time, 1, width]`: to be added to embeddings `[time, batch, width]`. */
  readonly added: Value | undefined;
  readonly rotation: Rotation | undefined;
}

/** `<name>.positions`, `[longest, width]`, where they are learned. */
export function positionParameters(name: string, { positions, longest, width }: TransformerSizes): ParameterSpec[] {
  if (positions !== 'learned') return [];
  return [{ name: `${name}.positions`, shape: [longest, width], start: { kind: 'normal', deviation: width ** -0.5 } }];
}

export function positionsOf(graph: Graph, parameters: ParameterSource, name: string, sizes: TransformerSizes, places: Places): Positions {
  const length = places.kind === 'first' ? places.count : sizes.longest;
  const table = (label: string, shape: readonly number[], data: Float32Array): Value => {
    // A checkpoint's graphs share one file of weights, where a tensor is known by its name.
    const constantName = places.kind === 'first' ? undefined : `positions.${label}`;
    return rowsAt(graph.constant('float32', shape, data, constantName), places);
  };
  switch (sizes.positions) {
    case 'sinusoidal': {
      const data = sinusoidalPositions(length, sizes.width);
      return { added: table('sinusoidal', [length, 1, sizes.width], data), rotation: undefined };
    }
    case 'learned': {
      const rows = rowsAt(parameters(`${name}.positions`), places);
      return { added: reshape(rows, [-1, 1, sizes.width]), rotation: undefined };
    }
    case 'rotary': {
      const shape = [length, headWidth(sizes)];
      const cosine = table('cosine', shape, rotaryCosines(length, headWidth(sizes)));
      const sine = table('sine', shape, rotarySines(length, headWidth(sizes)));
      return { added: undefined, rotation: { cosine, sine } };
    }
  }
}

function rowsAt(table: Value, places: Places): Value {
  switch (places.kind) {
    case 'first': {
      const rows = lengthOf(table, 0);
      if (places.count > rows) throw new RangeError(`${places.count} tokens, and ${table.name} has ${rows} positions`);
      return places.count === rows ? table : slice(table, 0, 0, places.count);
    }
    case 'along':
      return firstRows(table, places.ids);
    case 'at':
      return embed(table, places.position);
  }
}

/** Embeddings times √width plus positions (Vaswani et al. 2017, sections 3.4 and 3.5): ids `[time, batch]` give `[time · batch, width]`. */
export function embedTokens(table: Value, ids: Value, { added }: Positions): Value {
  const width = lengthOf(table, 1);
  const words = mul(embed(table, ids), Math.sqrt(width));
  return reshape(added === undefined ? words : add(words, added), [-1, width]);
}

/**
 * Turns each pair of features by its angle (Su et al. 2021, equation 34): `x cos + x' sin`, where x' has the features of
 * each pair swapped. Feature i is paired with i + d/2, not with its neighbour: the same up to the order of the features,
 * which is the projections' own to choose, and two halves are cheaper to swap.
 * @param x `[…, features]`; the rotation broadcasts to it
 */
export function rotate(x: Value, { cosine, sine }: Rotation): Value {
  const [first, second] = chunk(x, x.rank - 1, 2);
  if (first === undefined || second === undefined) throw new Error('the features could not be cut in halves');
  return add(mul(x, cosine), mul(concat([second, first], x.rank - 1), sine));
}

/** `[length, width]`: features 2i and 2i + 1 of position p are sin and cos of `p / 10000^(2i / width)`. */
export function sinusoidalPositions(length: number, width: number): Float32Array {
  return Float32Array.from({ length: length * width }, (_, index) => {
    const [position, feature] = [Math.floor(index / width), index % width];
    const angle = position / 10_000 ** ((feature - (feature % 2)) / width);
    return feature % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
  });
}

/** `[length, features]`: cos of `p / 10000^(2i / features)` for pair i, once for each half. */
function rotaryCosines(length: number, features: number): Float32Array {
  return overPairs(length, features, angle => Math.cos(angle));
}

/** `[length, features]`: the sine likewise, negative in the first half, whose features get their partner's taken off. */
function rotarySines(length: number, features: number): Float32Array {
  return overPairs(length, features, (angle, half) => (half === 0 ? -1 : 1) * Math.sin(angle));
}

function overPairs(length: number, features: number, value: (angle: number, half: 0 | 1) => number): Float32Array {
  const pairs = features / 2;
  return Float32Array.from({ length: length * features }, (_, index) => {
    const [position, feature] = [Math.floor(index / features), index % features];
    return value(position / 10_000 ** ((feature % pairs) / pairs), feature < pairs ? 0 : 1);
  });
}
