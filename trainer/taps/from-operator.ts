/** Operators that give out their weights, or the scores before them, when they are asked to. */
import type { NewAttribute } from '../onnx/messages.ts';
import type { OnnxAttribute, OnnxNode } from '../onnx/model.ts';
import type { Appender } from './appender.ts';
import { integerAttribute } from './attributes.ts';
import type { Reading } from './tap.ts';

/** Index of the output that is asked for, and of the keys and values, a cache's among them; all of these operators have them there. */
const [place, keysPlace, valuesPlace] = [3, 1, 2];

interface Asking {
  /** What makes the operator give it out. */
  readonly attributes: Readonly<Record<string, number>>;
  /** Whether what comes out are scores, of which the softmax is still to be taken. */
  readonly scores: boolean;
  /** Index of the input that tells how many keys each text has, less one. */
  readonly lengths?: number;
  /** Whether the operator may be computed another way where nobody asks, so that its other outputs would change in the last digits. */
  readonly isOther: (node: OnnxNode) => boolean;
}

/** No float32 is less. */
const lowest = -3.4028234663852886e38;

const never = (): boolean => false;

/** Without masks, caches and scores to give out, ONNX Runtime's CPU attends block by block (flash attention). */
const isBlockwise = ({ inputs, outputs, attributes }: OnnxNode): boolean =>
  integerAttribute({ attributes }, 'unidirectional') !== 1 && [4, 5, 6, 7].every(index => !inputs[index]) && [1, 2, place].every(index => !outputs[index]);

const asked: ReadonlyMap<string, Asking> = new Map<string, Asking>([
  ['Attention', { attributes: { qk_matmul_output_mode: 3 }, scores: false, isOther: never }],
  // Whether that one attends block by block depends on more than its node tells.
  ['com.microsoft.GroupQueryAttention', { attributes: { qk_output: 2 }, scores: false, lengths: 5, isOther: () => true }],
  ['com.microsoft.MultiHeadAttention', { attributes: {}, scores: true, isOther: isBlockwise }],
  ['com.microsoft.DecoderMaskedMultiHeadAttention', { attributes: { output_qk: 1 }, scores: true, isOther: never }],
]);

/** Whether an operator gives out scores only; ONNX Runtime does not tell their type, so it has to be declared where they stand. */
export const givesScores = (operator: string): boolean => asked.get(operator)?.scores === true;

type OperatorReading = Reading & { readonly from: 'operator' };

/** Adds what reads the weights of such an operator. @returns their name: `[batch, head, query, key]`, float32 */
export function askedOf(to: Appender, operator: string, node: OnnxNode, { dtype }: OperatorReading): string {
  const asking = askingOf(operator);
  const [given = ''] = outputsOf(to, node, asking, [place]);
  return weightsIn(to, given, asking, node, dtype);
}

/** The same, and the values that they weigh, as the operator hands them on: `[batch, head or fewer, key or more, width]`. */
export function askedWithValues(to: Appender, operator: string, node: OnnxNode, { dtype }: OperatorReading): { readonly weights: string; readonly values: string } {
  const asking = askingOf(operator);
  const [given = '', values = ''] = outputsOf(to, node, asking, [place, valuesPlace]);
  return { weights: weightsIn(to, given, asking, node, dtype), values };
}

/** What makes each give out its scores, before the softmax; of ONNX's own those behind its soft cap, since ONNX Runtime's are masked only there. */
const askedForScores: ReadonlyMap<string, Readonly<Record<string, number>>> = new Map([
  ['Attention', { qk_matmul_output_mode: 2 }], ['com.microsoft.GroupQueryAttention', { qk_output: 1 }], ['com.microsoft.MultiHeadAttention', {}],
]);

export interface AskedScores {
  /** `[batch, head, query, key]`, float32. */
  readonly scores: string;
  /** As the operator hands them on: `[batch, head or fewer, key or more, width]`. */
  readonly keys: string;
  readonly values: string;
}

