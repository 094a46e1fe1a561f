/** Numbers laid out to be checked: a reader with a calculator comes, line by line, to the same digits. */
import { describe, expect, test } from 'vitest';
import type { Arithmetic } from '../../../protocol/inspection.ts';
import { furthest, shown, workOut } from './by-hand.ts';
import type { Numbers } from './numbers.ts';
import { scoresCsv } from './scores-csv.ts';
import { awayText, elementTable, exactText, keyTable, outputTable, scoreTable } from './working.ts';

const count = 6;
const noise = (seed: number, length: number): number[] => Array.from({ length }, (_, at) => Math.fround(Math.sin(seed * 12.9898 + at * 78.233) * (at % 3 === 0 ? 3 : 0.2)));
const names = { names: Array.from({ length: count }, (_, key) => `k${key}`), raw: [] };

function dotProduct(): Arithmetic {
  const [query, keys, values] = [noise(1, 12), Array.from({ length: count }, (_, key) => noise(key + 2, 12)), Array.from({ length: count }, (_, key) => noise(key + 40, 5))];
  const products = keys.map(key => key.reduce((sum, value, at) => Math.fround(sum + Math.fround(value * (query[at] ?? 0))), 0));
  const scale = Math.fround(12 ** -0.5);
  const scores = products.map((product, key) => (key === count - 1 ? null : Math.fround(product * scale)));
  const powers = scores.map(score => (score === null ? 0 : Math.exp(score)));
  const weights = powers.map(power => Math.fround(power / powers.reduce((sum, one) => sum + one, 0)));
  return { score: 'dot-product', firstKey: 0, query, keys, products, scale, mask: scores.map(score => (score === null ? null : 0)), scores, weights, values, output: noise(3, 5) };
}

/** What stands in a table, as a reader types it in. */
const typed = ({ columns, count: rows }: Numbers, name: string): number[] => {
  const column = columns.find(one => one.name === name);
  return Array.from({ length: rows }, (_, row) => Number((column?.cell(row) ?? '').replaceAll('−', '-').replace('-∞', '-Infinity')));
};
const same = (found: readonly number[], wanted: readonly number[]): void => expect(found.map(exactText)).toEqual(wanted.map(exactText));

describe('with a calculator, from what is printed', () => {
  const arithmetic = dotProduct();
  const scores = scoreTable(arithmetic, names);

  test.each([0, 3])('key %d: products, sums, and q · k is the last of them', key => {
    const table = keyTable(arithmetic, key);
    const [q, k, parts, sums] = ['q', 'k', 'q × k', 'sum so far'].map(name => typed(table, name));
    same(parts ?? [], q?.map((value, at) => value * (k?.[at] ?? 0)) ?? []);
    same(sums ?? [], parts?.map((part, at) => (sums?.[at - 1] ?? 0) + part) ?? []);
    expect(typed(scores, 'q · k')[key]).toBe(sums?.at(-1));
  });

  test('scores, powers and weights, key by key', () => {
    const [products, scaled, score, powers, weights] = ['q · k', `× ${exactText(arithmetic.score === 'dot-product' ? arithmetic.scale : 0)}`, 'score', 'e^(score − largest)', 'weight'].map(name => typed(scores, name));
    const scale = Number(exactText(arithmetic.score === 'dot-product' ? arithmetic.scale : 0));
    same(scaled ?? [], products?.map(product => product * scale) ?? []);
    expect(score).toEqual(scaled?.map((value, key) => (key === count - 1 ? -Infinity : value)));
    const { largest, sum } = workOut(arithmetic);
    same(powers ?? [], score?.map(value => Math.exp(shown(value - largest))) ?? []);
    same(weights ?? [], powers?.map(power => power / sum) ?? []);
  });

  test.each([0, 4])('element %d of the output', element => {
    const table = elementTable(arithmetic, element, names);
    const [weights, values, parts, sums] = ['weight', 'value', 'weight × value', 'sum so far'].map(name => typed(table, name));
    same(parts ?? [], weights?.map((weight, key) => weight * (values?.[key] ?? 0)) ?? []);
    same(sums ?? [], parts?.map((part, key) => (sums?.[key - 1] ?? 0) + part) ?? []);
    expect(typed(outputTable(arithmetic), 'output')[element]).toBe(sums?.at(-1));
  });

  test('the model’s own numbers are told, and are as near as float32 is', () => {
    const { scores: worked, weights } = workOut(arithmetic);
    expect(furthest(arithmetic.scores, worked)).toBeLessThan(1e-6);
    expect(furthest(arithmetic.scores, worked)).toBeGreaterThan(0);
    expect(furthest(arithmetic.weights, weights)).toBeLessThan(1e-6);
    expect(scores.columns.find(({ name }) => name === 'score')?.more?.(0)).toBe(`The model’s own: ${exactText(arithmetic.scores[0] ?? null)}`);
    expect([0, 2.23e-8].map(awayText)).toEqual(['0', '2.2e−8']);
  });
});

