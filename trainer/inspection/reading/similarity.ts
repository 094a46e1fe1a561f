import type { Matrix } from './matrix.ts';

/** The cosine between two maps as vectors, 0 to 1; `null` where they differ in size. */
export function similarityOf(map: Matrix, other: Matrix): number | null {
  if (map.rows !== other.rows || map.columns !== other.columns) return null;
  let [product, squares, otherSquares] = [0, 0, 0];
  for (let index = 0; index < map.rows; index++) {
    const [row, otherRow] = [map.row(index), other.row(index)];
    for (let column = 0; column < row.length; column++) {
      const [weight, otherWeight] = [row[column] ?? 0, otherRow[column] ?? 0];
      product += weight * otherWeight;
      squares += weight * weight;
      otherSquares += otherWeight * otherWeight;
    }
  }
  return product === 0 ? 0 : product / Math.sqrt(squares * otherSquares);
}