/** Has an operator computed once more beside itself for its scores. @returns `undefined` where it gives out none */
export function askedForNumbers(to: Appender, operator: string, node: OnnxNode, reading: OperatorReading): AskedScores | undefined {
  const [wanted, copied] = [askedForScores.get(operator), attributesOf(node)];
  if (wanted === undefined || copied === undefined) return undefined;
  const outputs = Array.from({ length: place + 1 }, () => to.name('numbers'));
  const [keys = '', values = '', scores = ''] = [outputs[keysPlace], outputs[valuesPlace], outputs[place]];
  to.add({ operator: node.operator, domain: node.domain, inputs: node.inputs, outputs, attributes: { ...copied, ...wanted } });
  if (givesScores(operator)) to.edits.values.push({ name: scores, dtype: reading.dtype });
  const told = to.cast(scores, 'float32');
  // Those of grouped queries are told before what comes later is hidden from them.
  const isSeen = operator === 'com.microsoft.GroupQueryAttention' ? to.node('Less', [to.float(0), askedOf(to, operator, node, reading)]) : undefined;
  return { scores: isSeen === undefined ? told : to.node('Where', [isSeen, told, to.float(lowest)]), keys: to.cast(keys, 'float32'), values: to.cast(values, 'float32') };
}

function askingOf(operator: string): Asking {
  const asking = asked.get(operator);
  if (asking === undefined) throw new RangeError(`${operator} gives out no weights`);
  return asking;
}

function weightsIn(to: Appender, given: string, asking: Asking, node: OnnxNode, dtype: OperatorReading['dtype']): string {
  if (asking.scores && !to.edits.values.some(({ name }) => name === given)) to.edits.values.push({ name: given, dtype });
  const values = to.cast(given, 'float32');
  if (asking.scores) return to.node('Softmax', [values], { axis: 3 });
  return asking.lengths === undefined ? values : upTo(to, values, node.inputs[asking.lengths] ?? '');
}

/** Behind the last key of a text that is shorter than others stands what was in memory before. @param last index of each text's last key */
function upTo(to: Appender, weights: string, last: string): string {
  const ends = to.node('Reshape', [to.cast(last, 'int64'), to.integers([-1, 1, 1, 1])]);
  return to.node('Where', [to.node('Less', [ends, to.positions(weights, 3)]), to.float(0), weights]);
}

/** @param wanted indices of outputs @returns their names */
function outputsOf(to: Appender, node: OnnxNode, asking: Asking, wanted: readonly number[]): readonly string[] {
  const { edits } = to;
  const outputs = [...(edits.changed.get(node)?.outputs ?? node.outputs)];
  while (outputs.length <= place) outputs.push('');
  const isThere = (index: number): boolean => outputs[index] !== '' && (index !== place || isAsked(node, asking));
  if (wanted.every(isThere)) return wanted.map(index => outputs[index] ?? '');
  const copied = outputs[place] !== '' || asking.isOther(node) ? attributesOf(node) : undefined;
  const names = new Map(wanted.map(index => [index, copied === undefined && isThere(index) ? (outputs[index] ?? '') : to.name('asked')]));
  if (copied === undefined) {
    edits.change(node, { outputs: outputs.map((name, index) => names.get(index) ?? name), attributes: asking.attributes });
  } else {
    // Once more beside it: the operator itself stays as it is.
    const all = outputs.map((name, index) => names.get(index) ?? (index === 0 || name !== '' ? to.name('other') : ''));
    to.add({ operator: node.operator, domain: node.domain, inputs: node.inputs, outputs: all, attributes: { ...copied, ...asking.attributes } });
  }
  return wanted.map(index => names.get(index) ?? '');
}

const isAsked = ({ attributes }: OnnxNode, asking: Asking): boolean =>
  Object.entries(asking.attributes).every(([name, wanted]) => {
    const attribute = attributes.get(name);
    return attribute?.kind === 'integer' && attribute.value === wanted;
  });

/** A node's attributes, to be written again; `undefined` where one cannot be. */
function attributesOf(node: OnnxNode): Readonly<Record<string, NewAttribute>> | undefined {
  const copied: Record<string, NewAttribute> = {};
  for (const [name, attribute] of node.attributes) {
    const value = newAttribute(attribute);
    if (value === undefined) return undefined;
    copied[name] = value;
  }
  return copied;
}

function newAttribute(attribute: OnnxAttribute): NewAttribute | undefined {
  switch (attribute.kind) {
    case 'float':
      return { float: attribute.value };
    case 'floats':
      return { floats: attribute.value };
    case 'texts':
      return { texts: attribute.value };
    case 'integer':
    case 'text':
    case 'integers':
      return attribute.value;
    default:
      return undefined;
  }
}
