/** Which charts there are, and the curves in each. Pure: nothing here touches the page. */
import type { RunSeries } from '../../../protocol/runs.ts';
import { isHardware, isOnlyHardware, nameOfCurve, rankOf, type Part } from './naming.ts';
import { pointsOf, type Axis, type Points } from './points.ts';

/** A run whose curves are drawn. */
export interface DrawnRun {
  readonly folder: string;
  readonly name: string;
  /** Its place among the runs of the page: it decides its colour and dashes. */
  readonly place: number;
  /** When it began, in milliseconds since 1970. */
  readonly began: number | null;
  readonly series: readonly RunSeries[];
}

export interface Curve {
  /** Tells it from the others of its chart. */
  readonly key: string;
  readonly label: string;
  readonly place: number;
  readonly part: Part;
  readonly points: Points;
  /** The steps of its points. */
  readonly steps: readonly number[];
}

export interface Chart {
  readonly measure: string;
  readonly curves: readonly Curve[];
}

/** Which of a run's metrics are drawn among its curves, or among what tells of the machine. Epochs only count what steps count. */
export function metricsOf(metrics: readonly string[], tab: 'curves' | 'hardware'): readonly string[] {
  return metrics.filter(metric => {
    const { measure } = nameOfCurve(metric);
    return tab === 'hardware' ? isHardware(measure) : !isOnlyHardware(measure) && measure !== 'epoch';
  });
}

/** A chart a measure: all runs in it, training and validation in one. */
export function chartsOf(runs: readonly DrawnRun[], axis: Axis): readonly Chart[] {
  const curves = new Map<string, Curve[]>();
  for (const run of runs) {
    for (const series of run.series) {
      const { measure, part } = nameOfCurve(series.metric);
      const points = pointsOf(series, axis, run.began);
      if (points.x.length === 0) continue;
      const into = curves.get(measure) ?? [];
      curves.set(measure, into);
      const steps = axis === 'step' ? series.steps : series.steps.filter((_, index) => series.times[index] !== null);
      into.push({ key: `${run.folder} ${series.metric}`, label: series.metric, place: run.place, part, points, steps });
    }
  }
  return [...curves]
    .map(([measure, of]) => ({ measure, curves: labelled(of, runs) }))
    .toSorted((one, other) => rankOf(one.measure) - rankOf(other.measure) || one.measure.localeCompare(other.measure));
}

/**
 * As much as tells a chart's curves apart: the run, the part, or both. Where a run has several of one part, such as a Trainer's `loss`
 * and the mean of it that its `train_loss` is, their own names.
 * @param curves with their own names
 */
function labelled(curves: readonly Curve[], runs: readonly DrawnRun[]): readonly Curve[] {
  const isAlone = ({ place, part }: Curve): boolean => curves.filter(one => one.place === place && one.part === part).length < 2;
  const ownOf = (curve: Curve): string => (isAlone(curve) ? curve.part : curve.label);
  const parts = new Set(curves.map(ownOf)).size;
  return curves.map(curve => {
    const run = runs.find(({ place }) => place === curve.place)?.name ?? '';
    const own = ownOf(curve);
    return { ...curve, label: runs.length < 2 ? own : parts < 2 ? run : `${run}, ${own}` };
  });
}
