/** Walking a flow of values, no further than attention reaches. */
import { type FlowValue, type Step, crossings } from './flow.ts';
import { isLayout, tensors } from './operators.ts';

/** Follows what a value is made of as long as only its name, type, shape or precision changes, or a part of it is taken. */
export function stripped(value: FlowValue, weights: ReadonlySet<FlowValue>): FlowValue {
  let at = value;
  for (let steps = 0; steps < 64; steps++) {
    const { producer } = at;
    if (producer === undefined || producer.operator === crossings.either || producer.operator === crossings.carried) return at;
    const isPart = ['Slice', 'Split', 'Gather'].includes(producer.operator);
    const [from] = tensors(producer);
    if (from === undefined || (isPart ? weights.has(from) : !isLayout(producer))) return at;
    at = from;
  }
  return at;
}

/** The same through layout alone, and only in few steps: to see what a value is for. */
export function behindLayout(value: FlowValue | undefined, most = 6): FlowValue | undefined {
  let at = value;
  for (let steps = 0; steps < most && at?.producer !== undefined && isLayout(at.producer); steps++) [at] = tensors(at.producer);
  return at;
}

export interface Visit {
  readonly value: FlowValue;
  readonly depth: number;
  /** The visit that led here. */
  readonly from: Visit | undefined;
}

/** Bounds of a search: how many steps from where it begins, and how many values in all. */
export interface Bounds {
  readonly depth: number;
  readonly values: number;
}

/**
 * Visits what `start` is made of, or is used for, nearest first.
 * @param next the values to go on to; nothing where the search ends on this way
 */
export function search(start: readonly FlowValue[], { depth, values }: Bounds, next: (visit: Visit) => readonly FlowValue[]): void {
  const seen = new Set(start);
  const queue: Visit[] = start.map(value => ({ value, depth: 0, from: undefined }));
  // `queue` grows while it is walked.
  for (const visit of queue) {
    const onward = next(visit);
    if (visit.depth >= depth) continue;
    for (const value of onward) {
      if (seen.has(value) || seen.size >= values) continue;
      seen.add(value);
      queue.push({ value, depth: visit.depth + 1, from: visit });
    }
  }
}

/** From where the search began to this visit. */
export function wayOf(visit: Visit): readonly FlowValue[] {
  const way: FlowValue[] = [];
  for (let at: Visit | undefined = visit; at !== undefined; at = at.from) way.push(at.value);
  return way.reverse();
}

export const outputsOf = (step: Step): readonly FlowValue[] => step.outputs.filter(output => output !== undefined);
