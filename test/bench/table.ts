/** The closing table: name, measured, limit, verdict. */
import type { Limit, Measurement } from './part.ts';
import { median, quantile, total } from './statistics.ts';

export type Verdict = 'met' | 'missed' | '';

export function verdictOf({ limit, values }: Measurement): Verdict {
  switch (limit.kind) {
    case 'none':
      return '';
    case 'ratio':
      if (limit.most === undefined) return '';
      return ratioOf(values, limit) <= limit.most ? 'met' : 'missed';
    case 'budget':
      return judged(values, limit.of) <= limit.most ? 'met' : 'missed';
  }
}

/** As Markdown, its columns padded so that it also reads well in a terminal. */
export function tableOf(measurements: readonly Measurement[]): string[] {
  const rows = measurements.map(measurement => [
    measurement.name, measuredText(measurement), limitText(measurement), verdictOf(measurement),
  ]);
  const header = ['what', 'measured', 'budget or ratio', 'verdict'];
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map(row => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string => `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(header), `| ${widths.map(width => '-'.repeat(width)).join(' | ')} |`, ...rows.map(line)];
}

/** How much of the other program's time we took. */
export function ratioOf(ours: readonly number[], { theirs, by }: Limit & { kind: 'ratio' }): number {
  const over = by === 'median' ? median : total;
  return over(ours) / over(theirs);
}

function judged(values: readonly number[], of: 'median' | 'p95' | 'value'): number {
  if (of === 'value') return Math.max(...values);
  return of === 'median' ? median(values) : quantile(values, 0.95);
}

function measuredText({ values, unit }: Measurement): string {
  const [only] = values;
  if (values.length === 1 && only !== undefined) return `${number(only)} ${unit}`;
  return `median ${number(median(values))}, p95 ${number(quantile(values, 0.95))} ${unit} (n = ${values.length})`;
}

function limitText({ limit, unit, values }: Measurement): string {
  switch (limit.kind) {
    case 'none':
      return '';
    case 'ratio':
      return `${ratioOf(values, limit).toFixed(2)} of ${limit.to}, median ${number(median(limit.theirs))} ${unit}${limit.most === undefined ? '' : ` (at most ${limit.most})`}`;
    case 'budget':
      return `${limit.of === 'value' ? '' : `${limit.of} `}at most ${limit.most} ${unit}`;
  }
}

function number(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
