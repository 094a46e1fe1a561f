/** The part of docs/performance.md that is written by the benchmark: pictures and tables, between two markers. */
import type { ChartSeries } from '../../trainer/render/line-chart.ts';

export type CurveSeries = ChartSeries;

/** A picture, and the numbers in it. */
export interface Curve {
  /** Its picture is images/performance-<file>.svg. */
  readonly file: string;
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly series: readonly CurveSeries[];
}

const begin = '<!-- Written by npm run bench -- curves -->';
const end = '<!-- Written until here -->';

/** @throws Error where the page has not both markers */
export function pageWith(page: string, curves: readonly Curve[], about: string): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the page needs the lines "${begin}" and "${end}", in this order`);
  return [page.slice(0, from) + begin, about, ...curves.map(sectionOf), page.slice(to)].join('\n\n');
}

function sectionOf(curve: Curve): string {
  const { file, title, y } = curve;
  return [`### ${title}`, '', `![${title}: ${y}](images/performance-${file}.svg)`, '', ...tableOf(curve)].join('\n');
}

/** A row a value of x, a column a line; what was not measured is left out. */
function tableOf({ x, y, series }: Curve): string[] {
  const values = [...new Set(series.flatMap(({ points }) => points.map(point => point.x)))].sort((one, other) => one - other);
  const cells = values.map(value => [
    String(value),
    ...series.map(({ points }) => number(points.find(point => point.x === value)?.y)),
  ]);
  const line = (all: readonly string[]): string => `| ${all.join(' | ')} |`;
  const header = [x, ...series.map(({ name }) => name)];
  return [`In ${y}:`, '', line(header), line(header.map(() => '---')), ...cells.map(line)];
}

function number(value: number | undefined): string {
  if (value === undefined) return '';
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
