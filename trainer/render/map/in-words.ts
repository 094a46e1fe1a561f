/** What a drawing shows, for who cannot see it. */
import { fit } from '../display-width.ts';
import { printableWord } from '../printable.ts';
import { shortNumber } from './describe.ts';
import type { ReadOut, ReadSide } from './read-out.ts';

/** As many rows are told of. */
const mostRows = 40;

/** What the first rows look at most. */
export function strongestIn({ cells, rows, columns, step }: ReadOut): string {
  const [down, across] = [Math.ceil(rows.labels.length / step.rows), Math.ceil(columns.labels.length / step.columns)];
  const told = Array.from({ length: Math.min(down, mostRows) }, (_, row) => {
    const weights = cells.subarray(row * across, (row + 1) * across);
    let strongest = 0;
    // What there is nothing to compare with is NaN.
    const sizeOf = (weight: number | undefined): number => Math.abs(weight ?? 0) || 0;
    weights.forEach((weight, column) => {
      if (sizeOf(weight) > sizeOf(weights[strongest])) strongest = column;
    });
    const weight = weights[strongest] || 0;
    return weight === 0 ? [] : [`${nameOf(rows, row * step.rows)} → ${nameOf(columns, strongest * step.columns)} ${shortNumber(weight)}`];
  }).flat();
  return `${rows.labels.length} rows by ${columns.labels.length} columns. The strongest of each row: ${told.join('; ') || 'none'}${down > mostRows ? '; and so on' : ''}.`;
}

export function nameOf({ labels }: ReadSide, index: number): string {
  return fit(printableWord(labels[index]?.text ?? ''), 24);
}
