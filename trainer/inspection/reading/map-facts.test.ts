import { expect, test } from 'vitest';
import { mapFactsOf } from './map-facts.ts';
import { denseMatrix } from './matrix.ts';

const facts = (weights: readonly number[]): ReturnType<typeof mapFactsOf> => {
  const matrix = denseMatrix(Float32Array.from(weights), 10, weights.length / 10);
  return mapFactsOf(matrix, matrix);
};

test('what 99 of 100 weights do not exceed, whatever their signs and however many are 0', () => {
  const many = Array.from({ length: 1_000 }, (_, index) => (index + 1) / 2_000 * (index % 2 === 0 ? 1 : -1));
  const { full, strong } = facts(many);
  expect(full).toBe(0.5);
  expect(strong).toBeGreaterThanOrEqual(0.495);
  expect(strong).toBeLessThan(0.4995);
  expect(many.filter(weight => Math.abs(weight) > strong).length).toBeLessThanOrEqual(10);
  expect(facts([...many, ...new Array<number>(9_000).fill(0)]).strong).toBe(strong);
});

test('is the largest where there are few, and nothing where there is nothing', () => {
  expect(facts([0.25, 0, 0, 0, 0, 0, 0, 0, 0, 0.5])).toMatchObject({ full: 0.5, strong: 0.5 });
  expect(facts(new Array<number>(20).fill(0))).toMatchObject({ full: 0, strong: 0 });
});
