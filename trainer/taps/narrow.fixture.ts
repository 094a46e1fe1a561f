/** Models for tests whose attention is computed in narrow numbers, as exporters write it; `x` is `[batch, length, width]`, and so is `y`. */
import type { NewModel } from '../onnx/model.fixture.ts';
import { apart, Draft, linear, together, width } from './draft.fixture.ts';

const shape = ['batch', 'length', width] as const;

export function inHalfPrecision(): NewModel {
  const draft = new Draft();
  const x = draft.input('x', shape);
  const half = (value: string): string => draft.node('Cast', [value], { to: 10 });
  const weights = draft.node('Softmax', [draft.node('MatMul', [half(apart(draft, linear(draft, x))), half(apart(draft, linear(draft, x), [0, 2, 3, 1]))])], { axis: -1 });
  draft.output(together(draft, draft.node('Cast', [draft.node('MatMul', [weights, half(apart(draft, linear(draft, x)))])], { to: 1 })), 'y');
  return draft.model();
}

/** Weights are whole multiples of 1 ∕ 255. */
export function inEightBits(): NewModel {
  const draft = new Draft();
  const x = draft.input('x', shape);
  const [scale, signedScale] = [draft.number(1 / 255), draft.number(0.02)];
  const zero = draft.store({ name: 'zero', dtype: 'uint8', shape: [], data: Uint8Array.of(0) });
  const middle = draft.store({ name: 'middle', dtype: 'uint8', shape: [], data: Uint8Array.of(128) });
  const through = (value: string, by: string, from: string): string => draft.node('DequantizeLinear', [draft.node('QuantizeLinear', [value, by, from]), by, from]);
  const [query, key, value] = [apart(draft, linear(draft, x)), apart(draft, linear(draft, x), [0, 2, 3, 1]), apart(draft, linear(draft, x))].map(each => through(each, signedScale, middle));
  const scores = through(draft.node('MatMul', [query ?? '', key ?? '']), signedScale, middle);
  const weights = through(draft.node('Softmax', [scores], { axis: -1 }), scale, zero);
  draft.output(together(draft, through(draft.node('MatMul', [weights, value ?? '']), signedScale, middle)), 'y');
  return draft.model();
}
