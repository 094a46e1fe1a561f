/** Rows and columns that only one of two maps has, hatched: there is nothing to compare, which is not the same as no difference. */
import type { TokenRange } from '../../../protocol/trace.ts';
import { colours, type Line, type Shape } from '../scene/scene.ts';
import type { ReadOut } from './read-out.ts';

const pitch = 4;

interface Grid {
  readonly left: number;
  readonly top: number;
  readonly cell: number;
  readonly rows: number;
  readonly columns: number;
}

/** The rows and columns of cells in which nothing is known. */
export function gapsIn({ cells }: Pick<ReadOut, 'cells'>, { rows, columns }: Pick<Grid, 'rows' | 'columns'>): { readonly rows: readonly number[]; readonly columns: readonly number[] } {
  if (!cells.some(Number.isNaN)) return { rows: [], columns: [] };
  const [all, across] = [Array.from({ length: rows }, (_, row) => row), Array.from({ length: columns }, (_, column) => column)];
  const isGap = (row: number, column: number): boolean => Number.isNaN(cells[row * columns + column]);
  return { rows: all.filter(row => across.every(column => isGap(row, column))), columns: across.filter(column => all.every(row => isGap(row, column))) };
}

export function hatched(gaps: ReturnType<typeof gapsIn>, { left, top, cell, rows, columns }: Grid): Shape[] {
  const strip = (x: number, y: number, width: number, height: number): Line[] => {
    const [side, long] = [Math.min(width, height), Math.max(width, height)];
    return Array.from({ length: Math.max(1, Math.floor((long - side) / pitch) + 1) }, (_, index): Line => {
      const [from, to] = width >= height ? [x + index * pitch, y] : [x, y + index * pitch];
      return { from: [from, to + side], to: [from + side, to] };
    });
  };
  const across = gaps.rows.flatMap(row => strip(left, top + row * cell, columns * cell, cell));
  // Twice over each other they would be a pattern of their own.
  const between = runsWithout(gaps.rows, rows);
  const down = gaps.columns.flatMap(column => between.flatMap(({ first, end }) => strip(left + column * cell, top + first * cell, cell, (end - first) * cell)));
  const lines = [...across, ...down];
  return lines.length === 0 ? [] : [{ kind: 'strokes', colour: colours.quiet, opacity: 0.5, thickness: 0.6, lines }];
}

/** The stretches of so many rows that have none of these. */
function runsWithout(gaps: readonly number[], rows: number): readonly TokenRange[] {
  return [-1, ...gaps].flatMap((gap, index) => {
    const end = gaps[index] ?? rows;
    return gap + 1 < end ? [{ first: gap + 1, end }] : [];
  });
}
