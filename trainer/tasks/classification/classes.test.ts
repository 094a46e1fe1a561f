import { expect, test } from 'vitest';
import { weightsOf } from './classes.ts';

test('balanced weights make every class count the same, and an example 1 on average', () => {
  const counts = [10, 30, 60];
  const weights = weightsOf(['a', 'b', 'c'], counts, 'balanced');
  const totals = weights.map((weight, index) => weight * (counts[index] ?? 0));
  for (const total of totals) expect(total).toBeCloseTo(100 / 3, 10);
  expect(totals.reduce((sum, total) => sum + total, 0)).toBeCloseTo(100, 10);
});

test('weights by name; a class that is not named counts 1', () => {
  expect(weightsOf(['a', 'b'], [1, 1], { b: 3 })).toEqual([1, 3]);
  expect(weightsOf(['a', 'b'], [1, 1], 'none')).toEqual([1, 1]);
});
