/**
 * One token of each hypothesis through a decoder's layers. Keys and values of the tokens before are not computed anew:
 * they come in as `past` and go out as `next_past`, time-major, so that whoever keeps them only appends. Where features
 * are split among heads, the batch lies between time and features; the products take that as it is, without a copy.
 */
import type { Graph } from '../../graph/graph.ts';
import { fusedMatmul, type FusedProductOptions } from '../../graph/operators/linear.ts';
import { softmax } from '../../graph/operators/normalize.ts';
import { chunk, concat, reshape, squeeze, transpose } from '../../graph/operators/shape.ts';
import { lengthOf, type Value } from '../../graph/value.ts';
import { enterSublayer, leaveSublayer, type SublayerContext } from './layer.ts';
import { project } from './multi-head-attention.ts';
import { rotate, type Rotation } from './positions.ts';
import { headWidth, type TransformerSizes } from './sizes.ts';

export interface StepContext extends SublayerContext {
  readonly sizes: TransformerSizes;
  readonly rotation: Rotation | undefined;
}

export interface StepAttended {
  /** `[beam, width]` */
  readonly output: Value;
  /** `[beam, head, key]` */
  readonly weights: Value;
}

/** The keys and values of tokens before this one, two a layer. */
export class KeyValueCache {
  /** Each `[past, beam, head, features]`. */
  readonly #past: readonly Value[];
  /** Of this token, `[1, beam, head, features]`. */
  readonly #fresh: Value[] = [];
  readonly #width: number;

  /** Takes `past` `[past, beam, 2 · layers · width]` as an input of the graph. */
  constructor(readonly graph: Graph, layers: number, sizes: TransformerSizes) {
    this.#width = 2 * layers * sizes.width;
    const past = graph.input('past', 'float32', ['past', 'beam', this.#width]);
    this.#past = chunk(reshape(past, [0, 0, 2 * layers * sizes.heads, headWidth(sizes)]), 2, 2 * layers);
  }

  /** Appends the next key or value in the order of the layers: `[past + 1, beam, head, features]`. */
  append(fresh: Value): Value {
    const before = this.#past[this.#fresh.length];
    if (before === undefined) throw new Error('more keys and values than the cache has room for');
    this.#fresh.push(fresh);
    return concat([before, fresh], 0);
  }

  /** Makes this token's own keys and values an output, `next_past` `[1, beam, 2 · layers · width]`. */
  output(): void {
    this.graph.output(reshape(concat(this.#fresh, 2), [1, -1, this.#width]), 'next_past');
  }
}

/** @param x `[beam, width]` */
export function cachedSelfAttention(context: StepContext, name: string, x: Value, cache: KeyValueCache): StepAttended {
  const { parameters, sizes, rotation } = context;
  const site = `${name}.attention`;
  const projected = project(parameters, `${site}.input`, enterSublayer(context, site, x));
  const [query, key, value] = chunk(reshape(projected, [1, -1, 3 * sizes.heads, headWidth(sizes)]), 2, 3);
  if (query === undefined || key === undefined || value === undefined) throw new Error('a projection could not be cut');
  const turned = (piece: Value): Value => (rotation === undefined ? piece : rotate(piece, rotation));
  const keys = cache.append(turned(key));
  const values = cache.append(value);
  // [beam, head, 1, past + 1]
  const weights = softmax(product(turned(query), keys, { batchInsideA: true, transB: true, alpha: headWidth(sizes) ** -0.5 }));
  const heads = reshape(product(weights, values), [-1, sizes.width]);
  const output = leaveSublayer(context, site, x, project(parameters, `${site}.output`, heads));
  return { output, weights: squeeze(weights, 2) };
}

/**
 * @param x `[beam, width]`
 * @param keys `[source, head, features]`, of this layer
 * @param values of the same shape
 */
export function stepCrossAttention(context: StepContext, name: string, x: Value, keys: Value, values: Value): StepAttended {
  const { parameters, sizes } = context;
  const site = `${name}.cross_attention`;
  const projected = project(parameters, `${site}.query`, enterSublayer(context, site, x));
  const query = reshape(projected, [-1, sizes.heads, headWidth(sizes)]);
  const scores = product(query, keys, { batchInsideA: true, transB: true, alpha: headWidth(sizes) ** -0.5 });
  const weights = softmax(transpose(scores, [1, 0, 2]));
  const heads = transpose(product(weights, values, { batchInsideA: true }), [1, 0, 2]);
  const output = leaveSublayer(context, site, x, project(parameters, `${site}.output`, reshape(heads, [-1, sizes.width])));
  return { output, weights };
}

/** The keys and values of every layer's cross-attention, cut from `memory` `[1, source, 2 · layers · width]`. */
export function cutMemory(memory: Value, { heads, width }: TransformerSizes): readonly Value[] {
  const pieces = lengthOf(memory, 2) / width;
  return chunk(reshape(memory, [-1, pieces * heads, width / heads]), 1, pieces);
}

const product = (a: Value, b: Value, options: FusedProductOptions = {}): Value => fusedMatmul(a, b, { ...options, batchInsideB: true });
