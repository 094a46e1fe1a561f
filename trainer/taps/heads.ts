/** How many heads an attention has, as far as the graph tells. */
import type { FlowValue } from './flow.ts';
import type { Scores } from './scores.ts';
import type { Shapes } from './shapes.ts';
import { isLayout, tensors } from './operators.ts';

/** @param way from the softmax's weights to the product they go into */
export function headsOfScores(way: readonly FlowValue[], { products, between }: Scores, shapes: Shapes): number | undefined {
  const [product] = products;
  // An additive score is one number for a pair: it has no heads unless a shape says so.
  const alone = product?.form === 'additive' ? 1 : undefined;
  const ranks = [...way, ...between].map(value => shapes.shape(value));
  const split = ranks.find(shape => shape?.length === 4);
  if (split !== undefined) return split[1] ?? knownHeads(ranks) ?? operandHeads(product, shapes, 4);
  const grouped = ranks.find(shape => (shape?.length ?? 0) > 4);
  if (grouped !== undefined) return grouped.slice(1, -2).reduce((all, length) => (all === undefined || length === undefined ? undefined : all * length), 1);
  const rank = ranks.find(shape => shape !== undefined)?.length;
  if (rank === 3) return operandHeads(product, shapes, 3) ?? alone ?? (areSplit(product) ? undefined : 1);
  return rank === 2 ? 1 : alone;
}

const knownHeads = (shapes: readonly (readonly (number | undefined)[] | undefined)[]): number | undefined =>
  shapes.find(shape => shape?.length === 4 && shape[1] !== undefined)?.[1];

/** From queries or keys before heads and batch became one axis, or before a row was cut into heads. */
function operandHeads(product: Scores['products'][number] | undefined, shapes: Shapes, rank: number): number | undefined {
  if (product?.form !== 'product') return undefined;
  for (const operand of [product.left, product.right]) {
    for (const value of layoutBehind(operand)) {
      const shape = shapes.shape(value);
      const before = shapes.shape(value.producer?.operator === 'Reshape' ? value.producer.inputs[0] : undefined);
      if (shape?.length === 4 && before?.length !== 4 && rank === 3) return fourAxes(shape, value);
      if (shape?.length === 4 && rank === 4 && value === operand && shape[1] !== undefined) return shape[1];
      const [whole, part] = [before?.at(-1), shape?.at(-1)];
      const isCut = before !== undefined && shape !== undefined && before.length === 3 && shape.length === 3;
      if (isCut && whole !== undefined && part !== undefined && part < whole && whole % part === 0) return whole / part;
    }
  }
  return undefined;
}

/** `[batch, query, head, width]` as it comes out of a reshape; heads may have been put first already. */
function fourAxes(shape: readonly (number | undefined)[], value: FlowValue): number | undefined {
  return value.producer?.operator === 'Transpose' ? shape[1] : shape[2];
}

function areSplit(product: Scores['products'][number] | undefined): boolean {
  return product?.form === 'product' && [product.left, product.right].some(operand => layoutBehind(operand).some(value => value.producer?.operator === 'Reshape'));
}

function layoutBehind(value: FlowValue): readonly FlowValue[] {
  const way = [value];
  for (let at = value; way.length < 16; ) {
    const { producer } = at;
    if (producer === undefined || !(isLayout(producer) || ['Mul', 'Div', 'Add'].includes(producer.operator))) break;
    const from = tensors(producer).find(input => input.tensor === undefined && input.producer?.operator !== 'Constant');
    if (from === undefined) break;
    way.push(from);
    at = from;
  }
  return way;
}
