import { expect, test } from 'vitest';
import { learningRate } from './schedule.ts';

const plan = { rate: 0.1, warmup: 10, total: 110 };

test('the rate grows in a straight line to its highest, and falls in one to zero at the last step', () => {
  expect(learningRate(0, plan)).toBeCloseTo(0.01);
  expect(learningRate(4, plan)).toBeCloseTo(0.05);
  expect(learningRate(9, plan)).toBeCloseTo(0.1);
  expect(learningRate(10, plan)).toBeCloseTo(0.1);
  expect(learningRate(60, plan)).toBeCloseTo(0.05);
  expect(learningRate(110, plan)).toBe(0);
});

test('a last epoch with a few batches more than the first trains on at rate zero', () => {
  expect(learningRate(113, plan)).toBe(0);
});

test('without warm-up it begins at its highest', () => {
  expect(learningRate(0, { ...plan, warmup: 0 })).toBe(0.1);
});
