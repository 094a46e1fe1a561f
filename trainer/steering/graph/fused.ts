/**
 * An operator that attends as a whole, steered: what its weights weigh is weighed once more beside it, by primitive operators, and
 * taken in place of what it gives wherever something is steered. Its weights stay its own: masks, caches, positions and soft caps
 * are not computed anew.
 */
import type { OnnxNode } from '../../onnx/model.ts';
import type { Appender } from '../../taps/appender.ts';
import { integerAttribute } from '../../taps/attributes.ts';
import { qualified } from '../../taps/flow.ts';
import { askedOf, askedWithValues } from '../../taps/from-operator.ts';
import { shadowOf, shadowValuesOf } from '../../taps/shadows.ts';
import type { Reading, TapPlace, ValueReading } from '../../taps/tap.ts';
import { putBack } from './put-back.ts';
import { plain, type Rudder, steeredWeights } from './rows.ts';

type FusedReading = Exclude<Reading, ValueReading>;

/** Adds it all. @returns how the weights are told */
export function steerFused(to: Appender, { node }: TapPlace, reading: FusedReading, rudder: Rudder): ValueReading {
  const { weights, values } = givenBy(to, node, reading);
  const { told, written } = steeredWeights(to, weights, plain, rudder);
  const heads = weighed(to, written, values);
  const isApart = operatorOf(node) === 'Attention' && !headsTogether(node);
  const output = isApart ? heads : to.reshape(to.transpose(heads, [0, 2, 1, 3]), [0, 0, -1]);
  const [name = '', ...others] = to.edits.changed.get(node)?.outputs ?? node.outputs;
  const own = to.name('own');
  to.edits.change(node, { outputs: [own, ...others] });
  const updates = to.node('Where', [isSteered(to, rudder), to.cast(output, reading.dtype), own]);
  const whole = putBack(to, own, { indices: to.countTo(to.lengths(own, [0])), axis: 0, rank: isApart ? 4 : 3, updates });
  to.add({ name: to.name('told'), operator: 'Identity', inputs: [whole], outputs: [name] });
  return { from: 'value', value: told, rank: 4, keysLast: true, heads: undefined, dtype: 'float32' };
}

/** One sentence on why an operator cannot be steered. */
export function whyNotFused({ operator, inputs, outputs }: OnnxNode, { from }: FusedReading): string | undefined {
  if (from === 'shadow') return undefined;
  if (operator === 'DecoderMaskedMultiHeadAttention' && inputs[9]) return 'It looks up keys and values by hypothesis (cache_indirection).';
  if (operator === 'MultiHeadAttention' && inputs[6] && !outputs[2]) return 'It has a past and hands on none, which ONNX Runtime computes in a way of its own.';
  return undefined;
}

const operatorOf = ({ domain, operator }: OnnxNode): string => qualified(domain, operator);

/** Of ONNX's own: whether heads lie side by side on the last axis. */
const headsTogether = (node: OnnxNode): boolean => (integerAttribute(node, 'q_num_heads') ?? 0) > 0;

/** Weights `[batch, head, query, key]`, and values `[batch, head or fewer, key or more, width]`. */
function givenBy(to: Appender, node: OnnxNode, reading: FusedReading): { readonly weights: string; readonly values: string } {
  if (reading.from === 'shadow') return { weights: shadowOf(to, node, reading), values: shadowValuesOf(to, node, reading) };
  const operator = operatorOf(node);
  const given = node.inputs[2] ?? '';
  // What is given whole is not handed on.
  if (operator === 'Attention' && node.inputs[6]) return { weights: askedOf(to, operator, node, reading), values: headsTogether(node) ? apart(to, given, node) : given };
  if (node.operator === 'DecoderMaskedMultiHeadAttention' && !node.inputs[5]) return { weights: askedOf(to, operator, node, reading), values: given };
  return askedWithValues(to, operator, node, reading);
}

const apart = (to: Appender, values: string, node: OnnxNode): string =>
  to.transpose(to.reshape(values, [0, 0, integerAttribute(node, 'kv_num_heads') ?? 1, -1]), [0, 2, 1, 3]);

/** Σ weight · value, `[batch, head, query, width]`. Where heads share values, those of each group stand together. */
function weighed(to: Appender, weights: string, values: string): string {
  const seen = to.node('Gather', [to.cast(values, 'float32'), to.countTo(to.lengths(weights, [3]))], { axis: 2 });
  const grouped = to.node('Reshape', [weights, to.node('Concat', [to.integers([0]), to.lengths(values, [1]), to.integers([-1]), to.lengths(weights, [3])], { axis: 0 })]);
  const products = to.node('MatMul', [grouped, seen]);
  return to.node('Reshape', [products, to.node('Concat', [to.integers([0]), to.lengths(weights, [1, 2]), to.integers([-1])], { axis: 0 })]);
}

/** Whether anything is told: bool, of one element. */
function isSteered(to: Appender, { keep, pinned, hidden }: Rudder): string {
  const [least, most] = [to.node('ReduceMin', [keep], { keepdims: 0 }), to.node('ReduceMax', [pinned], { keepdims: 0 })];
  const isTold = to.node('Or', [to.node('Less', [least, to.float(0.5)]), to.node('Not', [to.node('Less', [most, to.float(0)])])]);
  return to.node('Or', [isTold, to.node('Less', [to.float(0), to.node('ReduceMax', [hidden], { keepdims: 0 })])]);
}
