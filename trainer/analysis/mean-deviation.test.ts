import { expect, it } from 'vitest';
import { formatMeanDeviation, meanDeviation } from './mean-deviation.ts';

it('gives mean and sample standard deviation', () => {
  // Deviations −3, −1, −1, −1, 0, 0, 2, 4 of 5: squares 32, over n − 1 = 7.
  expect(meanDeviation([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({ mean: 5, deviation: Math.sqrt(32 / 7), count: 8 });
  expect(meanDeviation([1e9, 1e9 + 1, 1e9 + 2]).deviation).toBe(1);
});

it('has no deviation of a single value, and nothing to say of none', () => {
  expect(meanDeviation([7])).toEqual({ mean: 7, deviation: undefined, count: 1 });
  expect(() => meanDeviation([])).toThrow(RangeError);
});

it('writes both as a table shows them', () => {
  expect(formatMeanDeviation(meanDeviation([83.8, 84.1, 84.4]))).toBe('84.1 ± 0.3, n = 3');
  expect(formatMeanDeviation(meanDeviation([0.5, 0.25]), 3)).toBe('0.375 ± 0.177, n = 2');
  expect(formatMeanDeviation(meanDeviation([84.1]))).toBe('84.1, n = 1');
});
