/** What happens to numbers on their way from one value to another. */
import { integersAttribute } from '../attributes.ts';
import { crossings, type FlowValue, type Step } from '../flow.ts';
import type { Shapes } from '../shapes.ts';
import type { PartStep, PartValue } from './parts.ts';
import { partValue } from './products.ts';

/** They stay what they are and in their order, if not their number of axes. */
const keeping: ReadonlySet<string> = new Set([
  'Identity', 'Cast', 'CastLike', 'Dropout', 'Reshape', 'Squeeze', 'Unsqueeze', 'Flatten', 'Expand', crossings.out, crossings.either,
]);
const hiding: ReadonlySet<string> = new Set(['Where', 'Max', 'Clip']);

/**
 * From products to the scores that a softmax is taken of.
 * @param way neighbours are made of each other
 * @returns one sentence on why it cannot be told
 */
export function stepsToScores(way: readonly FlowValue[], shapes: Shapes): readonly PartStep[] | string {
  return along(way, (step, before, after) => {
    const part = (value: FlowValue): PartValue => partValue(value, shapes.dtype(value));
    const isFirst = step.inputs[0] === before;
    const other = step.inputs.length === 2 ? step.inputs[isFirst ? 1 : 0] : undefined;
    if (other !== undefined && other !== before) {
      switch (step.operator) {
        case 'Mul':
          return { form: 'times', by: part(other), after: part(after) };
        case 'Div':
          return isFirst ? { form: 'over', by: part(other), after: part(after) } : undefined;
        case 'Add':
        case 'Sum':
          return { form: 'plus', by: part(other), after: part(after) };
        case 'Sub':
          return isFirst ? { form: 'minus', by: part(other), after: part(after) } : undefined;
      }
    }
    return hiding.has(step.operator) ? { form: 'hidden', before: part(before), after: part(after) } : undefined;
  });
}

/** Where numbers stand on the way from a softmax to the product in which they weigh; whether they are the same there, a run tells. */
export function stepsOfWeights(way: readonly FlowValue[]): readonly PartStep[] | string {
  return along(way, ({ operator }) => (['Where', 'Mul', 'Div', 'Add'].includes(operator) ? 'kept' : undefined));
}

type Told = PartStep | 'kept' | undefined;

function along(way: readonly FlowValue[], tell: (step: Step, before: FlowValue, after: FlowValue) => Told): readonly PartStep[] | string {
  const steps: PartStep[] = [];
  for (const [index, after] of way.entries()) {
    const before = way[index - 1];
    const step = after.producer;
    if (before === undefined || step === undefined || keeping.has(step.operator)) continue;
    const told: Told = step.operator === 'Transpose' ? { form: 'turned', perm: integersAttribute(step, 'perm'), after: partValue(after, undefined) } : tell(step, before, after);
    if (told === undefined) return whyNot(step);
    if (told !== 'kept') steps.push(told);
  }
  return steps;
}

function whyNot({ operator }: Step): string {
  if (operator === 'Tanh') return 'Its scores are capped by a tanh before the softmax, which is no product, scale and mask.';
  return `${operator} stands on the way of its scores or weights, which is no scale and no mask.`;
}
