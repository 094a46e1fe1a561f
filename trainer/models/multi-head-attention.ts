/**
 * Multi-head attention (Vaswani et al. 2017, section 3.2): in each head `softmax(Q Kᵀ / √d_k) V`, then one output layer
 * over all heads. Rows are time-major, `[time · batch, width]`, as in all of our training graphs.
 */
import { add } from '../graph/operators/elementwise.ts';
import { fusedMatmul, linear } from '../graph/operators/linear.ts';
import { softmax } from '../graph/operators/normalize.ts';
import { chunk, reshape, transpose } from '../graph/operators/shape.ts';
import { lengthOf, type Value } from '../graph/value.ts';
import type { ParameterSource, ParameterSpec } from './parameters.ts';

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

/** @param maskBias broadcasts to `[batch, head, query, key]`: 0, or −1e9 where a query must not look */
export function selfAttention(parameters: ParameterSource, name: string, x: Value, maskBias: Value, layout: HeadLayout): MultiHeadAttended {
  const [query, key, value] = chunk(linear(x, parameters(`${name}.input`), parameters(`${name}.input_bias`)), 1, 3);
  return attend(parameters, name, { query, key, value }, maskBias, layout);
}

/** As `selfAttention`, with keys and values from `memory` `[source · batch, width]`. */
export function crossAttention(
  parameters: ParameterSource,
  name: string,
  x: Value,
  memory: Value,
  maskBias: Value,
  layout: HeadLayout,
): MultiHeadAttended {
  const query = linear(x, parameters(`${name}.query`), parameters(`${name}.query_bias`));
  const [key, value] = chunk(linear(memory, parameters(`${name}.memory`), parameters(`${name}.memory_bias`)), 1, 2);
  return attend(parameters, name, { query, key, value }, maskBias, layout);
}

interface Projections {
  readonly query: Value | undefined;
  readonly key: Value | undefined;
  readonly value: Value | undefined;
}

function attend(
  parameters: ParameterSource,
  name: string,
  { query, key, value }: Projections,
  maskBias: Value,
  layout: HeadLayout,
): MultiHeadAttended {
  if (query === undefined || key === undefined || value === undefined) throw new Error('a projection could not be cut');
  const width = lengthOf(query, 1);
  const scores = fusedMatmul(splitHeads(query, layout), splitHeads(key, layout), {
    transB: true,
    alpha: 1 / Math.sqrt(width / layout.heads),
  });
  const weights = softmax(add(scores, maskBias));
  const heads = joinHeads(fusedMatmul(weights, splitHeads(value, layout)));
  return { output: linear(heads, parameters(`${name}.output`), parameters(`${name}.output_bias`)), weights };
}

/** `[time · batch, width]` → `[batch, head, time, width / heads]` */
function splitHeads(x: Value, { batch, heads }: HeadLayout): Value {
  const [rows, width] = [lengthOf(x, 0), lengthOf(x, 1)];
  return transpose(reshape(x, [rows / batch, batch, heads, width / heads]), [1, 2, 0, 3]);
}

/** The way back. */
function joinHeads(x: Value): Value {
  const [batch, heads, time, features] = [lengthOf(x, 0), lengthOf(x, 1), lengthOf(x, 2), lengthOf(x, 3)];
  return reshape(transpose(x, [2, 0, 1, 3]), [time * batch, heads * features]);
}
