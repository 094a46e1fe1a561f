import { formatNumber } from './axis-ticks.ts';
import { type ChartLayout, fontSize, layOut, sampleWidth } from './chart-layout.ts';
import { chartStyle, plainColours, type SeriesStyle, seriesStyle } from './chart-style.ts';
import { escapeMarkup } from './escape.ts';
import { printableWord } from './printable.ts';

export interface ChartPoint {
  /** On an axis of categories, the position of its name, from 0. */
  readonly x: number;
  readonly y: number;
  /** How far down and up the value may as well lie. */
  readonly interval?: readonly [low: number, high: number];
}

export interface ChartSeries {
  readonly name: string;
  /** From left to right. */
  readonly points: readonly ChartPoint[];
}

export type ChartAxis =
  | { readonly kind: 'numbers'; readonly label: string }
  | { readonly kind: 'categories'; readonly label: string; readonly names: readonly string[] };

export interface LineChart {
  readonly title: string;
  readonly x: ChartAxis;
  /** What the height says. */
  readonly y: string;
  readonly series: readonly ChartSeries[];
}

/** A line of more points is marked at so many of them only. */
const mostMarks = 12;

/**
 * A line chart as one SVG file without a background, for light pages and dark ones. Each line ends in its name, which is
 * its legend too. Series differ in colour, marker and dashes, so that a print without colours does as well. Intervals are
 * bands over numbers and upright strokes over categories, where the series stand side by side.
 *
 * Throws `RangeError` when there is no point to draw, or one that is not finite.
 */
export function renderLineChart(chart: LineChart): string {
  const layout = layOut(chart);
  const { width, height, plot } = layout;
  const { ink, quiet } = plainColours;
  return `<svg xmlns="http://www.w3.org/2000/svg" class="chart" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif" font-size="${fontSize}">
<title>${escapeMarkup(printableWord(chart.title))}</title>
<desc>${escapeMarkup(describe(chart))}</desc>
<style>${chartStyle}</style>
<text x="16" y="30" font-size="16" font-weight="600" fill="${ink}">${escapeMarkup(printableWord(chart.title))}</text>
<text class="quiet" x="16" y="54" font-size="${fontSize - 1}" fill="${quiet}">${escapeMarkup(printableWord(chart.y))}</text>
${renderAxes(layout)}
<text class="quiet" x="${round((plot.left + plot.right) / 2)}" y="${plot.bottom + 46}" font-size="${fontSize - 1}" text-anchor="middle" fill="${quiet}">${escapeMarkup(printableWord(chart.x.label))}</text>
${chart.series.map((_, index) => renderSeries(chart, layout, index)).join('\n')}
</svg>
`;
}

function renderAxes({ plot, xTicks, yTicks, columnWidth }: ChartLayout): string {
  const { ink, quiet, line } = plainColours;
  const size = fontSize - 1;
  const rows = yTicks.map(({ y, label }) =>
    `<path class="grid" d="M${plot.left} ${round(y)}H${round(plot.right)}" stroke="${line}" stroke-opacity=".22"/>` +
    `<text class="quiet" x="${plot.left - 8}" y="${round(y + 4)}" font-size="${size}" text-anchor="end" fill="${quiet}">${escapeMarkup(label)}</text>`);
  const columns = xTicks.map(({ x, label }) =>
    `<path class="axis" d="M${round(x)} ${plot.bottom}v5" stroke="${line}"/>` +
    `<text class="quiet" x="${round(x)}" y="${plot.bottom + 21}" font-size="${size}" text-anchor="middle" fill="${quiet}">${escapeMarkup(label)}</text>`);
  // Every other category shaded, so that the eye sees which points belong together.
  const shades = xTicks.filter((_, index) => columnWidth > 0 && index % 2 === 0).map(({ x }) =>
    `<path class="shade" d="M${round(x - columnWidth / 2)} ${plot.top}h${round(columnWidth)}V${plot.bottom}h${round(-columnWidth)}Z" fill="${ink}" fill-opacity=".035"/>`);
  return [...shades, ...rows, `<path class="axis" d="M${plot.left} ${plot.bottom}H${round(plot.right)}" stroke="${line}"/>`, ...columns].join('\n');
}

