import { expect, test } from 'vitest';
import { lastStep, learningRate } from './schedule.ts';

const plan = { rate: 0.1, warmup: 10, total: 110 };
const cooled = { ...plan, cooldown: { from: 60, steps: 20 } };

test('until the cooldown begins nothing differs, and there is no jump where it does', () => {
  for (const step of [0, 9, 10, 59, 60]) expect(learningRate(step, cooled)).toBe(learningRate(step, plan));
});

test('a cooldown brings the rate to zero in a straight line', () => {
  expect(learningRate(70, cooled)).toBeCloseTo(learningRate(60, plan) / 2);
  expect(learningRate(80, cooled)).toBe(0);
  expect(learningRate(200, cooled)).toBe(0);
});

test('a run ends with its cooldown, or with its epochs where those end first', () => {
  expect(lastStep(plan)).toBe(110);
  expect(lastStep(cooled)).toBe(80);
  expect(lastStep({ ...plan, cooldown: { from: 100, steps: 50 } })).toBe(110);
});
