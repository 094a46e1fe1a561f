/** From weights that sum to one on to the product in which they weigh something. */
import type { FlowValue, Step } from './flow.ts';
import { leadsToProduct, sides, tensors } from './operators.ts';
import { behindLayout, outputsOf, search, wayOf } from './walk.ts';

export interface Weighing {
  readonly step: Step;
  /** What is weighed. */
  readonly values: FlowValue;
  /** From the weights to what goes into the product, both included. */
  readonly way: readonly FlowValue[];
}

const bounds = { depth: 14, values: 600 };

/** `undefined` where they weigh nothing that the model has made: they are its output, or are compared, chosen from, counted. */
export function weighingOf(weights: FlowValue, stored: ReadonlySet<FlowValue>): Weighing | undefined {
  return firstWeighing(weights, (step, value) => otherSide(step, value, stored)) ?? firstWeighing(weights, (step, value) => summedWith(step, value, stored));
}

function firstWeighing(weights: FlowValue, weighed: (step: Step, value: FlowValue) => FlowValue | undefined): Weighing | undefined {
  let found: Weighing | undefined;
  search([weights], bounds, visit => {
    if (found !== undefined) return [];
    for (const step of visit.value.uses) {
      const values = weighed(step, visit.value);
      if (values !== undefined) {
        found = { step, values, way: wayOf(visit) };
        return [];
      }
    }
    return visit.value.uses.filter(step => leadsToProduct(step) || mixesHeads(step)).flatMap(outputsOf);
  });
  return found;
}

function otherSide(step: Step, value: FlowValue, stored: ReadonlySet<FlowValue>): FlowValue | undefined {
  const operands = sides(step);
  if (operands === undefined) return undefined;
  const other = operands[0] === value ? operands[1] : operands[1] === value ? operands[0] : undefined;
  return other === undefined || other === value || stored.has(other) ? undefined : other;
}

/** Σ weight · value, written as a product element by element and a sum. */
function summedWith(step: Step, value: FlowValue, stored: ReadonlySet<FlowValue>): FlowValue | undefined {
  if (step.operator !== 'Mul') return undefined;
  const other = step.inputs.find(input => input !== undefined && input !== value);
  const isSummed = outputsOf(step).some(output => output.uses.some(use => use.operator === 'ReduceSum' && behindLayout(use.inputs[0]) === output));
  return other === undefined || stored.has(other) || !isSummed ? undefined : other;
}

/** Heads that talk, on the way to the values as well: between two transpositions. */
function mixesHeads(step: Step): boolean {
  return sides(step) !== undefined && tensors(step).some(input => input.producer?.operator === 'Transpose') &&
    outputsOf(step).some(output => output.uses.some(use => use.operator === 'Transpose' || use.operator === 'Add'));
}
