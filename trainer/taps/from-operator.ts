/** Operators that give out their weights, or the scores before them, when they are asked to. */
import type { NewAttribute } from '../onnx/messages.ts';
import type { OnnxAttribute, OnnxNode } from '../onnx/model.ts';
import type { Appender } from './appender.ts';
import { integerAttribute } from './attributes.ts';
import type { Reading } from './tap.ts';

/** Index of the output that is asked for; all of these operators have it there. */
const place = 3;

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

/** Adds what reads the weights of such an operator. @returns their name: `[batch, head, query, key]`, float32 */
export function askedOf(to: Appender, operator: string, node: OnnxNode, { dtype }: Reading & { readonly from: 'operator' }): string {
  const asking = asked.get(operator);
  if (asking === undefined) throw new RangeError(`${operator} gives out no weights`);
  const given = output(to, node, asking);
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

function output(to: Appender, node: OnnxNode, asking: Asking): string {
  const { edits } = to;
  const outputs = [...(edits.changed.get(node)?.outputs ?? node.outputs)];
  const taken = outputs[place] ?? '';
  const name = to.name('asked');
  if (taken !== '' && isAsked(node, asking)) return taken;
  const copied = taken !== '' || asking.isOther(node) ? attributesOf(node) : undefined;
  if (copied !== undefined) {
    // Once more beside it: the operator itself stays as it is.
    const names = Array.from({ length: place + 1 }, (_, index) => (index === place ? name : index === 0 || outputs[index] ? to.name('other') : ''));
    to.add({ operator: node.operator, domain: node.domain, inputs: node.inputs, outputs: names, attributes: { ...copied, ...asking.attributes } });
    return name;
  }
  while (outputs.length <= place) outputs.push('');
  outputs[place] = name;
  edits.change(node, { outputs, attributes: asking.attributes });
  return name;
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
