/** An epoch's batches as the loop takes them: so many at a time, from where it was left. */
import type { PlannedBatch } from './task.ts';

export type PlannedEpoch = readonly PlannedBatch[] | AsyncIterable<PlannedBatch>;

/** Throws `Error` for batches that are not planned all at once: their task says how many there are. */
export function lengthOf(planned: PlannedEpoch): number {
  if ('length' in planned) return planned.length;
  throw new Error('a task that does not plan its batches all at once says how many there are');
}

/** Batches from the `first` on, so many at a time; the last group may have fewer. @throws AbortError before the first */
export async function* groupsOf(
  planned: PlannedEpoch,
  first: number,
  size: number,
  signal: AbortSignal,
): AsyncGenerator<PlannedBatch[], void, undefined> {
  let group: PlannedBatch[] = [];
  let index = 0;
  for await (const batch of planned) {
    if (index++ < first) {
      signal.throwIfAborted();
      continue;
    }
    group.push(batch);
    if (group.length === size) {
      yield group;
      group = [];
    }
  }
  if (group.length > 0) yield group;
}
