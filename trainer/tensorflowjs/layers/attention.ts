/** Attention (Luong's, of the products of queries and keys) and AdditiveAttention (Bahdanau's); keras.io, "Attention layers". */
import * as z from 'zod';
import { add, greater, mul, not, sub, tanh, where } from '../../graph/operators/elementwise.ts';
import { matmul } from '../../graph/operators/linear.ts';
import { softmax } from '../../graph/operators/normalize.ts';
import { sum } from '../../graph/operators/reduce.ts';
import { countAlong, unsqueeze } from '../../graph/operators/shape.ts';
import type { Value } from '../../graph/value.ts';
import { inputsOf, type LayerBuilder, type LayerCall, namedFlag, refused, settings, weight } from '../call.ts';
import { all, maskOf } from '../masks.ts';
import { flag } from '../schema.ts';
import { transposed } from '../transposed.ts';

/** What is masked is made so much lower that its exponential is nothing: Keras' number. */
const lower = 1e9;

const luongSchema = z.looseObject({ use_scale: flag(false), score_mode: z.enum(['dot', 'concat']).nullish(), causal: flag(false) });

export const luongAttention: LayerBuilder = call => {
  const { use_scale, score_mode, causal } = settings(call, luongSchema);
  const { build } = call;
  return attend(call, causal, (query, key) => {
    const scale = use_scale ? build.constant(weight(call, 'scale', 0, [])) : undefined;
    const scaled = (x: Value): Value => (scale === undefined ? x : mul(x, scale));
    if (score_mode !== 'concat') return scaled(matmul(query, transposed(key, [0, 2, 1])));
    const sums = sum(tanh(scaled(pairs(query, key))), [3], { keepAxes: false });
    return mul(sums, build.constant(weight(call, 'concat_score_weight', use_scale ? 1 : 0, [])));
  });
};

const additiveSchema = z.looseObject({ use_scale: flag(true), causal: flag(false) });

export const additiveAttention: LayerBuilder = call => {
  const { use_scale, causal } = settings(call, additiveSchema);
  return attend(call, causal, (query, key) => {
    const hidden = tanh(pairs(query, key));
    const features = query.shape[2];
    const scale = use_scale ? call.build.constant(weight(call, 'scale', 0, [typeof features === 'number' ? features : -1])) : undefined;
    return sum(scale === undefined ? hidden : mul(hidden, scale), [3], { keepAxes: false });
  });
};

/** The sum of every query and every key, `[batch, query, key, features]`. */
const pairs = (query: Value, key: Value): Value => add(unsqueeze(query, 2), unsqueeze(key, 1));

/** @param score of float32 `[batch, query, features]` and `[batch, key, features]`, `[batch, query, key]` */
function attend(call: LayerCall, alwaysCausal: boolean, score: (query: Value, key: Value) => Value): ReturnType<LayerBuilder> {
  const { build, path } = call;
  const inputs = inputsOf(call);
  const [query, value, key = value] = inputs.map(input => build.numbers(input.value));
  if (query === undefined || value === undefined || key === undefined || [query, value, key].some(x => x.rank !== 3)) {
    throw refused(call, `it is fed ${inputs.map(input => `[${input.value.shape.join(', ')}]`).join(' and ') || 'nothing'}`, 'query and value, and maybe key, each [batch, time, features]');
  }
  build.equal(call, key.shape[1] ?? 1, value.shape[1] ?? 1);
  build.equal(call, query.shape[2] ?? 1, key.shape[2] ?? 1);
  const [queryMask, valueMask] = [maskOf(call, 0), maskOf(call, 1)];
  const future = alwaysCausal || namedFlag(call, 'use_causal_mask') ? notAfter(query, key) : undefined;
  const seen = all(valueMask === undefined ? undefined : unsqueeze(valueMask, 1), future);
  const scores = score(query, key);
  const weights = softmax(seen === undefined ? scores : where(seen, scores, sub(scores, lower)), build.unique(`${path}/attention_scores`));
  const context = matmul(weights, value);
  const output = queryMask === undefined ? context : where(unsqueeze(queryMask, 2), context, 0);
  const scoresToo = namedFlag(call, 'return_attention_scores') ? [{ value: weights }] : [];
  return [{ value: output, mask: queryMask }, ...scoresToo];
}

/** Which keys do not come after each query: bool `[query, key]`. */
export function notAfter(query: Value, key: Value): Value {
  return not(greater(countAlong(key, 1), unsqueeze(countAlong(query, 1), 1)));
}

