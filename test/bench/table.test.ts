import { expect, test } from 'vitest';
import type { Measurement } from './part.ts';
import { geometricMean, median, quantile } from './statistics.ts';
import { tableOf, verdictOf } from './table.ts';

const values = Array.from({ length: 100 }, (_, index) => index + 1);
const budget = (most: number, of: 'median' | 'p95' | 'value'): Measurement =>
  ({ name: 'a thing', unit: 'ms', values, limit: { kind: 'budget', most, of } });

test('medians and quantiles', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(quantile(values, 0.95)).toBe(95);
  expect(quantile([7], 0.95)).toBe(7);
  expect(median([])).toBeNaN();
  expect(geometricMean([0.5, 2, 8])).toBeCloseTo(2);
  expect(geometricMean([])).toBeNaN();
});

test('a budget is held against what it is a budget of', () => {
  expect([50, 50.5].map(most => verdictOf(budget(most, 'median')))).toEqual(['missed', 'met']);
  expect([94, 95].map(most => verdictOf(budget(most, 'p95')))).toEqual(['missed', 'met']);
  expect([99, 100].map(most => verdictOf(budget(most, 'value')))).toEqual(['missed', 'met']);
  expect(verdictOf({ ...budget(1, 'value'), values: [Number.NaN] })).toBe('missed');
});

test('a ratio is taken of medians, or of sums where runs differ', () => {
  const race = (by: 'median' | 'total', theirs: readonly number[]): Measurement =>
    ({ name: 'a race', unit: 'ms', values: [1, 1, 10], limit: { kind: 'ratio', most: 1, to: 'PyTorch 2', theirs, by } });
  expect([[1, 1, 1], [0.9, 0.9, 20]].map(theirs => verdictOf(race('median', theirs)))).toEqual(['met', 'missed']);
  expect([[4, 4, 4], [4, 4, 3]].map(theirs => verdictOf(race('total', theirs)))).toEqual(['met', 'missed']);
  expect(tableOf([race('median', [2, 2, 2])])[2]).toBe(
    '| a race | median 1.00, p95 10.0 ms (n = 3) | 0.50 of PyTorch 2, median 2.00 ms (at most 1) | met     |',
  );
});

test('what was measured once is one number', () => {
  const memory: Measurement = { name: 'memory', unit: 'MB', values: [312.4], limit: { kind: 'none' } };
  expect(tableOf([memory])[2]).toMatch(/^\| memory \| 312 MB +\| +\| +\|$/);
});
