/** Which column of a table is which, judged by what stands in them. */
import type { SampledRow } from './sample.ts';
import type { Row } from './table.ts';

interface ColumnFacts {
  /** Share of its values that occur once only among those sampled. */
  readonly distinct: number;
  readonly values: number;
  /** Mean length, in characters. */
  readonly length: number;
  /** Share of its values that are numbers. */
  readonly numeric: number;
}

/** How many columns most of the rows have. */
export function columnCount(rows: readonly SampledRow[]): number {
  const counts = new Map<number, number>();
  for (const { cells } of rows) counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1);
  return [...counts].toSorted(([, one], [, other]) => other - one)[0]?.[0] ?? 0;
}

function factsOf(rows: readonly SampledRow[], column: number): ColumnFacts {
  const values = new Set<string>();
  let length = 0;
  let numeric = 0;
  for (const { cells, lengths } of rows) {
    const value = cells[column]?.trim() ?? '';
    values.add(value);
    length += lengths[column] ?? 0;
    if (/^[-+]?\d+([.,]\d+)?$/.test(value)) numeric++;
  }
  const count = Math.max(1, rows.length);
  return { distinct: values.size / count, values: values.size, length: length / count, numeric: numeric / count };
}

const columnsOf = (rows: readonly SampledRow[]): number[] => Array.from({ length: columnCount(rows) }, (_, column) => column);

/** The column with the longest text. */
export function textColumn(rows: readonly SampledRow[], but: number = -1): number {
  const columns = columnsOf(rows).filter(column => column !== but);
  return columns.toSorted((one, other) => factsOf(rows, other).length - factsOf(rows, one).length)[0] ?? 0;
}

/** The column of few, short values, of which every one comes again and again. */
export function labelColumn(rows: readonly SampledRow[]): number {
  const scored = columnsOf(rows).map(column => {
    const { values, length, distinct } = factsOf(rows, column);
    // A column that says the same of every row tells nothing, but still less do sentences.
    return { column, cost: values < 2 ? 1 : distinct + length / 200 };
  });
  return scored.toSorted((one, other) => one.cost - other.cost)[0]?.column ?? 0;
}

/** The first two columns that are texts rather than numbers. */
export function pairColumns(rows: readonly SampledRow[]): readonly [number, number] {
  const texts = columnsOf(rows).filter(column => {
    const { numeric, values } = factsOf(rows, column);
    return numeric < 0.9 && (values > 1 || rows.length < 2);
  });
  const [source = 0, target = source === 0 ? 1 : 0] = texts;
  return [source, target];
}

/** What tables call their columns where they name them. */
const usual = /^(id|idx|index|label|labels|class|category|topic|sentiment|polarity|stars|rating|text|sentence|review|content|question|document|title|source|target|src|tgt|trg|translation|reference|english|french|german|spanish|italian|[a-z]{2})$/i;

/** Whether the first row names the columns. @param label the column of labels, where there is one */
export function hasHeader(rows: readonly SampledRow[], label?: number): boolean {
  const [first, ...rest] = rows;
  if (first === undefined || rest.length === 0) return false;
  const names = first.cells.map(cell => cell.trim());
  if (names.length > 1 && names.every(name => usual.test(name)) && new Set(names).size === names.length) return true;
  if (label === undefined) return false;
  const name = names[label] ?? '';
  const others = new Set(rest.map(({ cells }) => cells[label]?.trim() ?? ''));
  return usual.test(name) && !others.has(name);
}

/** Whether the first words of the lines are few enough to be labels. */
export function startWithLabels(lines: readonly string[]): boolean {
  const labels = new Map<string, number>();
  for (const line of lines) {
    const space = line.indexOf(' ');
    if (space <= 0 || space > 40) return false;
    const label = line.slice(0, space);
    labels.set(label, (labels.get(label) ?? 0) + 1);
  }
  return labels.size >= 2 && labels.size <= 50 && labels.size * 4 <= lines.length;
}

/** What columns are called: by the first row where that names them. */
export const columnNames = (cells: readonly string[], header: boolean): string[] =>
  cells.map((cell, index) => (header && cell.trim() !== '' ? cell.trim() : `Column ${index + 1}`));

export async function* cellsOf(rows: AsyncIterable<Row>): AsyncGenerator<readonly string[], void, undefined> {
  for await (const { cells } of rows) yield cells;
}
