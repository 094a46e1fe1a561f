import type { RunSummary } from '../../protocol/runs.ts';
import { matches, type RunQuery } from './query.ts';

export const runOrders = ['started', 'name', 'metric', 'loss'] as const;
export type RunOrder = (typeof runOrders)[number];

/** Runs of one experiment, in their order. */
export interface Experiment {
  readonly name: string;
  readonly runs: readonly RunSummary[];
}

/** The runs that a query lets through, grouped by experiment. The experiments stand in the order of their first runs. */
export function arrange(runs: readonly RunSummary[], query: RunQuery, order: RunOrder): readonly Experiment[] {
  const comparison = comparisons[order];
  const sorted = runs
    .filter(run => matches(run, query))
    // Reading a date costs more than all else: once a run, not once a comparison.
    .map((run): Timed => ({ run, time: order === 'started' ? whenStarted(run) : 0 }))
    .sort((one, other) => compare(other.time, one.time) || comparison(one.run, other.run))
    .map(({ run }) => run);
  const groups = new Map<string, RunSummary[]>();
  for (const run of sorted) {
    const group = groups.get(run.experiment);
    if (group === undefined) groups.set(run.experiment, [run]);
    else group.push(run);
  }
  return [...groups].map(([name, members]) => ({ name, runs: members }));
}

/** Whether smaller values of a measure are better ones. */
export function lowerIsBetter(metric: string): boolean {
  return /^(likelihood|bitsPerCharacter)$|loss|error|perplexity/i.test(metric);
}

/** A run with when it was started, where they are sorted by that. */
interface Timed {
  readonly run: RunSummary;
  /** In milliseconds since 1970. */
  readonly time: number;
}

type Comparison = (one: RunSummary, other: RunSummary) => number;

const collator = new Intl.Collator('en', { numeric: true });
const byName: Comparison = (one, other) => collator.compare(one.name, other.name) || collator.compare(one.folder, other.folder);

const comparisons: Readonly<Record<RunOrder, Comparison>> = {
  name: byName,
  started: byName,
  loss: (one, other) => compareKnown(one.loss, other.loss, false) || byName(one, other),
  metric: (one, other) => {
    if (one.metric === null || other.metric === null) return Number(one.metric === null) - Number(other.metric === null) || byName(one, other);
    // Values of different measures do not compare.
    return collator.compare(one.metric.name, other.metric.name)
      || compareKnown(one.metric.best, other.metric.best, !lowerIsBetter(one.metric.name))
      || byName(one, other);
  },
};

/** Infinite of what waits, so that it stands before what has started last; the smallest where nothing tells. */
function whenStarted({ state, started, updated }: RunSummary): number {
  if (state === 'queued') return Infinity;
  const time = Date.parse(started ?? updated ?? '');
  return Number.isNaN(time) ? -Infinity : time;
}

/** Unknown values, and those that are no number, come last. */
function compareKnown(one: number | null, other: number | null, descending: boolean): number {
  const [first, second] = [one, other].map(value => (value === null || Number.isNaN(value) ? undefined : value));
  if (first === undefined || second === undefined) return Number(first === undefined) - Number(second === undefined);
  return descending ? compare(second, first) : compare(first, second);
}

/** Unlike a difference, it knows infinities. */
function compare(one: number, other: number): number {
  return one < other ? -1 : Number(one > other);
}
