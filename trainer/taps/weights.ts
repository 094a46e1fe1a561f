/** What of a model is stored in it, rather than made of what it is fed. */
import type { FlowValue, Step } from './flow.ts';
import { isConvolution, sides } from './operators.ts';

/**
 * Stored tensors, and what is made of them alone by dequantising, cutting, transposing, scaling: the same in every run, and
 * still what was trained. The product of two of them is no weight: queries that were learned as such are projected like others.
 * @param steps in the order in which they can be run
 */
export function weightsOf(values: readonly FlowValue[], steps: readonly Step[]): ReadonlySet<FlowValue> {
  const weights = new Set(values.filter(({ tensor }) => tensor !== undefined));
  for (const step of steps) {
    if (!isStored(step, weights)) continue;
    for (const output of step.outputs) if (output !== undefined) weights.add(output);
  }
  return weights;
}

function isStored(step: Step, weights: ReadonlySet<FlowValue>): boolean {
  if (step.operator === 'Constant') return true;
  const inputs = step.inputs.filter(input => input !== undefined);
  return inputs.length > 0 && inputs.every(input => weights.has(input)) && sides(step) === undefined && !isConvolution(step);
}
