/** Layers by the names that their tensors have in checkpoints. */
import { add, div, mul, pow, sqrt } from '../graph/operators/elementwise.ts';
import { features, fusedMatmul, matmul } from '../graph/operators/linear.ts';
import { layerNormalization } from '../graph/operators/normalize.ts';
import { mean } from '../graph/operators/reduce.ts';
import { reshape } from '../graph/operators/shape.ts';
import type { Value } from '../graph/value.ts';
import type { GraphWeights } from './weights.ts';

/** `as-stored`: where the file has one. */
export type Bias = 'always' | 'never' | 'as-stored';

/** `x Wᵀ + b`: x `[…, in]`, `<name>.weight` `[out, in]`, `<name>.bias` `[out]`. */
export function linear(weights: GraphWeights, name: string, x: Value, out: number | 'any', bias: Bias = 'always'): Value {
  const product = project(x, weights.tensor(`${name}.weight`, [out, features(x)]));
  const hasBias = bias === 'always' || (bias === 'as-stored' && weights.has(`${name}.bias`));
  return hasBias ? add(product, weights.tensor(`${name}.bias`, [features(product)])) : product;
}

/** `x Wᵀ`: x `[…, in]`, the weight `[out, in]`. */
export function project(x: Value, weight: Value): Value {
  return fusedMatmul(x, weight, { transB: true });
}

/** `x W + b`: what GPT-2 calls a convolution, `<name>.weight` `[in, out]`. */
export function transposedLinear(weights: GraphWeights, name: string, x: Value, out: number): Value {
  return add(matmul(x, weights.tensor(`${name}.weight`, [features(x), out])), weights.tensor(`${name}.bias`, [out]));
}

export function layerNorm(weights: GraphWeights, name: string, x: Value, epsilon: number): Value {
  const width = features(x);
  return layerNormalization(x, weights.tensor(`${name}.weight`, [width]), weights.tensor(`${name}.bias`, [width]), epsilon);
}

/** `x ∕ √(mean x² + ε) · g` (Zhang & Sennrich 2019, equation 4), g `<name>.weight` `[features]`. */
export function rmsNorm(weights: GraphWeights, name: string, x: Value, epsilon: number): Value {
  const deviation = sqrt(add(mean(pow(x, 2), [-1]), epsilon));
  return mul(div(x, deviation), weights.tensor(`${name}.weight`, [features(x)]));
}

/** `[batch, time]` → `[batch, 1, 1, time]`: the same for every head and query. */
export const overKeys = (x: Value): Value => reshape(x, [0, 1, 1, -1]);
