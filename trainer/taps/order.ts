/** The order in which a model's steps can be run. */
import { crossings, type FlowValue, type Step } from './flow.ts';

/** What a step takes stands before it. What goes round in a circle, as no graph may, comes last. */
export function inOrder(steps: readonly Step[]): readonly Step[] {
  const missing = new Map<Step, number>();
  const ready: Step[] = [];
  for (const step of steps) {
    const producers = new Set(needs(step).map(value => value?.producer));
    producers.delete(undefined);
    producers.delete(step);
    missing.set(step, producers.size);
    if (producers.size === 0) ready.push(step);
  }
  // `ready` grows while it is walked.
  for (const step of ready) {
    for (const user of new Set(step.outputs.flatMap(output => (output?.producer === step ? output.uses : [])))) {
      if (user === step || !needs(user).some(value => value?.producer === step)) continue;
      const left = (missing.get(user) ?? 0) - 1;
      missing.set(user, left);
      if (left === 0) ready.push(user);
    }
  }
  return [...ready, ...steps.filter(step => (missing.get(step) ?? 0) > 0)];
}

/** What a turn of a loop leaves for the next one is not needed for the first. */
function needs({ operator, inputs }: Step): readonly (FlowValue | undefined)[] {
  return operator === crossings.carried ? inputs.slice(0, 1) : inputs;
}
