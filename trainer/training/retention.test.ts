import { expect, test } from 'vitest';
import { remembered, retained } from './retention.ts';

const progress = { validated: [10, 20, 30, 40, 50], step: 53, bestStep: 20 };

test.each([
  ['the latest alone', { averageLast: 1, keepLast: 1 }, [50, 53], [20, 50]],
  ['those whose mean it may end with', { averageLast: 3, keepLast: 1 }, [30, 40, 50, 53], [20, 50]],
  ['more, without the optimizer’s state', { averageLast: 1, keepLast: 4 }, [50, 53], [20, 20, 30, 40, 50]],
])('beside the best a run keeps %s', (_name, counts, whole, models) => {
  expect(retained(progress, counts)).toEqual({ whole, models });
  expect(remembered(counts)).toBeLessThanOrEqual(progress.validated.length);
});
