/** From what was told of a curve to what is drawn. Pure: nothing here touches the page. */
import type { RunSeries } from '../../../protocol/runs.ts';

export const axes = ['step', 'relative', 'wall'] as const;
/** What runs from left to right: steps, seconds since the run began, or the time of day in seconds since 1970. */
export type Axis = (typeof axes)[number];

/** `x` rises strictly. */
export interface Points {
  readonly x: readonly number[];
  readonly y: readonly (number | null)[];
}

/** So many seconds apart are two points that a clock gives the same time, or that it was set back between. */
const apart = 1e-3;

/** @param began when the run began, in milliseconds since 1970 */
export function pointsOf({ steps, values, times }: RunSeries, axis: Axis, began: number | null): Points {
  if (axis === 'step') return { x: steps, y: values };
  const origin = axis === 'wall' ? 0 : (began ?? times.find(time => time !== null) ?? 0);
  const x: number[] = [];
  const y: (number | null)[] = [];
  times.forEach((time, index) => {
    if (time === null) return;
    const before = x.at(-1);
    const at = (time - origin) / 1000;
    x.push(before === undefined || at > before ? at : before + apart);
    y.push(values[index] ?? null);
  });
  return { x, y };
}

/** Over so many stretches of what is in sight does a point's weight fall to `weight` of what it was. */
const stretches = 500;

/**
 * The exponential moving average, its beginning not drawn towards zero (Kingma & Ba 2015, section 3). A point counts by how far
 * back it lies, not by how many points lie between, so that a curve looks the same however densely it was told.
 *
 * @param weight what a point still counts for one stretch later, 0 (no smoothing) to below 1
 * @param span how much is in sight, as `x`
 */
export function smoothed({ x, y }: Points, weight: number, span: number): readonly (number | null)[] {
  if (weight <= 0 || span <= 0) return y;
  let sum = 0;
  let weights = 0;
  let last: number | undefined;
  return y.map((value, index) => {
    if (value === null) return null;
    const at = x[index] ?? 0;
    const kept = last === undefined ? 0 : weight ** (((at - last) / span) * stretches);
    last = at;
    sum = sum * kept + value;
    weights = weights * kept + 1;
    return sum / weights;
  });
}

/** A logarithmic scale has no place for what is not above zero. */
export function positive(values: readonly (number | null)[]): readonly (number | null)[] {
  return values.map(value => (value !== null && value > 0 ? value : null));
}

/** The index of the last point that has a value; `undefined` where none has. */
export function lastOf({ y }: Points): number | undefined {
  const index = y.findLastIndex(value => value !== null);
  return index < 0 ? undefined : index;
}

/** The index of the point nearest to `at` that has a value; `undefined` where none has, and before the first point or after the last. */
export function nearest({ x, y }: Points, at: number): number | undefined {
  if (at < (x[0] ?? Number.POSITIVE_INFINITY) || at > (x.at(-1) ?? Number.NEGATIVE_INFINITY)) return undefined;
  let low = 0;
  let high = x.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((x[middle] ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  let [before, after] = [low - 1, low];
  while (before >= 0 && y[before] === null) before--;
  while (after < x.length && y[after] === null) after++;
  const distance = (index: number): number => (index < 0 || index >= x.length ? Number.POSITIVE_INFINITY : Math.abs((x[index] ?? 0) - at));
  if (distance(before) === Number.POSITIVE_INFINITY && distance(after) === Number.POSITIVE_INFINITY) return undefined;
  return distance(before) < distance(after) ? before : after;
}

export interface Extent {
  readonly min: number;
  readonly max: number;
}

/** What all the points stretch over; `undefined` where there is none. */
export function extentOf(all: readonly Points[]): Extent | undefined {
  const firsts = all.flatMap(({ x }) => x.slice(0, 1));
  const lasts = all.flatMap(({ x }) => x.slice(-1));
  return firsts.length === 0 ? undefined : { min: Math.min(...firsts), max: Math.max(...lasts) };
}

/**
 * The steps of what is in sight, and a little more so that lines come in from outside.
 * @param steps and `x` of a curve's points, side by side
 */
export function stepsIn({ min, max }: Extent, x: readonly number[], steps: readonly number[]): { readonly from: number; readonly to: number } | undefined {
  const first = x.findIndex(at => at >= min);
  const last = x.findLastIndex(at => at <= max);
  if (first < 0 || last < 0) return undefined;
  return { from: steps[Math.max(0, first - 1)] ?? 0, to: steps[Math.min(steps.length - 1, last + 1)] ?? 0 };
}

/** The same where `x` is the steps themselves: nothing need be known of any point. */
export function stepsAround({ min, max }: Extent): { readonly from: number; readonly to: number } {
  const margin = Math.max(1, (max - min) * 0.02);
  return { from: Math.max(0, Math.floor(min - margin)), to: Math.ceil(max + margin) };
}
