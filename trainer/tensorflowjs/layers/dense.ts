/** Dense: activation(x W + b), over the last axis. */
import * as z from 'zod';
import { add } from '../../graph/operators/elementwise.ts';
import { matmul } from '../../graph/operators/linear.ts';
import { activate } from '../activations.ts';
import { inputOf, type LayerBuilder, settings, weight } from '../call.ts';
import { activation, flag, size } from '../schema.ts';

const schema = z.looseObject({ units: size, activation, use_bias: flag(true) });

export const dense: LayerBuilder = call => {
  const { units, activation: name, use_bias } = settings(call, schema);
  const { value, mask } = inputOf(call);
  const { build } = call;
  const x = build.numbers(value);
  const features = x.shape.at(-1);
  const kernel = weight(call, 'kernel', 0, [typeof features === 'number' ? features : -1, units]);
  const product = matmul(x, build.constant(kernel));
  const y = use_bias ? add(product, build.constant(weight(call, 'bias', 1, [units]))) : product;
  return [{ value: activate(call, name, y), mask }];
};
