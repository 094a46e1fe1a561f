import type { AttentionRow } from '../../protocol/trace.ts';

/** Of a row over all that was read, what lies on the text given: its first `count` tokens. */
export function rowOver(row: ArrayLike<number>, count: number): AttentionRow {
  const weights = Array.from({ length: count }, (_, token) => row[token] ?? 0);
  let elsewhere = 0;
  for (let token = count; token < row.length; token++) elsewhere += row[token] ?? 0;
  return { firstSource: 0, weights, elsewhere };
}
