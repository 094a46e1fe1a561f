/** Layers that put several tensors together, number by number or one behind the other. */
import * as z from 'zod';
import { scalar } from '../../graph/operators/constants.ts';
import { add, div, greater, mul, type Operand, or, sub, where } from '../../graph/operators/elementwise.ts';
import { concat, unsqueeze } from '../../graph/operators/shape.ts';
import type { Value } from '../../graph/value.ts';
import { type Given, inputsOf, type KerasTensor, type LayerBuilder, type LayerCall, refused, settings } from '../call.ts';
import { isKeras } from '../library.ts';
import { all, everywhere } from '../masks.ts';
import { axis } from '../schema.ts';

type Merge = (a: Value, b: Operand) => Value;

/** As a layer of a list of tensors; Keras 3 has operations of the same names, of two tensors or numbers. */
const merging = (merge: Merge, finish: (x: Value, count: number) => Value = x => x): LayerBuilder => call => {
  const operands = call.positional.flatMap(each => operandsIn(call, each));
  const tensors = inputsOf(call);
  // Operations broadcast as NumPy does; layers first make the ranks equal.
  const isOperation = isKeras(call.build.library, 3) && call.positional.length > 1;
  const rank = isOperation ? 0 : tensors.reduce((most, { value }) => Math.max(most, value.rank), 0);
  const [first, ...others] = operands.map(operand => (typeof operand === 'number' ? operand : ranked(operand, rank)));
  if (first === undefined || others.length === 0 || tensors.length === 0) throw refused(call, `it is fed ${operands.length} tensors`, 'at least two');
  let sum: Operand = first;
  for (const other of others) {
    if (typeof sum !== 'number' && typeof other !== 'number') call.build.agree(call, sum.shape, other.shape);
    sum = typeof sum === 'number' ? mergeNumber(call, merge, sum, other) : merge(sum, other);
  }
  if (typeof sum === 'number') throw refused(call, 'it is fed numbers only', 'a tensor');
  return [{ value: finish(sum, operands.length), mask: maskOfAll(call, tensors) }];
};

/** A number before a tensor: only as Keras 3's operations have it. */
function mergeNumber(call: LayerCall, merge: Merge, number: number, other: Operand): Operand {
  if (typeof other === 'number') throw refused(call, 'it is fed numbers only', 'a tensor');
  return merge(scalar(other, number), other);
}

function operandsIn(call: LayerCall, given: Given): Operand[] {
  if (given.kind === 'tensor') return [call.build.numbers(given.tensor.value)];
  if (given.kind === 'list') return given.items.flatMap(item => operandsIn(call, item));
  return typeof given.value === 'number' ? [given.value] : [];
}

/** Axes of length 1 are put behind the batch's until there are as many as others have. */
function ranked(x: Value, rank: number): Value {
  let longer = x;
  while (longer.rank < rank) longer = unsqueeze(longer, 1);
  return longer;
}

/** In Keras 3 a place counts that any of them has, if all are masked; before, one that all have that are masked. */
function maskOfAll({ build }: LayerCall, tensors: readonly KerasTensor[]): Value | undefined {
  const masks = tensors.map(({ mask }) => mask);
  if (!isKeras(build.library, 3)) return all(...masks);
  const known = masks.filter(mask => mask !== undefined);
  return known.length < masks.length ? undefined : known.reduce((either, mask) => or(either, mask));
}

export const adding = merging(add);
export const subtracting = merging(sub);
export const multiplying = merging(mul);
export const dividing = merging(div);
export const averaging = merging(add, (x, count) => mul(x, 1 / count));
const asValue = (like: Value, x: Operand): Value => (typeof x === 'number' ? scalar(like, x) : x);
export const maximum = merging((a, b) => where(greater(a, b), a, b));
export const minimum = merging((a, b) => where(greater(asValue(a, b), a), a, b));

const concatenateSchema = z.looseObject({ axis: axis.nullish() });

export const concatenating: LayerBuilder = call => {
  const { axis: along } = settings(call, concatenateSchema);
  const tensors = inputsOf(call);
  const values = tensors.map(({ value }) => call.build.numbers(value));
  const [first] = values;
  if (first === undefined || values.some(({ rank }) => rank !== first.rank)) throw refused(call, `it is fed ${values.map(({ shape }) => `[${shape.join(', ')}]`).join(', ')}`, 'tensors of equally many axes');
  const place = (along ?? -1) < 0 ? (along ?? -1) + first.rank : (along ?? -1);
  if (place < 1 || place >= first.rank) throw refused(call, `it joins along axis ${along ?? -1}`, `an axis from 1 to ${first.rank - 1}`);
  for (const { shape } of values) {
    shape.forEach((length, index) => {
      if (index !== place) call.build.equal(call, first.shape[index] ?? 1, length);
    });
  }
  return [{ value: concat(values, place), mask: joinedMask(tensors, place) }];
};

/** Along the features a place counts that all of them have; along time the masks follow each other. */
function joinedMask(tensors: readonly KerasTensor[], place: number): Value | undefined {
  if (tensors.every(({ mask }) => mask === undefined)) return undefined;
  if (place === 1) return concat(tensors.map(({ value, mask }) => mask ?? everywhere(value)), 1);
  return all(...tensors.map(({ mask }) => mask));
}

