import { expect, test } from 'vitest';
import { listedCounts, namesOf, weightsOf } from './classes.ts';

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

test('a class may be called as what every object has', () => {
  expect(namesOf(['constructor', 'toString'], { toString: 'text' })).toEqual(['constructor', 'text']);
  expect(weightsOf(['constructor', 'valueOf'], [1, 1], { valueOf: 2 })).toEqual([1, 2]);
});

test('of many classes a few are listed, and nothing of their names reaches the terminal raw', () => {
  const labels = Array.from({ length: 30 }, (_, index) => `class ${index}`);
  expect(listedCounts(labels, labels, new Map())).toMatch(/^0 class 0, .*0 class 19, … of 30 classes$/);
  expect(listedCounts(['a'], ['a\u001b[2J'], new Map([['a', 3]]))).toBe('3 a␛[2J');
});
