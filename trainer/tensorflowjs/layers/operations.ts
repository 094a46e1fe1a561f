/**
 * Operations that Keras 3 lists among a model's layers: comparisons, which masks are made of (`not_equal(tokens, 0)` is that
 * of an Embedding), and a few that users write between layers.
 */
import * as z from 'zod';
import { and, cast, equal, not, or } from '../../graph/operators/elementwise.ts';
import { matmul } from '../../graph/operators/linear.ts';
import { largest } from '../../graph/operators/reduce.ts';
import { unsqueeze, squeeze } from '../../graph/operators/shape.ts';
import type { Value } from '../../graph/value.ts';
import { inputOf, inputsOf, type LayerBuilder, type LayerCall, refused, settings } from '../call.ts';
import { asMask } from '../masks.ts';
import { axis, flag } from '../schema.ts';

/** Two tensors, or a tensor and a number. */
function pairOf(call: LayerCall): readonly [Value, Value | number] {
  const [first, second] = inputsOf(call).map(({ value }) => value);
  const number = call.positional.find(given => given.kind === 'constant');
  if (first === undefined) throw refused(call, 'it is fed no tensor', 'one');
  if (second === undefined) {
    if (number?.kind !== 'constant' || typeof number.value !== 'number') throw refused(call, 'it compares a tensor with nothing', 'a tensor or a number');
    return [first, number.value];
  }
  call.build.agree(call, first.shape, second.shape);
  return first.type === second.type ? [first, second] : [call.build.numbers(first), call.build.numbers(second)];
}

const same = (call: LayerCall): Value => {
  const [a, b] = pairOf(call);
  const whole = typeof b !== 'number' || Number.isInteger(b) || a.type === 'float32';
  return equal(whole ? a : cast(a, 'float32'), b);
};

export const equalling: LayerBuilder = call => [{ value: same(call) }];
export const differing: LayerBuilder = call => [{ value: not(same(call)) }];

const logical = (merge: (a: Value, b: Value) => Value): LayerBuilder => call => {
  const [a, b] = inputsOf(call).map(({ value }) => asMask(value));
  if (a === undefined || b === undefined) throw refused(call, 'it is fed one tensor', 'two');
  call.build.agree(call, a.shape, b.shape);
  return [{ value: merge(a, b) }];
};
export const both = logical(and);
export const either = logical(or);
export const negating: LayerBuilder = call => [{ value: not(asMask(inputOf(call).value)) }];

const overSchema = z.looseObject({ axis: z.union([axis, z.tuple([axis]).transform(([only]) => only)]), keepdims: flag(false) });

const over = (opposite: boolean): LayerBuilder => call => {
  const { axis: place, keepdims } = settings(call, overSchema);
  const mask = asMask(inputOf(call).value);
  const reduced = largest(cast(opposite ? not(mask) : mask, 'float32'), [place], { keepAxes: keepdims });
  return [{ value: opposite ? equal(reduced, 0) : not(equal(reduced, 0)) }];
};
export const anyTrue = over(false);
export const allTrue = over(true);

const axisSchema = z.looseObject({ axis });

export const expandingDims: LayerBuilder = call => {
  const { value, mask } = inputOf(call);
  return [{ value: unsqueeze(value, settings(call, axisSchema).axis), mask }];
};
export const squeezing: LayerBuilder = call => {
  const { value, mask } = inputOf(call);
  return [{ value: squeeze(value, settings(call, axisSchema).axis), mask }];
};

export const multiplyingMatrices: LayerBuilder = call => {
  const [a, b] = inputsOf(call).map(({ value }) => call.build.numbers(value));
  if (a === undefined || b === undefined) throw refused(call, 'it is fed one tensor', 'two');
  call.build.equal(call, a.shape.at(-1) ?? 1, b.shape.at(-2) ?? 1);
  call.build.agree(call, a.shape.slice(0, -2), b.shape.slice(0, -2));
  return [{ value: matmul(a, b) }];
};

