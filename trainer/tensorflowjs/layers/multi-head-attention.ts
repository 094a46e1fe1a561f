/** MultiHeadAttention (Vaswani et al. 2017, section 3.2.2) as Keras lays it out; keras.io, "MultiHeadAttention layer". */
import * as z from 'zod';
import { add, mul, where } from '../../graph/operators/elementwise.ts';
import { matmul } from '../../graph/operators/linear.ts';
import { softmax } from '../../graph/operators/normalize.ts';
import { reshape, transpose, unsqueeze } from '../../graph/operators/shape.ts';
import type { Value } from '../../graph/value.ts';
import { inputsOf, type KerasTensor, type LayerBuilder, type LayerCall, namedFlag, namedTensor, partOf, refused, settings, unsupported, weight } from '../call.ts';
import { isKeras } from '../library.ts';
import { all, asMask, namedMask } from '../masks.ts';
import { flag, size } from '../schema.ts';
import { notAfter } from './attention.ts';

/** What is masked is put so low that its exponential is nothing: Keras' number. */
const low = -1e9;

const schema = z.looseObject({
  num_heads: size,
  key_dim: size,
  value_dim: size.nullish(),
  use_bias: flag(true),
  output_shape: z.union([size, z.tuple([size]).transform(([only]) => only)]).nullish(),
  attention_axes: z.union([z.int(), z.array(z.int())]).nullish(),
  use_gate: flag(false),
  sliding_window: z.int().nullish(),
});

export const multiHeadAttention: LayerBuilder = call => {
  const config = settings(call, schema);
  const { build, path } = call;
  const { num_heads: heads, key_dim, use_bias } = config;
  const value_dim = config.value_dim ?? key_dim;
  if (config.use_gate) throw unsupported(call, '"use_gate"', 'attention without a gate');
  if (config.sliding_window !== null && config.sliding_window !== undefined) throw unsupported(call, '"sliding_window"', 'attention over all keys');
  const axes = [config.attention_axes ?? 1].flat();
  if (axes.length !== 1 || axes[0] !== 1) throw unsupported(call, `attention over the axes ${axes.join(', ')}`, 'the axis of time');

  const { query, value, key } = argumentsOf(call);
  const [q, v, k] = [query, value, key ?? value].map(tensor => build.numbers(tensor.value));
  if (q === undefined || v === undefined || k === undefined || [q, v, k].some(x => x.rank !== 3)) {
    throw refused(call, `it is fed ${[query, value].map(tensor => `[${tensor.value.shape.join(', ')}]`).join(' and ')}`, '[batch, time, features]');
  }
  build.equal(call, k.shape[1] ?? 1, v.shape[1] ?? 1);

  const project = (x: Value, name: string, width: number, permutation: readonly number[]): Value => {
    const part = partOf(call, segment => segment === name, [`${name}_dense`]);
    const features = x.shape[2];
    const kernel = weight(part, 'kernel', 0, [typeof features === 'number' ? features : -1, heads, width]);
    const product = matmul(x, build.stored(kernel, 'flat', [kernel.shape[0] ?? 0, heads * width], () => kernel.data));
    const bias = use_bias ? weight(part, 'bias', 1, [heads, width]) : undefined;
    const y = bias === undefined ? product : add(product, build.stored(bias, 'flat', [heads * width], () => bias.data));
    return transpose(reshape(y, [0, 0, heads, width]), permutation);
  };
  const queries = project(q, 'query', key_dim, [0, 2, 1, 3]);
  const keys = project(k, 'key', key_dim, [0, 2, 3, 1]);
  const values = project(v, 'value', value_dim, [0, 2, 1, 3]);

  const scores = matmul(mul(queries, 1 / Math.sqrt(key_dim)), keys);
  const seen = seenBy(call, query, value, key, q, k);
  const weights = softmax(seen === undefined ? scores : where(seen, scores, low), build.unique(`${path}/attention_scores`));
  const context = reshape(transpose(matmul(weights, values), [0, 2, 1, 3]), [0, 0, heads * value_dim]);

  const out = partOf(call, segment => segment === 'attention_output', ['output_dense']);
  const width = config.output_shape ?? q.shape[2];
  const kernel = weight(out, 'kernel', 0, [heads, value_dim, typeof width === 'number' ? width : -1]);
  const columns = kernel.shape[2] ?? 0;
  const product = matmul(context, build.stored(kernel, 'flat', [heads * value_dim, columns], () => kernel.data));
  const output = use_bias ? add(product, build.constant(weight(out, 'bias', 1, [columns]))) : product;
  const scoresToo = namedFlag(call, 'return_attention_scores') ? [{ value: weights }] : [];
  return [{ value: output, mask: query.mask }, ...scoresToo];
};

interface Arguments {
  readonly query: KerasTensor;
  readonly value: KerasTensor;
  readonly key: KerasTensor | undefined;
}

/** By position or by name. */
function argumentsOf(call: LayerCall): Arguments {
  const [first, second, third] = inputsOf(call);
  const query = namedTensor(call, 'query') ?? first;
  const value = namedTensor(call, 'value') ?? (namedTensor(call, 'query') === undefined ? second : first);
  const key = namedTensor(call, 'key') ?? third;
  if (query === undefined || value === undefined) throw refused(call, 'it is fed no query or no value', 'both');
  return { query, value, key };
}

/** Which keys each query may see, `[batch, heads, query, key]` or what broadcasts to it; `undefined` for all of them. */
function seenBy(call: LayerCall, query: KerasTensor, value: KerasTensor, key: KerasTensor | undefined, q: Value, k: Value): Value | undefined {
  // Before 2.10, Keras did not look at the masks that come with tensors here.
  const looks = call.build.library.name === 'tensorflow.js' || isKeras(call.build.library, 2, 10);
  const own = (name: string, tensor: KerasTensor | undefined): Value | undefined => namedMask(call, `${name}_mask`) ?? (looks ? tensor?.mask : undefined);
  const [queryMask, valueMask, keyMask] = [own('query', query), own('value', value), own('key', key === undefined || key.value === value.value ? undefined : key)];
  const given = namedTensor(call, 'attention_mask');
  const explicit = given === undefined ? undefined : withHeads(call, asMask(given.value));
  const column = (mask: Value | undefined): Value | undefined => (mask === undefined ? undefined : unsqueeze(unsqueeze(mask, 1), 1));
  const row = queryMask === undefined ? undefined : unsqueeze(unsqueeze(queryMask, 1), 3);
  const causal = namedFlag(call, 'use_causal_mask') ? notAfter(q, k) : undefined;
  const masks = [row, column(valueMask), column(keyMask), causal, explicit];
  for (const mask of masks) if (mask !== undefined) call.build.agree(call, mask.shape, [q.shape[0] ?? 1, 1, q.shape[1] ?? 1, k.shape[1] ?? 1]);
  return all(...masks);
}

/** A mask `[batch, query, key]` for all heads. */
function withHeads(call: LayerCall, mask: Value): Value {
  if (mask.rank === 4) return mask;
  if (mask.rank === 3) return unsqueeze(mask, 1);
  if (mask.rank === 2) return mask;
  throw refused(call, `its attention_mask is [${mask.shape.join(', ')}]`, '[batch, query, key]');
}
