/** The numbers behind the weights of an operator that attends as a whole: what it is given, cut into heads, and its own scores. */
import type { OnnxNode } from '../../onnx/model.ts';
import type { Appender } from '../appender.ts';
import { floatAttribute, integerAttribute } from '../attributes.ts';
import { qualified } from '../flow.ts';
import { askedForNumbers } from '../from-operator.ts';
import { shadowScoresOf, shadowValuesOf } from '../shadows.ts';
import type { Path, Reading, TapPlace, ValueReading } from '../tap.ts';
import type { Parts, PartValue } from './parts.ts';

type FusedReading = Exclude<Reading, ValueReading>;

const known: ReadonlySet<string> = new Set(['Attention', 'com.microsoft.GroupQueryAttention', 'com.microsoft.MultiHeadAttention']);

/** One sentence on why they cannot be told; `undefined` where they can. */
export function whyNotFused(node: OnnxNode, { from }: Reading, path: Path): string | undefined {
  const operator = qualified(node.domain, node.operator);
  if (path.length > 0) return 'One operator computes them, inside of another one.';
  if (from === 'shadow') return undefined;
  if (!known.has(operator) || node.inputs.length > 11) return 'One operator computes them, and keeps its scores to itself.';
  if (!node.inputs[1]) return 'One operator computes them, from queries, keys and values that are packed in one tensor.';
  if (integerAttribute(node, 'do_rotary') === 1) return 'One operator computes them, and turns positions into its queries inside (do_rotary).';
  if ((floatAttribute(node, 'softcap') ?? 0) !== 0) return 'Its scores are capped before the softmax, which is no product, scale and mask.';
  if (integerAttribute(node, 'smooth_softmax') === 1) return 'Its softmax has a place for looking nowhere, which is no key.';
  if (operator === 'Attention' && node.inputs[6]) return 'One operator computes them, of texts of different lengths.';
  if (operator === 'com.microsoft.MultiHeadAttention' && node.inputs[6] && !node.outputs[2]) return 'One operator computes them, over a past that it hands on to nobody.';
  return undefined;
}

/** Adds them. @param place of which `whyNotFused` says nothing */
export function fusedParts(to: Appender, { node, path }: TapPlace, reading: FusedReading): Parts | undefined {
  const given = givenBy(to, node, reading);
  if (given === undefined) return undefined;
  const { queries, scores } = given;
  const keysSeen = to.lengths(scores, [3]);
  const seen = (value: string): string => to.node('Slice', [value, to.integers([0]), keysSeen, to.integers([2])]);
  const [keys, values] = [seen(given.keys), seen(given.values)];
  // Where heads share keys, those of each group stand together.
  const grouped = (value: string): string => {
    const shape = to.node('Concat', [to.integers([0]), to.lengths(keys, [1]), to.integers([-1]), to.lengths(value, [3])], { axis: 0 });
    return to.node('Reshape', [value, shape]);
  };
  const query = grouped(queries);
  const products = to.node('MatMul', [query, to.transpose(keys, [0, 1, 3, 2])]);
  const scale = scaleOf(to, node, queries);
  const scaled = to.node('Mul', [products, scale]);
  const scored = grouped(scores);
  const mask = addedBetween(to, scaled, scored);
  const weights = to.node('Softmax', [scored], { axis: 3 });
  const output = grouped(headsOf(to, to.cast(node.outputs[0] ?? '', 'float32'), node, queries));
  const part = (name: string): PartValue => ({ name, path, dtype: 'float32' });
  const plain = { isTransposed: false, isBatchInside: false };
  return {
    compared: { left: part(query), right: part(keys), out: part(products), factor: 1, axes: { form: 'matrices', left: plain, right: { ...plain, isTransposed: true } } },
    added: undefined,
    toScores: [{ form: 'times', by: part(scale), after: part(scaled) }, { form: 'plus', by: part(mask), after: part(scored) }],
    scores: part(scored),
    toRead: [],
    read: { ...part(to.node('Reshape', [weights, to.node('Shape', [scores])])), keysLast: true, oneQuery: false },
    toWeighing: [],
    weighing: { left: part(weights), right: part(values), out: part(output), factor: 1, axes: { form: 'matrices', left: plain, right: plain } },
    weights: 'left',
  };
}

interface Given {
  /** `[batch, head, query, width]` */
  readonly queries: string;
  readonly keys: string;
  readonly values: string;
  readonly scores: string;
}

function givenBy(to: Appender, node: OnnxNode, reading: FusedReading): Given | undefined {
  if (reading.from === 'shadow') return { ...shadowScoresOf(to, node, reading), values: shadowValuesOf(to, node, reading) };
  const asked = askedForNumbers(to, qualified(node.domain, node.operator), node, reading);
  if (asked === undefined) return undefined;
  const [query = ''] = node.inputs;
  const bias = node.operator === 'MultiHeadAttention' ? node.inputs[3] : undefined;
  const whole = to.cast(query, 'float32');
  const biased = bias ? to.node('Add', [whole, to.node('Slice', [to.cast(bias, 'float32'), to.integers([0]), to.lengths(whole, [2]), to.integers([0])])]) : whole;
  return { ...asked, queries: apart(to, biased, node) };
}

/** Heads on an axis of their own, where the operator has them side by side. */
function apart(to: Appender, value: string, node: OnnxNode): string {
  const heads = integerAttribute(node, 'num_heads') ?? integerAttribute(node, 'q_num_heads') ?? 0;
  return heads === 0 ? value : to.transpose(to.reshape(value, [0, 0, heads, -1]), [0, 2, 1, 3]);
}

function headsOf(to: Appender, output: string, node: OnnxNode, queries: string): string {
  const isApart = node.domain === '' && (integerAttribute(node, 'q_num_heads') ?? 0) === 0;
  if (isApart) return output;
  const shape = to.node('Concat', [to.integers([0, 0]), to.lengths(queries, [1]), to.integers([-1])], { axis: 0 });
  return to.transpose(to.node('Reshape', [output, shape]), [0, 2, 1, 3]);
}

/** One over the square root of a query's width, where nothing else is said. */
function scaleOf(to: Appender, node: OnnxNode, queries: string): string {
  const told = floatAttribute(node, 'scale') ?? 0;
  return told === 0 ? to.node('Reciprocal', [to.node('Sqrt', [to.cast(to.lengths(queries, [3]), 'float32')])]) : to.float(told);
}

/** What makes scores of scaled products: 0 where they differ by no more than rounding does. */
function addedBetween(to: Appender, scaled: string, scores: string): string {
  const added = to.node('Sub', [scores, scaled]);
  const rounding = to.node('Mul', [to.float(1e-5), to.node('Add', [to.float(1), to.node('Abs', [scaled])])]);
  return to.node('Where', [to.node('Less', [to.node('Abs', [added]), rounding]), to.float(0), added]);
}
