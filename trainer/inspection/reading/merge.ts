import type { Grouping } from './grouping.ts';
import type { Matrix } from './matrix.ts';

/**
 * A map between groups of tokens, `[row][column]`: a row is the mean of its tokens' rows and a column the sum of its tokens'
 * columns, since a softmax spends one unit over all of them. What is part of no group is left out, and not shared out.
 */
export function merge(matrix: Matrix, rows: Grouping, columns: Grouping): Float32Array {
  const width = columns.labels.length;
  const merged = new Float32Array(rows.labels.length * width);
  for (let query = 0; query < matrix.rows; query++) {
    const group = rows.groups[query] ?? -1;
    if (group < 0) continue;
    const share = 1 / (rows.counts[group] ?? 1);
    const row = matrix.row(query);
    const at = group * width;
    for (let key = 0; key < matrix.columns; key++) {
      const column = columns.groups[key] ?? -1;
      if (column >= 0) merged[at + column] = (merged[at + column] ?? 0) + share * (row[key] ?? 0);
    }
  }
  return merged;
}
