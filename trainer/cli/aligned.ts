import { displayWidth } from '../render/display-width.ts';
import { printableWord } from '../render/printable.ts';

/** Rows of a table as lines, their columns below each other; what they hold may come from anybody's files. */
export function aligned(rows: readonly (readonly string[])[]): string[] {
  const cells = rows.map(row => row.map(printableWord));
  const widths: number[] = [];
  for (const row of cells) row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, displayWidth(cell))));
  return cells.map(row => row.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - displayWidth(cell))).join('  ').trimEnd());
}
