/** What of the runs' files the page draws, and is to be kept up to date with. Pure: nothing here touches the page. */
import type { StepRange, Wanted } from '../../protocol/run-page.ts';
import { metricsOf } from './curves/charts.ts';
import { pointsOf, stepsAround, stepsIn, type Extent } from './curves/points.ts';
import type { Remembered } from './remembered.ts';
import type { RunState } from './state.ts';

/** As narrow as a chart gets before there is one less beside it, in CSS pixels. */
export const narrowestChart = 340;

/** Twice as many points as a chart is wide, in steps of some hundred: a page that is drawn larger asks for few more. */
export function pointsFor(width: number): number {
  const columns = Math.max(1, Math.floor(width / narrowestChart));
  return Math.max(512, Math.ceil((2 * width) / columns / 256) * 256);
}

export function wantedOf(known: RunState, remembered: Remembered, points: number): Wanted {
  const { tab, hidden } = remembered;
  const [main] = known.runs;
  const curves = tab !== 'curves' && tab !== 'hardware' ? [] : known.runs
    .filter(({ folder }) => !hidden.includes(folder))
    .flatMap(({ folder }) => {
      const metrics = metricsOf(known.details.get(folder)?.metrics ?? [], tab);
      return metrics.length === 0 ? [] : [{ folder, metrics, ...rangeOf(known, remembered, folder) }];
    });
  const hasProbes = main !== undefined && known.details.get(main.folder)?.probes !== undefined && known.details.get(main.folder)?.probes !== null;
  return { curves, points, heads: tab === 'attention' && hasProbes ? main.folder : null };
}

/** The steps of a run that lie in what is seen. */
function rangeOf(known: RunState, { zoom, axis }: Remembered, folder: string): StepRange {
  if (zoom === undefined) return {};
  return axis === 'step' ? stepsAround(zoom) : (rangeByTime(known, zoom, axis, folder) ?? {});
}

/** By the curve that is told most densely. */
function rangeByTime(known: RunState, zoom: Extent, axis: 'relative' | 'wall', folder: string): StepRange | undefined {
  const curves = [...(known.curves.get(folder)?.values() ?? [])];
  const densest = curves.toSorted((one, other) => other.series.count - one.series.count)[0]?.series;
  if (densest === undefined) return undefined;
  const { x } = pointsOf(densest, axis, beganOf(known, folder));
  return stepsIn(zoom, x, densest.steps.filter((_, index) => densest.times[index] !== null));
}

/** When a run began, in milliseconds since 1970. */
export function beganOf(known: Pick<RunState, 'details'>, folder: string): number | null {
  const started = known.details.get(folder)?.run.started ?? null;
  const at = started === null ? Number.NaN : Date.parse(started);
  return Number.isNaN(at) ? null : at;
}
