/** The arithmetic of one row, step by step, as it is laid out to be checked by hand. */
import type { Arithmetic } from '../../../protocol/inspection.ts';
import type { Numbers } from './numbers.ts';

/** Nine digits tell any float32 from its neighbours. */
export function exactText(value: number | null): string {
  if (value === null) return '−∞';
  const text = Number.isInteger(value) && Math.abs(value) < 1e9 ? String(value) : value.toPrecision(9);
  return text.replaceAll('-', '−').replace('e+', 'e');
}

/** A softmax by hand: each score less the largest, its power of e, and the sum of those. */
export interface Softmax {
  readonly largest: number;
  /** By key; 0 where it may not look. */
  readonly powers: readonly number[];
  readonly sum: number;
}

export function softmaxOf(scores: readonly (number | null)[]): Softmax {
  const largest = Math.max(...scores.map(score => score ?? -Infinity));
  const powers = scores.map(score => (score === null ? 0 : Math.exp(score - largest)));
  return { largest, powers, sum: powers.reduce((sum, power) => sum + power, 0) };
}

/** What keys are called, and what the vocabulary calls them. */
export interface KeyNames {
  readonly names: readonly string[];
  readonly raw: readonly string[];
}

/** From q·k, or v·tanh, to the weight, a row a key. */
export function scoreTable(arithmetic: Arithmetic, keys: KeyNames): Numbers {
  const { powers } = softmaxOf(arithmetic.scores);
  const of = (values: readonly (number | null)[]) => (key: number): string => exactText(values[key] ?? null);
  const after = [
    { name: 'score', cell: of(arithmetic.scores) },
    { name: 'e^(score − largest)', cell: of(powers) },
    { name: 'weight', cell: of(arithmetic.weights) },
  ];
  if (arithmetic.score === 'additive') return { count: arithmetic.weights.length, columns: [keyColumn(keys), ...after] };
  const { products, mask, scale } = arithmetic;
  // A mask that only forbids leaves the scaled product as the score, and shows in it.
  const isSpare = mask.every(value => value === 0 || value === null);
  return {
    count: arithmetic.weights.length,
    columns: [
      keyColumn(keys), { name: 'q · k', cell: of(products) },
      { name: `× ${exactText(scale)}`, isSpare, cell: row => exactText((products[row] ?? 0) * scale) }, { name: '+ mask', isSpare, cell: of(mask) }, ...after,
    ],
  };
}

function keyColumn({ names, raw }: KeyNames): Numbers['columns'][number] {
  return { name: 'Key', isText: true, cell: row => names[row] ?? '', more: row => raw[row] ?? '' };
}

/** One key's score, element by element, with the sum so far. */
export function keyTable(arithmetic: Arithmetic, key: number): Numbers {
  const { query } = arithmetic;
  const keys = arithmetic.keys[key] ?? [];
  const index = { name: 'i', isText: true, cell: (row: number) => String(row + 1) } as const;
  if (arithmetic.score === 'additive') {
    const { direction } = arithmetic;
    const tanh = arithmetic.tanh[key] ?? [];
    const parts = tanh.map((value, at) => value * (direction[at] ?? 0));
    return {
      count: tanh.length,
      columns: [
        index, { name: 'W q', cell: row => exactText(query[row] ?? 0) }, { name: 'U k', cell: row => exactText(keys[row] ?? 0) },
        { name: 'tanh(W q + U k)', cell: row => exactText(tanh[row] ?? 0) }, { name: 'v', cell: row => exactText(direction[row] ?? 0) },
        { name: 'v × tanh', cell: row => exactText(parts[row] ?? 0) }, sumSoFar(parts),
      ],
    };
  }
  const parts = query.map((value, at) => value * (keys[at] ?? 0));
  return {
    count: query.length,
    columns: [
      index, { name: 'q', cell: row => exactText(query[row] ?? 0) }, { name: 'k', cell: row => exactText(keys[row] ?? 0) },
      { name: 'q × k', cell: row => exactText(parts[row] ?? 0) }, sumSoFar(parts),
    ],
  };
}

/** What the head writes, an element a row. */
export function outputTable({ output }: Arithmetic): Numbers {
  return {
    count: output.length,
    columns: [{ name: 'i', isText: true, cell: row => String(row + 1) }, { name: 'output', cell: row => exactText(output[row] ?? 0) }],
  };
}

/** One element of it: each key's weight times its value, with the sum so far. */
export function elementTable({ weights, values }: Arithmetic, element: number, keys: KeyNames): Numbers {
  const parts = weights.map((weight, key) => weight * (values[key]?.[element] ?? 0));
  return {
    count: weights.length,
    columns: [
      keyColumn(keys), { name: 'weight', cell: row => exactText(weights[row] ?? 0) },
      { name: 'value', cell: row => exactText(values[row]?.[element] ?? 0) }, { name: 'weight × value', cell: row => exactText(parts[row] ?? 0) }, sumSoFar(parts),
    ],
  };
}

function sumSoFar(parts: readonly number[]): Numbers['columns'][number] {
  const sums: number[] = [];
  parts.reduce((sum, part, at) => (sums[at] = sum + part), 0);
  return { name: 'sum so far', cell: row => exactText(sums[row] ?? 0) };
}
