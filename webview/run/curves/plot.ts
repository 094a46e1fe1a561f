/** From curves to what uPlot draws: its data, its lines, its options. */
import uPlot from 'uplot';
import { axisText } from './axis-text.ts';
import type { Curve } from './charts.ts';
import { measureText } from './naming.ts';
import { positive, smoothed, type Axis, type Extent } from './points.ts';
import type { ChartTheme } from './read-theme.ts';
import { styleOf } from './style.ts';

export interface Drawing {
  readonly measure: string;
  readonly curves: readonly Curve[];
  readonly axis: Axis;
  readonly isLogarithmic: boolean;
  readonly smoothing: number;
  readonly extent: Extent | undefined;
  /** The key of the curve that stands out; empty: none. */
  readonly chosen: string;
}

/** One line: a curve, or faintly what lies behind its smoothed form. */
export interface Line {
  readonly key: string;
  readonly place: number;
  readonly isFaint: boolean;
  readonly isMarked: boolean;
  readonly isChosen: boolean;
}

export interface ChartHost {
  readonly sync: string;
  mark(): number | undefined;
  /** The pointer is at a place of the axis, or nowhere. */
  moved(at: number | undefined): void;
  /** A stretch was drawn; `null`: all is to be seen again. */
  selected(extent: Extent | null): void;
  clicked(at: number): void;
}

/** The values of each curve as its line goes. */
export function smoothedCurves(curves: readonly Curve[], smoothing: number, extent: Extent | undefined): readonly (readonly (number | null)[])[] {
  const span = extent === undefined ? 0 : extent.max - extent.min;
  return curves.map(({ points }) => smoothed(points, smoothing, span));
}

/** All curves over the places of any of them: what one has no value for is left out of its line, a `null` breaks it. */
export function drawnData({ curves, smoothing, extent, isLogarithmic, chosen }: Drawing): { readonly data: uPlot.AlignedData; readonly lines: readonly Line[] } {
  const drawn = smoothedCurves(curves, smoothing, extent);
  const lines: Line[] = [];
  const tables: uPlot.AlignedData[] = [];
  const add = (curve: Curve, values: readonly (number | null)[], isFaint: boolean): void => {
    lines.push({ key: curve.key, place: curve.place, isFaint, isMarked: curve.part !== 'train' && !isFaint, isChosen: curve.key === chosen });
    tables.push([[...curve.points.x], [...(isLogarithmic ? positive(values) : values)]]);
  };
  if (smoothing > 0) for (const curve of curves) add(curve, curve.points.y, true);
  curves.forEach((curve, index) => add(curve, drawn[index] ?? curve.points.y, false));
  if (tables.length === 0) return { data: [[]], lines };
  return { data: tables.length === 1 ? (tables[0] ?? [[]]) : uPlot.join(tables), lines };
}

/** Fewer pixels than these are no stretch. */
const leastDrag = 4;

export function chartOptions(
  { axis, isLogarithmic, measure }: Drawing, lines: readonly Line[], theme: ChartTheme, size: { readonly width: number; readonly height: number }, host: ChartHost,
): uPlot.Options {
  const ticks = { stroke: theme.grid, width: 1, size: 4 };
  const shared = { stroke: theme.text, font: theme.font, grid: { stroke: theme.grid, width: 1 }, ticks };
  return {
    ...size,
    padding: [8, 22, 0, 0],
    legend: { show: false },
    scales: { x: { time: axis === 'wall', auto: false }, y: isLogarithmic ? { distr: 3 } : {} },
    axes: [
      { ...shared, size: 30, ...(axis === 'wall' ? {} : { values: (_, splits, __, ___, apart) => splits.map(at => axisText(at, axis, apart)) }) },
      { ...shared, size: 58, values: (_, splits) => splits.map(value => (value === null ? '' : measureText(measure, value))) },
    ],
    cursor: {
      y: false,
      drag: { x: true, y: false, setScale: false },
      sync: { key: uPlot.sync(host.sync).key, scales: ['x', null], filters: { sub: () => true, pub: type => type === 'mousemove' || type === 'mouseleave' } },
      // The nearest place where the line itself has a value: others' places are not its own.
      dataIdx: (plot, line, hovered) => (lines[line - 1]?.isFaint === true ? null : nearestValue(plot.data[line] ?? [], hovered)),
      points: { size: 7, show: pointOf },
      bind: { dblclick: () => () => {
        host.selected(null);
        return null;
      } },
    },
    series: [{}, ...lines.map(line => seriesOf(line, theme, lines.some(({ isChosen }) => isChosen)))],
    hooks: {
      // A drag is no click: the library keeps that from us.
      ready: [plot => plot.over.addEventListener('click', () => host.clicked(plot.posToVal(plot.cursor.left ?? 0, 'x')))],
      setCursor: [plot => {
        const { left = -1, idx } = plot.cursor;
        host.moved(left < 0 || idx === undefined || idx === null ? undefined : plot.data[0][idx]);
      }],
      setSelect: [plot => {
        const { left, width } = plot.select;
        if (width < leastDrag) return;
        plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        host.selected({ min: plot.posToVal(left, 'x'), max: plot.posToVal(left + width, 'x') });
      }],
      draw: [plot => drawMark(plot, theme, host.mark())],
    },
  };
}

function seriesOf({ place, isFaint, isMarked, isChosen }: Line, theme: ChartTheme, anyChosen: boolean): uPlot.Series {
  const { colour, dash } = styleOf(place);
  const stroke = theme.colour(colour);
  return {
    stroke, width: isChosen ? 3 : 1.5, dash: [...dash], alpha: isFaint ? 0.25 : anyChosen && !isChosen ? 0.6 : 1,
    // Lines go on over the places of others; what is no number breaks them.
    spanGaps: false,
    points: { show: isMarked, size: 5, fill: stroke, stroke },
  };
}

/** The marker that follows the pointer along a line. */
function pointOf(plot: uPlot, line: number): HTMLElement {
  const point = document.createElement('div');
  const { stroke } = plot.series[line] ?? {};
  point.style.background = typeof stroke === 'function' ? String(stroke(plot, line)) : String(stroke);
  return point;
}

/** `null` before a line's first value and after its last. */
function nearestValue(values: ArrayLike<number | null | undefined>, hovered: number): number | null {
  let [before, after] = [hovered, hovered];
  while (before >= 0 && !isNumber(values[before])) before--;
  while (after < values.length && !isNumber(values[after])) after++;
  if (before < 0 || after >= values.length) return null;
  return hovered - before <= after - hovered ? before : after;
}

function isNumber(value: number | null | undefined): boolean {
  return value !== null && value !== undefined;
}

function drawMark(plot: uPlot, theme: ChartTheme, at: number | undefined): void {
  if (at === undefined) return;
  const { ctx, bbox } = plot;
  const x = Math.round(plot.valToPos(at, 'x', true)) + 0.5;
  if (x < bbox.left || x > bbox.left + bbox.width + 1) return;
  ctx.save();
  ctx.setLineDash([]);
  ctx.strokeStyle = theme.mark;
  ctx.lineWidth = Math.max(1, Math.round(devicePixelRatio));
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.restore();
}
