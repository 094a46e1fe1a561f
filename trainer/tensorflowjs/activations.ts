/** Keras' activations by name, and TensorFlow.js' (keras.io, "Layer activation functions"). */
import { add, clip, div, erf, exp, greater, log, mul, neg, pow, relu, sigmoid, tanh, where } from '../graph/operators/elementwise.ts';
import { softmax, logSoftmax } from '../graph/operators/normalize.ts';
import type { Value } from '../graph/value.ts';
import { type LayerCall, unsupported } from './call.ts';
import { isKeras, type Library } from './library.ts';
import { transposed } from './transposed.ts';

/** Of the scaled exponential linear unit (Klambauer et al. 2017, equation 2). */
const selu = { alpha: 1.6732632423543772, scale: 1.0507009873554805 } as const;

const magnitude = (x: Value): Value => where(greater(x, 0), x, neg(x));
export const elu = (x: Value, alpha = 1): Value => where(greater(x, 0), x, mul(add(exp(clip(x, -Infinity, 0)), -1), alpha));
/** log (1 + eˣ), in the form that no x overflows. */
const softplus = (x: Value): Value => add(relu(x), log(add(exp(neg(magnitude(x))), 1)));
export const leaky = (x: Value, slope: number): Value => where(greater(x, 0), x, mul(x, slope));

/** A fifth of x in Keras 2 and TensorFlow.js, a sixth in Keras 3. */
export const hardSigmoidSlope = (library: Library): number => (isKeras(library, 3) ? 1 / 6 : 0.2);
const hardSigmoid = (x: Value, library: Library): Value => clip(add(mul(x, hardSigmoidSlope(library)), 0.5), 0, 1);

const functions: ReadonlyMap<string, (x: Value, library: Library) => Value> = new Map<string, (x: Value, library: Library) => Value>([
  ['linear', x => x],
  ['relu', relu],
  ['relu6', x => clip(x, 0, 6)],
  ['leaky_relu', x => leaky(x, 0.2)],
  ['sigmoid', sigmoid],
  ['hard_sigmoid', hardSigmoid],
  ['tanh', tanh],
  ['exponential', exp],
  ['softplus', softplus],
  ['softsign', x => div(x, add(magnitude(x), 1))],
  ['elu', x => elu(x)],
  ['selu', x => mul(elu(x, selu.alpha), selu.scale)],
  ['gelu', x => mul(mul(x, 0.5), add(erf(mul(x, Math.SQRT1_2)), 1))],
  ['gelu_new', x => mul(mul(x, 0.5), add(tanh(mul(add(x, mul(pow(x, 3), 0.044715)), Math.sqrt(2 / Math.PI))), 1))],
  ['swish', x => mul(x, sigmoid(x))],
  ['silu', x => mul(x, sigmoid(x))],
  ['hard_swish', (x, library) => mul(x, hardSigmoid(x, library))],
  ['hard_silu', (x, library) => mul(x, hardSigmoid(x, library))],
  ['mish', x => mul(x, tanh(softplus(x)))],
]);

const known = [...functions.keys(), 'softmax', 'log_softmax'];

/** @param name as `schema.ts` reads it; `undefined` is the identity. @throws Failure `broken-model` */
export function activate(call: LayerCall, name: string | undefined, x: Value): Value {
  if (name === undefined) return x;
  if (name === 'softmax') return softmaxOver(x, -1, `${call.path}/softmax`);
  if (name === 'log_softmax') return logSoftmax(x);
  const activation = functions.get(name);
  if (activation === undefined) throw unsupported(call, `the activation "${name}"`, `one of ${known.join(', ')}`);
  return activation(x, call.build.library);
}

/**
 * A softmax over any axis. It is computed over the last one, which the axis is moved to and back from: attention is looked for
 * where keys come last.
 */
export function softmaxOver(x: Value, axis: number, name: string): Value {
  const last = x.rank - 1;
  const place = axis < 0 ? axis + x.rank : axis;
  if (place === last) return softmax(x, name);
  const swap = Array.from({ length: x.rank }, (_, index) => (index === place ? last : index === last ? place : index));
  return transposed(softmax(transposed(x, swap), name), swap);
}