function renderSeries(chart: LineChart, layout: ChartLayout, index: number): string {
  const series = chart.series[index];
  if (series === undefined || series.points.length === 0) return '';
  const style = seriesStyle(index);
  const places = series.points.map(point => ({ point, x: layout.x(point, index), y: layout.y(point.y) }));
  const path = places.map(({ x, y }) => `${round(x)} ${round(y)}`).join('L');
  const every = Math.ceil(places.length / mostMarks);
  const marks = places.filter((_, at) => at % every === 0 || at === places.length - 1).map(({ point, x, y }) =>
    `<path class="mark" transform="translate(${round(x)} ${round(y)})" d="${style.marker}" fill="${style.colour}"><title>${escapeMarkup(sayPoint(chart, series.name, point))}</title></path>`);
  return [
    `<g class="${style.name}">`,
    renderIntervals(chart, layout, index, style),
    `<path class="line" d="M${path}" fill="none" stroke="${style.colour}" stroke-width="2" stroke-linejoin="round"${dashed(style)}/>`,
    ...marks,
    renderName(layout, index, style, places.at(-1) ?? { x: 0, y: 0 }),
    '</g>',
  ].filter(part => part !== '').join('\n');
}

function renderIntervals(chart: LineChart, { x, y }: ChartLayout, index: number, { colour }: SeriesStyle): string {
  const known = (chart.series[index]?.points ?? []).flatMap(point =>
    point.interval === undefined ? [] : [{ x: round(x(point, index)), low: round(y(point.interval[0])), high: round(y(point.interval[1])) }]);
  if (known.length === 0) return '';
  if (chart.x.kind === 'categories') {
    const strokes = known.map(place => `M${place.x} ${place.low}V${place.high}`).join('');
    return `<path class="whisker" d="${strokes}" fill="none" stroke="${colour}" stroke-width="1.5" stroke-opacity=".5"/>`;
  }
  const there = known.map(place => `${place.x} ${place.high}`);
  const back = known.map(place => `${place.x} ${place.low}`).reverse();
  return `<path class="band" d="M${[...there, ...back].join('L')}Z" fill="${colour}" fill-opacity=".14"/>`;
}

/** The name with a sample of its line, and a thin stroke to it from the line's last point. */
function renderName({ names, nameLeft }: ChartLayout, index: number, style: SeriesStyle, last: { readonly x: number; readonly y: number }): string {
  const { text, y } = names[index] ?? { text: '', y: 0 };
  const sample = sampleWidth - 8;
  return `<path class="leader" d="M${round(last.x + 7)} ${round(last.y)}L${round(nameLeft - 3)} ${round(y)}" fill="none" stroke="${style.colour}" stroke-opacity=".45"/>` +
    `<path class="line" d="M${round(nameLeft)} ${round(y)}h${sample}" fill="none" stroke="${style.colour}" stroke-width="2"${dashed(style)}/>` +
    `<path class="mark key" transform="translate(${round(nameLeft + sample / 2)} ${round(y)})" d="${style.marker}" fill="${style.colour}"/>` +
    `<text class="name" x="${round(nameLeft + sampleWidth)}" y="${round(y + 4.5)}" fill="${plainColours.ink}">${escapeMarkup(text)}</text>`;
}

function dashed({ dashes }: SeriesStyle): string {
  return dashes === '' ? '' : ` stroke-dasharray="${dashes}"`;
}

function sayPoint(chart: LineChart, name: string, point: ChartPoint): string {
  const place = chart.x.kind === 'categories' ? (chart.x.names[point.x] ?? '') : formatNumber(point.x, 3, 0);
  return printableWord(`${name}, ${place}: ${sayHeight(point)}`);
}

function sayHeight({ y, interval }: ChartPoint): string {
  const number = (value: number): string => formatNumber(value, Math.abs(value) < 10 ? 3 : 1, 0);
  return interval === undefined ? number(y) : `${number(y)} (${number(interval[0])} to ${number(interval[1])})`;
}

/** The numbers, for who can't see the picture: of each line all that is marked, first and last otherwise. */
function describe(chart: LineChart): string {
  const lines = chart.series.filter(({ points }) => points.length > 0).map(({ name, points }) => {
    const said = points.length <= mostMarks ? points : [...points.slice(0, 1), ...points.slice(-1)];
    return said.map((point, at) => (at === 0 ? sayPoint(chart, name, point) : sayPoint(chart, '', point).replace(/^, /u, ''))).join(', ');
  });
  return printableWord(`${chart.y} by ${chart.x.label}. ${lines.join('; ')}.`);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
