/** Layers that change each number by itself, and Softmax. */
import * as z from 'zod';
import { add, clip, greater, mul, neg, relu as positive, where } from '../../graph/operators/elementwise.ts';
import { softmaxOver, activate, elu, leaky } from '../activations.ts';
import { pointwise } from '../build.ts';
import { inputOf, type LayerBuilder, settings, unsupported, weight } from '../call.ts';
import { maskOf } from '../masks.ts';
import { activation, axis, real } from '../schema.ts';

/** What does nothing once a model is trained. */
export const identity: LayerBuilder = call => [inputOf(call)];

export const activationLayer: LayerBuilder = call => {
  const { activation: name } = settings(call, z.looseObject({ activation }));
  return [pointwise(inputOf(call), x => activate(call, name, call.build.numbers(x)))];
};

const softmaxSchema = z.looseObject({ axis: z.union([axis, z.array(axis).length(1).transform(([only]) => only ?? -1)]).nullish() });

/** What is masked is put so low that its exponential is nothing. */
const low = -1e9;

export const softmax: LayerBuilder = call => {
  const { axis: over } = settings(call, softmaxSchema);
  return [
    pointwise(inputOf(call), x => {
      const scores = call.build.numbers(x);
      const mask = maskOf(call);
      const seen = mask !== undefined && mask.rank === scores.rank ? where(mask, scores, low) : scores;
      return softmaxOver(seen, over ?? -1, `${call.path}/softmax`);
    }),
  ];
};

const reluSchema = z.looseObject({ max_value: z.number().nullish(), negative_slope: real(0), threshold: real(0) });

export const relu: LayerBuilder = call => {
  const { max_value, negative_slope, threshold } = settings(call, reluSchema);
  return [
    pointwise(inputOf(call), input => {
      const x = call.build.numbers(input);
      const below = mul(add(x, -threshold), negative_slope);
      const y = threshold === 0 && negative_slope === 0 ? positive(x) : where(greater(neg(x), -threshold), below, x);
      return max_value === null || max_value === undefined ? y : clip(y, -Infinity, max_value);
    }),
  ];
};

export const leakyRelu: LayerBuilder = call => {
  // "alpha" in Keras 2 and TensorFlow.js.
  const { negative_slope, alpha } = settings(call, z.looseObject({ negative_slope: z.number().nullish(), alpha: real(0.3) }));
  return [pointwise(inputOf(call), x => leaky(call.build.numbers(x), negative_slope ?? alpha))];
};

export const eluLayer: LayerBuilder = call => {
  const { alpha } = settings(call, z.looseObject({ alpha: real(1) }));
  return [pointwise(inputOf(call), x => elu(call.build.numbers(x), alpha))];
};

export const thresholdedRelu: LayerBuilder = call => {
  const { theta } = settings(call, z.looseObject({ theta: real(1) }));
  return [
    pointwise(inputOf(call), input => {
      const x = call.build.numbers(input);
      return where(greater(x, theta), x, 0);
    }),
  ];
};

export const prelu: LayerBuilder = call => {
  const { value, mask } = inputOf(call);
  const x = call.build.numbers(value);
  const slope = weight(call, 'alpha', 0, new Array<number>(x.rank - 1).fill(-1));
  call.build.agree(call, x.shape, slope.shape);
  return [{ value: where(greater(x, 0), x, mul(x, call.build.constant(slope))), mask }];
};

export const rescaling: LayerBuilder = call => {
  const { scale, offset } = settings(call, z.looseObject({ scale: z.unknown().optional(), offset: z.unknown().optional() }));
  if (typeof scale !== 'number' || (offset !== undefined && offset !== null && typeof offset !== 'number')) {
    throw unsupported(call, 'a scale or an offset for each channel', 'numbers');
  }
  const shift = typeof offset === 'number' ? offset : 0;
  return [pointwise(inputOf(call), x => add(mul(call.build.numbers(x), scale), shift))];
};
