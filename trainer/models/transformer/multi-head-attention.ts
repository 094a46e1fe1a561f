/**
 * Multi-head attention (Vaswani et al. 2017, section 3.2): in each head `softmax(Q Kᵀ / √d_k) V`, then one output layer
 * over all heads. Rows are time-major, `[time · batch, width]`, as in all of our training graphs.
 */
import { add } from '../../graph/operators/elementwise.ts';
import { fusedMatmul, linear } from '../../graph/operators/linear.ts';
import { softmax } from '../../graph/operators/normalize.ts';
import { chunk, reshape, transpose } from '../../graph/operators/shape.ts';
import { lengthOf, type Value } from '../../graph/value.ts';
import type { ParameterSource, ParameterSpec } from '../parameters.ts';
import { rotate, type Rotation } from './positions.ts';

/** Queries, keys and values of self-attention come from one matrix, `[3·width, width]`, stacked in this order. */
export function selfAttentionParameters(name: string, width: number): ParameterSpec[] {
  return [...layer(`${name}.input`, 3 * width, width), ...layer(`${name}.output`, width, width)];
}

/** Queries come from the target; keys and values from the memory by one matrix, `[2·width, width]`, stacked. */
export function crossAttentionParameters(name: string, width: number): ParameterSpec[] {
  return [
    ...layer(`${name}.query`, width, width),
    ...layer(`${name}.memory`, 2 * width, width),
    ...layer(`${name}.output`, width, width),
  ];
}

function layer(name: string, out: number, input: number): ParameterSpec[] {
  return [
    { name, shape: [out, input], start: { kind: 'glorot' } },
    { name: `${name}_bias`, shape: [out], start: { kind: 'zeros' } },
  ];
}

/** The linear layer of a name: `x Wᵀ + b`. */
export function project(parameters: ParameterSource, name: string, x: Value): Value {
  return linear(x, parameters(name), parameters(`${name}_bias`));
}

/** How rows are laid out, and among how many heads their features are shared. */
export interface HeadLayout {
  readonly batch: number;
  readonly heads: number;
}

export interface MultiHeadAttended {
  /** `[time · batch, width]` */
  readonly output: Value;
  /** `[batch, head, query, key]` */
  readonly weights: Value;
}

/**
 * @param maskBias broadcasts to `[batch, head, query, key]`: 0, or −1e9 where a query must not look; without one, each
 *   looks everywhere
 */
export function selfAttention(
  parameters: ParameterSource,
  name: string,
  x: Value,
  maskBias: Value | undefined,
  layout: HeadLayout,
  rotation?: Rotation,
): MultiHeadAttended {
  const pieces = chunk(project(parameters, `${name}.input`, x), 1, 3);
  const [query, key, value] = pieces.map((piece, index) => {
    const heads = splitHeads(piece, layout);
    return rotation === undefined || index === 2 ? heads : rotate(heads, rotation);
  });
  return attend(parameters, name, { query, key, value }, maskBias);
}

/** As `selfAttention`, with keys and values from `memory` `[source · batch, width]`. */
export function crossAttention(
  parameters: ParameterSource,
  name: string,
  x: Value,
  memory: Value,
  maskBias: Value | undefined,
  layout: HeadLayout,
): MultiHeadAttended {
  const query = splitHeads(project(parameters, `${name}.query`, x), layout);
  const [key, value] = chunk(project(parameters, `${name}.memory`, memory), 1, 2).map(piece => splitHeads(piece, layout));
  return attend(parameters, name, { query, key, value }, maskBias);
}

/** `[batch, head, time, width / heads]` each. */
interface Projections {
  readonly query: Value | undefined;
  readonly key: Value | undefined;
  readonly value: Value | undefined;
}

function attend(
  parameters: ParameterSource,
  name: string,
  { query, key, value }: Projections,
  maskBias: Value | undefined,
): MultiHeadAttended {
  if (query === undefined || key === undefined || value === undefined) throw new Error('a projection could not be cut');
  const scores = fusedMatmul(query, key, { transB: true, alpha: 1 / Math.sqrt(lengthOf(query, 3)) });
  const weights = softmax(maskBias === undefined ? scores : add(scores, maskBias));
  return { output: project(parameters, `${name}.output`, joinHeads(fusedMatmul(weights, value))), weights };
}

/** `[time · batch, width]` → `[batch, head, time, width / heads]` */
function splitHeads(x: Value, { batch, heads }: HeadLayout): Value {
  return transpose(reshape(x, [-1, batch, heads, lengthOf(x, 1) / heads]), [1, 2, 0, 3]);
}

/** The way back. */
function joinHeads(x: Value): Value {
  return reshape(transpose(x, [2, 0, 1, 3]), [-1, lengthOf(x, 1) * lengthOf(x, 3)]);
}
