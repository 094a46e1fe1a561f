import { float } from '../attributes.ts';
import type { Value } from '../value.ts';
import { only } from './elementwise.ts';

/** `exp(x) / Σ exp(x)` over the last axis. */
export function softmax(x: Value, name?: string): Value {
  return only(x.graph.node('Softmax', [x], { axis: -1 }, name === undefined ? [] : [name]));
}

/** `x − log Σ exp(x)` over the last axis. */
export function logSoftmax(x: Value): Value {
  return only(x.graph.node('LogSoftmax', [x], { axis: -1 }));
}

/** 1 at the first of the largest over the last axis, 0 elsewhere. */
export function hardmax(x: Value): Value {
  return only(x.graph.node('Hardmax', [x], { axis: -1 }));
}

/** Layer normalization over the last axis (Ba, Kiros, Hinton 2016, equation 4); gain and bias are `[features]`. */
export function layerNormalization(x: Value, gain: Value, bias: Value, epsilon = 1e-5): Value {
  return only(x.graph.node('LayerNormalization', [x, gain, bias], { axis: -1, epsilon: float(epsilon) }));
}
