/** Fewer points that draw the same line. */
import type { RunSeries } from '../../protocol/runs.ts';
import type { Curve } from './series.ts';
import { lowerBound } from './table.ts';

export interface Range {
  /** Steps, both included. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/**
 * Cuts the steps into `points / 2` stretches of equal length and takes of each the smallest and the largest value, in the order in
 * which they came (M4 without its first and last: Jugel et al. 2014, "M4: A Visualization-Oriented Time Series Data Aggregation",
 * section 4). Where a stretch has a value that is no finite number, the first such is taken too, so that a line is seen to
 * break. The first and the last value of all are taken in any case.
 * @param points about how many to give; 0 is all
 */
export function downsample(metric: string, curve: Curve, { from, to }: Range, points: number): RunSeries {
  const begin = from === undefined ? 0 : lowerBound(curve.steps, from);
  const end = to === undefined ? curve.steps.length : endOf(curve.steps, to);
  const count = Math.max(0, end - begin);
  const taken = points === 0 || count <= points ? Array.from({ length: count }, (_, index) => begin + index) : extremes(curve, begin, end, points);
  return {
    metric,
    steps: taken.map(index => curve.steps[index] ?? 0),
    values: taken.map(index => finite(curve.values[index])),
    times: taken.map(index => finite(curve.times[index])),
    count,
  };
}

function extremes({ steps, values }: Curve, begin: number, end: number, points: number): number[] {
  const stretches = Math.max(1, Math.floor(points / 2));
  const [first, last] = [steps[begin] ?? 0, steps[end - 1] ?? 0];
  const length = (last - first) / stretches;
  const taken: number[] = [];
  const take = (index: number): void => {
    if (taken.at(-1) !== index) taken.push(index);
  };
  take(begin);
  let start = begin;
  for (let stretch = 1; stretch <= stretches && start < end; stretch++) {
    const border = first + length * stretch;
    let [low, high, broken] = [-1, -1, -1];
    let index = start;
    for (; index < end && (stretch === stretches || (steps[index] ?? 0) < border); index++) {
      const value = values[index] ?? Number.NaN;
      if (!Number.isFinite(value)) broken = broken < 0 ? index : broken;
      else {
        if (low < 0 || value < (values[low] ?? 0)) low = index;
        if (high < 0 || value > (values[high] ?? 0)) high = index;
      }
    }
    for (const one of [low, high, broken].filter(place => place >= 0).toSorted((a, b) => a - b)) take(one);
    start = index;
  }
  take(end - 1);
  return taken;
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}

/** The place after the last step up to `to`. */
function endOf(steps: Float64Array, to: number): number {
  const place = lowerBound(steps, to);
  return place + Number(steps[place] === to);
}
