/** Scores and weights of one row as a table for other programs. */
import { csvOf, csvText } from '../../../protocol/csv.ts';
import type { Arithmetic } from '../../../protocol/inspection.ts';
import { shown } from './by-hand.ts';
import { type KeyNames, scoreColumns } from './working.ts';

/** The numbers that are shown; where it may not look there are none. */
export function scoresCsv(arithmetic: Arithmetic, { names }: KeyNames): string {
  const columns = scoreColumns(arithmetic);
  const rows = arithmetic.weights.map((_, key) => [csvText(names[key] ?? ''), ...columns.map(({ values }) => numberText(values[key] ?? null))]);
  return csvOf([['Key', ...columns.map(({ name }) => csvText(name))], ...rows]);
}

function numberText(value: number | null): string {
  return value === null ? '' : String(shown(value));
}
