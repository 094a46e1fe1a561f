import { csvOf, csvText } from '../../../protocol/csv.ts';
import { shortest } from '../json.ts';
import { type ReadOut, rowOf } from './read-out.ts';

/** The first line names the columns, each other line begins with its row's name. Empty is where there is nothing to compare. */
export function renderCsv(read: ReadOut): string {
  const rows = read.rows.labels.map(({ text }, row) => [csvText(text), ...Array.from(rowOf(read, row), weight => (Number.isNaN(weight) ? '' : String(shortest(weight))))]);
  return csvOf([['', ...read.columns.labels.map(({ text }) => csvText(text))], ...rows]);
}