test('of additive attention, v · tanh(W q + U k)', () => {
  const keys = Array.from({ length: count }, (_, key) => noise(key + 2, 4));
  const arithmetic: Arithmetic = { score: 'additive', firstKey: 0, query: noise(1, 4), keys, direction: noise(7, 4), tanh: keys, scores: keys.map(() => 0), weights: keys.map(() => 0), values: keys, output: [] };
  const table = keyTable(arithmetic, 2);
  const [q, k, tanh, v, parts, sums] = ['W q', 'U k', 'tanh(W q + U k)', 'v', 'v × tanh', 'sum so far'].map(name => typed(table, name));
  same(tanh ?? [], q?.map((value, at) => Math.tanh(value + (k?.[at] ?? 0))) ?? []);
  same(parts ?? [], tanh?.map((value, at) => value * (v?.[at] ?? 0)) ?? []);
  expect(typed(scoreTable(arithmetic, names), 'score')[2]).toBe(sums?.at(-1));
  // A pooling has no query.
  const { query: _, ...pooling } = arithmetic;
  const alone = keyTable(pooling, 2);
  expect(alone.columns.map(({ name }) => name)).toEqual(['i', 'U k', 'tanh(U k)', 'v', 'v × tanh', 'sum so far']);
  same(typed(alone, 'tanh(U k)'), typed(alone, 'U k').map(Math.tanh));
});

test('numbers are rounded as they are printed, however small or large', () => {
  for (const value of [0, 1, -1, 0.1, Math.fround(0.1), 1.98878783, 123456789.5, 1e-30, -3.4e38, 4.9999999995e-8]) expect(exactText(shown(value))).toBe(exactText(shown(shown(value))));
  expect([0.1234567894, -2e-12, 3.4028234663852886e38].map(shown)).toEqual([0.123456789, -2e-12, 3.40282347e38]);
  // Ties, which float32 numbers often are: the tenth digit is a five, and the last.
  for (const tie of [1.001953125, 1.005859375, 123456.0625 * 8 + 0.5, 1234567890.5]) {
    for (const value of [tie, -tie]) expect(exactText(shown(value))).toBe(exactText(value));
  }
});

test('of a mask that only forbids, nothing is lost where there is no room for it', () => {
  const masked = (mask: number | null): string[] => scoreTable(
    { score: 'dot-product', firstKey: 0, query: [1], keys: [[Math.fround(0.1)]], products: [0.1], scale: 0.5, mask: [mask], scores: [null], weights: [0], values: [[1]], output: [0] },
    { names: ['the'], raw: ['▁the'] },
  ).columns.filter(({ isSpare }) => isSpare === true).map(({ name }) => name);
  expect([null, 0.25].map(masked)).toEqual([['× 0.500000000', '+ mask'], []]);
});

test('a table for other programs has numbers as they read them, and none where it may not look', () => {
  const arithmetic = dotProduct();
  const [head = [], ...rows] = scoresCsv(arithmetic, { ...names, names: names.names.with(0, '-1') }).trimEnd().split('\r\n').map(line => line.split(','));
  expect(head).toEqual(['Key', 'q · k', `× ${exactText(arithmetic.score === 'dot-product' ? arithmetic.scale : 0)}`, "'+ mask", 'score', 'e^(score − largest)', 'weight']);
  expect(rows.map(([key]) => key)).toEqual(["'-1", 'k1', 'k2', 'k3', 'k4', 'k5']);
  expect(rows.flatMap(([, ...cells]) => cells.filter(cell => Number.isNaN(Number(cell))))).toEqual([]);
  expect(rows.map(row => row[4])).toEqual(workOut(arithmetic).scores.map(score => (score === null ? '' : String(score))));
});
