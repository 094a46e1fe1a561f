/** Programs that take turns: whatever else the machine does slows all of them alike. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Contestant } from './contestant.ts';
import type { Measurement } from './part.ts';

const perTurn = 10;
/** Threads that wait for work turn idly for a while before they sleep; nobody is measured beside them. */
const breath = 100;

/** Milliseconds of `runs` runs of each contestant, in turns of ten. */
export async function inTurns(
  contestants: readonly Contestant[],
  runs: number,
  request: (from: number, count: number, contestant: Contestant) => Readonly<Record<string, unknown>>,
): Promise<ReadonlyMap<Contestant, readonly number[]>> {
  const times = new Map(contestants.map(contestant => [contestant, [] as number[]]));
  for (let from = 0; from < runs; from += perTurn) {
    for (const contestant of contestants) {
      await sleep(breath);
      const turn = await contestant.measure(request(from, Math.min(perTurn, runs - from), contestant));
      times.get(contestant)?.push(...turn.times);
    }
  }
  return times;
}

/** For a race that breaks off: what is still running would be measured with what comes next. */
export function stopping(contestants: readonly Contestant[]): (thrown: unknown) => Promise<never> {
  return async thrown => {
    await Promise.allSettled(contestants.map(contestant => contestant.stop()));
    throw thrown;
  };
}

/** The first contestant is ours; one measurement a rival, or a bare one where there is none. */
export function raceMeasurements(
  name: string,
  times: ReadonlyMap<Contestant, readonly number[]>,
  { most, by }: { readonly most: number; readonly by: 'median' | 'total' },
): Measurement[] {
  const [ours, ...rivals] = times;
  if (ours === undefined) throw new RangeError('a race needs a contestant');
  const [, values] = ours;
  if (rivals.length === 0) return [{ name, unit: 'ms', values, limit: { kind: 'none' } }];
  return rivals.map(([{ name: to }, theirs]) => ({ name, unit: 'ms', values, limit: { kind: 'ratio', most, to, theirs, by } }));
}
