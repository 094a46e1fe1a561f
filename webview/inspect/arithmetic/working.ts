/** The arithmetic of one row, step by step, as it is laid out to be checked by hand. */
import type { Arithmetic } from '../../../protocol/inspection.ts';
import { digits, elementOf, type Summed, summed, tanhOf, workOut } from './by-hand.ts';
import type { Numbers } from './numbers.ts';

export function exactText(value: number | null): string {
  if (value === null) return '−∞';
  const text = Number.isInteger(value) && Math.abs(value) < 1e9 ? String(value) : value.toPrecision(digits);
  return text.replaceAll('-', '−').replace('e+', 'e');
}

/** How far one number is from another: two digits say it. */
export function awayText(distance: number): string {
  return distance === 0 ? '0' : distance.toPrecision(2).replaceAll('-', '−').replace('e+', 'e');
}

/** What keys are called, and what the vocabulary calls them. */
export interface KeyNames {
  readonly names: readonly string[];
  readonly raw: readonly string[];
}

/** Numbers of a row, by key. */
export interface ScoreColumn {
  readonly name: string;
  /** It follows from the others. */
  readonly isSpare?: boolean;
  /** `null` where it may not look. */
  readonly values: readonly (number | null)[];
  /** The model's, in float32. */
  readonly own?: readonly (number | null)[];
}

/** From q·k, or v·tanh, to the weight. */
export function scoreColumns(arithmetic: Arithmetic): readonly ScoreColumn[] {
  const { products, scaled, scores, powers, weights } = workOut(arithmetic);
  const after = [{ name: 'score', values: scores, own: arithmetic.scores }, { name: 'e^(score − largest)', values: powers }, { name: 'weight', values: weights, own: arithmetic.weights }];
  if (arithmetic.score === 'additive') return after;
  const { mask, scale } = arithmetic;
  // A mask that only forbids leaves the scaled product as the score, and shows in it.
  const isSpare = mask.every(value => value === 0 || value === null);
  return [{ name: 'q · k', values: products, own: arithmetic.products }, { name: `× ${exactText(scale)}`, isSpare, values: scaled }, { name: '+ mask', isSpare, values: mask }, ...after];
}

/** The same, a row a key. */
export function scoreTable(arithmetic: Arithmetic, keys: KeyNames): Numbers {
  const columns = scoreColumns(arithmetic).map(({ values, own, ...column }) => ({
    ...column, cell: (key: number) => exactText(values[key] ?? null), ...(own && { more: (key: number) => `The model’s own: ${exactText(own[key] ?? null)}` }),
  }));
  return { count: arithmetic.weights.length, columns: [keyColumn(keys), ...columns] };
}

function keyColumn({ names, raw }: KeyNames): Numbers['columns'][number] {
  return { name: 'Key', isText: true, cell: row => names[row] ?? '', more: row => raw[row] ?? '' };
}

/** One key's score, element by element, with the sum so far. */
export function keyTable(arithmetic: Arithmetic, key: number): Numbers {
  const keys = arithmetic.keys[key] ?? [];
  const index = { name: 'i', isText: true, cell: (row: number) => String(row + 1) } as const;
  if (arithmetic.score === 'additive') {
    const { direction, query } = arithmetic;
    const tanh = tanhOf(arithmetic, key);
    const sum = summed(direction, tanh);
    return {
      count: tanh.length,
      columns: [
        index, ...(query === undefined ? [] : [{ name: 'W q', cell: (row: number) => exactText(query[row] ?? 0) }]), { name: 'U k', cell: row => exactText(keys[row] ?? 0) },
        { name: query === undefined ? 'tanh(U k)' : 'tanh(W q + U k)', cell: row => exactText(tanh[row] ?? 0) }, { name: 'v', cell: row => exactText(direction[row] ?? 0) },
        ...sumColumns('v × tanh', sum),
      ],
    };
  }
  const { query } = arithmetic;
  return {
    count: query.length,
    columns: [
      index, { name: 'q', cell: row => exactText(query[row] ?? 0) }, { name: 'k', cell: row => exactText(keys[row] ?? 0) },
      ...sumColumns('q × k', summed(query, keys)),
    ],
  };
}

/** What the head writes, an element a row. */
export function outputTable(arithmetic: Arithmetic): Numbers {
  const { output } = arithmetic;
  return {
    count: output.length,
    columns: [
      { name: 'i', isText: true, cell: row => String(row + 1) },
      { name: 'output', cell: row => exactText(elementOf(arithmetic, row).sum), more: row => `The model’s own: ${exactText(output[row] ?? 0)}` },
    ],
  };
}

/** One element of it: each key's weight times its value, with the sum so far. */
export function elementTable(arithmetic: Arithmetic, element: number, keys: KeyNames): Numbers {
  const { weights } = workOut(arithmetic);
  return {
    count: weights.length,
    columns: [
      keyColumn(keys), { name: 'weight', cell: row => exactText(weights[row] ?? 0) },
      { name: 'value', cell: row => exactText(arithmetic.values[row]?.[element] ?? 0) }, ...sumColumns('weight × value', elementOf(arithmetic, element)),
    ],
  };
}

function sumColumns(name: string, { parts, sums }: Summed): Numbers['columns'] {
  return [{ name, cell: row => exactText(parts[row] ?? 0) }, { name: 'sum so far', cell: row => exactText(sums[row] ?? 0) }];
}
