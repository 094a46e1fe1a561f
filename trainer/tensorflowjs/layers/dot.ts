/** Dot: the products of two tensors' rows, over one axis of each (keras.io, "Dot layer"): attention, in Keras' tutorials. */
import * as z from 'zod';
import { clip, div, mul, sqrt } from '../../graph/operators/elementwise.ts';
import { matmul } from '../../graph/operators/linear.ts';
import { sum } from '../../graph/operators/reduce.ts';
import { squeeze, unsqueeze } from '../../graph/operators/shape.ts';
import type { Value } from '../../graph/value.ts';
import { inputsOf, type LayerBuilder, refused, settings } from '../call.ts';
import { axis, flag } from '../schema.ts';
import { transposed } from '../transposed.ts';

const schema = z.looseObject({ axes: z.union([axis, z.tuple([axis, axis])]), normalize: flag(false) });

export const dot: LayerBuilder = call => {
  const { axes, normalize } = settings(call, schema);
  const [a, b, ...more] = inputsOf(call).map(({ value }) => call.build.numbers(value));
  if (a === undefined || b === undefined || more.length > 0) throw refused(call, 'it is not fed two tensors', 'two');
  const [alongA, alongB] = (typeof axes === 'number' ? [axes, axes] : axes).map((place, index) => (place < 0 ? place + (index === 0 ? a : b).rank : place));
  if (!isPlace(a, alongA) || !isPlace(b, alongB)) {
    throw refused(call, `its axes are ${JSON.stringify(axes)} of [${a.shape.join(', ')}] and [${b.shape.join(', ')}]`, 'axes behind the batch\'s, of tensors of 2 or 3 axes');
  }
  call.build.equal(call, a.shape[alongA] ?? 1, b.shape[alongB] ?? 1);
  // Keras 2 and 3 and TensorFlow.js differ in how small a vector is before it is not blown up.
  const least = call.build.library.name === 'keras' ? 1e-12 : 1e-7;
  const unit = (x: Value, place: number): Value => (normalize ? div(x, sqrt(clip(sum(mul(x, x), [place]), least, Infinity))) : x);
  // What is multiplied comes last on the left and first on the right.
  const rows = a.rank === 2 ? unsqueeze(unit(a, 1), 1) : transposed(unit(a, alongA), alongA === 2 ? [0, 1, 2] : [0, 2, 1]);
  const columns = b.rank === 2 ? unsqueeze(unit(b, 1), 2) : transposed(unit(b, alongB), alongB === 1 ? [0, 1, 2] : [0, 2, 1]);
  const product = matmul(rows, columns);
  if (a.rank === 2) return [{ value: squeeze(product, 1) }];
  return [{ value: b.rank === 2 ? squeeze(product, 2) : product }];
};

const isPlace = (x: Value, place: number | undefined): place is number => place !== undefined && place >= 1 && place < x.rank && x.rank <= 3;
