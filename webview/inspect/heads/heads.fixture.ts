/** Lines made up for tests: `heads` maps of so many rows and columns. */
import type { LineSet } from './lines.ts';

/** @param sharpness how far the logits of a row reach: the greater, the fewer tokens are looked at */
export function linesFrom(heads: number, queries: number, keys: number, sharpness: number, seed = 1): LineSet {
  let state = seed;
  const random = (): number => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
  const all: { readonly query: number; readonly key: number; readonly head: number; readonly weight: number }[] = [];
  for (let head = 0; head < heads; head++) {
    for (let query = 0; query < queries; query++) {
      const row = Array.from({ length: keys }, () => Math.exp(sharpness * random()));
      const sum = row.reduce((total, weight) => total + weight, 0);
      row.forEach((weight, key) => all.push({ query, key, head, weight: weight / sum }));
    }
  }
  all.sort((one, other) => one.weight - other.weight);
  return {
    queries: Uint16Array.from(all, line => line.query), keys: Uint16Array.from(all, line => line.key),
    heads: Uint8Array.from(all, line => line.head), weights: Float32Array.from(all, line => line.weight),
  };
}

/** What a worker answers: the strongest, and how much is hidden. */
export function strongest(lines: LineSet, most: number): { readonly lines: LineSet; readonly hidden: { readonly lines: number; readonly mass: number; readonly largest: number } } {
  const from = Math.max(0, lines.weights.length - most);
  return {
    lines: { queries: lines.queries.slice(from), keys: lines.keys.slice(from), heads: lines.heads.slice(from), weights: lines.weights.slice(from) },
    hidden: { lines: from, mass: lines.weights.slice(0, from).reduce((sum, weight) => sum + weight, 0), largest: lines.weights[from - 1] ?? 0 },
  };
}
