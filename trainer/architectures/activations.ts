/** What configs call `hidden_act`, `activation`, `activation_function`: transformers' names. */
import { add, erf, mul, pow, relu, sigmoid, tanh } from '../graph/operators/elementwise.ts';
import type { Value } from '../graph/value.ts';
import { unbuildable } from './weights.ts';

export type Activation = (x: Value) => Value;

/** `x Φ(x)` (Hendrycks & Gimpel 2016, section 2). */
const gelu: Activation = x => mul(mul(x, add(erf(mul(x, Math.SQRT1_2)), 1)), 0.5);
/** Its approximation by tanh (the same, section 2). */
const geluByTanh: Activation = x => {
  const bent = mul(add(x, mul(pow(x, 3), 0.044715)), Math.sqrt(2 / Math.PI));
  return mul(mul(x, add(tanh(bent), 1)), 0.5);
};
/** Its approximation by a sigmoid (the same, section 2). */
const quickGelu: Activation = x => mul(x, sigmoid(mul(x, 1.702)));
/** `x σ(x)` (Ramachandran, Zoph & Le 2017, section 4). */
const silu: Activation = x => mul(x, sigmoid(x));

const activations: ReadonlyMap<string, Activation> = new Map<string, Activation>([
  ['gelu', gelu],
  ['gelu_python', gelu],
  ['gelu_new', geluByTanh],
  ['gelu_fast', geluByTanh],
  ['gelu_pytorch_tanh', geluByTanh],
  ['quick_gelu', quickGelu],
  ['relu', relu],
  ['silu', silu],
  ['swish', silu],
  ['tanh', tanh],
  ['sigmoid', sigmoid],
]);

/**
 * @param file names the config in messages
 * @throws Failure `broken-model` where nothing is known by that name
 */
export function activationOf(name: string, file: string): Activation {
  const found = activations.get(name);
  if (found === undefined) throw unbuildable(file, `the activation is "${name}"`, `one of ${[...activations.keys()].join(', ')}`);
  return found;
}
