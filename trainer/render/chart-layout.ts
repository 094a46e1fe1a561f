import { type Ticks, ticksAround, ticksWithin } from './axis-ticks.ts';
import { fit } from './display-width.ts';
import type { ChartPoint, LineChart } from './line-chart.ts';
import { printableWord } from './printable.ts';
import { spreadLabels } from './spread-labels.ts';
import { textWidth } from './text-width.ts';

export const fontSize = 13;
const margin = 16;
const longestName = 28;
/** Between the names of two series. */
const nameGap = 20;
/** From the plot to the sample of a series' line, and that sample with the space after it. */
const leaderWidth = 18;
export const sampleWidth = 30;
const leastPlotHeight = 320;
/** Of a category's room, what its points together may take, and of two of them at most, in pixels. */
const dodgeShare = 0.6;
const widestDodge = 8;

/** A series' name beside the plot, at the height of its last point or near it. */
export interface Name {
  readonly text: string;
  readonly y: number;
}

/** Where everything goes, in pixels. */
export interface ChartLayout {
  readonly width: number;
  readonly height: number;
  readonly plot: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
  readonly xTicks: readonly { readonly x: number; readonly label: string }[];
  /** Of a category; 0 for numbers. */
  readonly columnWidth: number;
  readonly yTicks: readonly { readonly y: number; readonly label: string }[];
  readonly names: readonly Name[];
  /** Where samples of the lines start. */
  readonly nameLeft: number;
  readonly x: (point: ChartPoint, series: number) => number;
  readonly y: (value: number) => number;
}

export function layOut(chart: LineChart): ChartLayout {
  const points = chart.series.flatMap(series => series.points);
  const heights = points.flatMap(({ y, interval }) => [y, ...(interval ?? [])]);
  const places = points.map(point => point.x);
  if (![...heights, ...places].every(Number.isFinite) || points.length === 0) {
    throw new RangeError(`“${chart.title}” has no point, or one that is no number`);
  }
  const yTicks = ticksAround(Math.min(...heights), Math.max(...heights), 5);
  const texts = chart.series.map(({ name }) => fit(printableWord(name), longestName));
  const nameWidth = Math.ceil(Math.max(...texts.map(text => textWidth(text, fontSize))));

  const width = 760;
  const top = margin + 60;
  const left = margin + Math.ceil(Math.max(...yTicks.labels.map(label => textWidth(label, fontSize - 1)))) + 8;
  const right = width - margin - nameWidth - sampleWidth - leaderWidth;
  const bottom = top + Math.max(leastPlotHeight, (chart.series.length - 1) * nameGap);
  const plot = { left, right, top, bottom };

  const y = scale([yTicks.values[0] ?? 0, yTicks.values.at(-1) ?? 1], [bottom, top]);
  const { x, xTicks, columnWidth } = chart.x.kind === 'categories'
    ? categoryAxis(chart.x.names, chart.series.length, plot)
    : numberAxis(Math.min(...places), Math.max(...places), plot);
  const wanted = chart.series.map(series => y(series.points.at(-1)?.y ?? 0));
  const namePlaces = spreadLabels(wanted, nameGap, top, bottom);
  return {
    width, height: bottom + 46 + margin, plot, xTicks, columnWidth, x, y,
    yTicks: yTicks.values.map((value, index) => ({ y: y(value), label: yTicks.labels[index] ?? '' })),
    names: texts.map((text, index) => ({ text, y: namePlaces[index] ?? top })),
    nameLeft: right + leaderWidth,
  };
}

type Axis = Pick<ChartLayout, 'x' | 'xTicks' | 'columnWidth'>;

/** Each category a column of equal width, in which the series stand side by side so that no interval hides another. */
function categoryAxis(names: readonly string[], series: number, { left, right }: ChartLayout['plot']): Axis {
  const column = (right - left) / Math.max(1, names.length);
  const dodge = Math.min(widestDodge, (column * dodgeShare) / Math.max(1, series - 1));
  const middle = (index: number): number => left + (index + 0.5) * column;
  const columns = Math.floor(column / (0.62 * (fontSize - 1)));
  return {
    columnWidth: column,
    x: (point, index) => middle(point.x) + (index - (series - 1) / 2) * dodge,
    xTicks: names.map((name, index) => ({ x: middle(index), label: fit(printableWord(name), columns) })),
  };
}

function numberAxis(low: number, high: number, { left, right }: ChartLayout['plot']): Axis {
  const x = scale(low === high ? [low - 1, high + 1] : [low, high], [left, right]);
  const ticks: Ticks = ticksWithin(low, high, 6);
  return {
    columnWidth: 0,
    x: point => x(point.x),
    xTicks: ticks.values.map((value, index) => ({ x: x(value), label: ticks.labels[index] ?? '' })),
  };
}

function scale([from, to]: readonly [number, number], [start, end]: readonly [number, number]): (value: number) => number {
  return value => start + ((value - from) / (to - from)) * (end - start);
}
