/** Rows of numbers, as many as there are, told cell by cell. */
import { csvOf, csvText } from '../../../protocol/csv.ts';

export interface NumberColumn {
  readonly name: string;
  /** Text stands at its beginning, numbers at their end. */
  readonly isText?: true;
  /** It follows from the others, and is left out where there is no room for all. */
  readonly isSpare?: boolean;
  readonly cell: (row: number) => string;
  /** What is told where it is pointed at; left out, the same. */
  readonly more?: (row: number) => string;
}

export interface Numbers {
  readonly count: number;
  readonly columns: readonly NumberColumn[];
}

/** As other programs read it: minus signs as they are typed. */
export function csvOfNumbers({ count, columns }: Numbers): string {
  const rows = Array.from({ length: count }, (_, row) => columns.map(({ cell, isText }) => (isText === true ? csvText(cell(row)) : cell(row).replaceAll('−', '-'))));
  return csvOf([columns.map(({ name }) => csvText(name)), ...rows]);
}
