import { describe, expect, test } from 'vitest';
import { askTorch, testWithTorch } from '../../test/torch/torch.ts';
import { type ScheduleConfig, scheduleSchema } from './schedule-config.ts';
import { learningRate } from './schedule.ts';

const plan = { rate: 0.1, warmup: 10, total: 110 };
const all = ['linear', 'constant', 'cosine', 'inverse-sqrt', 'one-cycle'].map(kind => scheduleSchema.parse({ kind }));
const schedules: readonly ScheduleConfig[] = [...all, scheduleSchema.parse({ kind: 'step', every: 20 })];

/** The rate after each of these numbers of steps. */
function rates(schedule: unknown, steps: readonly number[], changes: Partial<typeof plan> = {}): number[] {
  return steps.map(step => learningRate(step, { ...plan, ...changes, schedule: scheduleSchema.parse(schedule) }));
}

function expectClose(found: readonly number[], expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  found.forEach((rate, index) => expect(rate, `at ${index}`).toBeCloseTo(Number(expected[index]), 12));
}

describe('the linear schedule', () => {
  test('grows in a straight line to its highest, and falls in one to zero at the last step', () => {
    expectClose(rates({ kind: 'linear' }, [0, 4, 9, 10, 60, 110]), [0.01, 0.05, 0.1, 0.1, 0.05, 0]);
  });

  test('is at zero in a last epoch with a few batches more than the first', () => {
    expect(rates({ kind: 'linear' }, [110, 113])).toEqual([0, 0]);
    expect(rates({ kind: 'linear' }, [110, 113], { warmup: 110 })).toEqual([0, 0]);
  });

  test('is what one gets without asking', () => {
    const steps = Array.from({ length: 115 }, (_, step) => step);
    expect(rates(undefined, steps)).toEqual(rates({ kind: 'linear' }, steps));
    expect(steps.map(step => learningRate(step, plan))).toEqual(rates({ kind: 'linear' }, steps));
  });
});

test.each(schedules)('$kind begins without warm-up at its highest, and with it at a part of it', schedule => {
  if (schedule.kind === 'one-cycle') {
    expect(rates(schedule, [0])).toEqual(rates(schedule, [0], { warmup: 0 }));
    return;
  }
  expect(rates(schedule, [0], { warmup: 0 })).toEqual([0.1]);
  expectClose(rates(schedule, [0, 4, 9]), [0.01, 0.05, 0.1]);
});

test.each(schedules)('$kind is never above its highest, never below zero, and a number however short the run', schedule => {
  for (const total of [1, 2, 3, 10, 11, 110]) {
    for (const warmup of [0, 1, 10, 500]) {
      for (let step = 0; step < total + 5; step++) {
        const rate = learningRate(step, { rate: 0.1, warmup, total, schedule });
        expect(rate).toBeGreaterThanOrEqual(0);
        expect(rate).toBeLessThanOrEqual(0.1 + 1e-15);
      }
    }
  }
});

test('the constant schedule stays at its highest', () => {
  expect(rates({ kind: 'constant' }, [10, 60, 109, 1000])).toEqual([0.1, 0.1, 0.1, 0.1]);
});

test('the step schedule goes down by its factor every so many steps after the warm-up', () => {
  expectClose(rates({ kind: 'step', every: 20, factor: 0.1 }, [10, 29, 30, 49, 50]), [0.1, 0.1, 0.01, 0.01, 0.001]);
});

test('the cosine schedule is level at its highest, half-way in the middle, and stays at its floor', () => {
  const cosine = { kind: 'cosine', floor: 0.2 };
  expectClose(rates(cosine, [10, 60, 110, 113]), [0.1, 0.06, 0.02, 0.02]);
  expectClose(rates(cosine, [35]), [0.02 + 0.08 * ((1 + Math.SQRT1_2) / 2)]);
});

test('the inverse-sqrt schedule is equation 3 of Vaswani et al. 2017, scaled to its highest', () => {
  const printed = (step: number, warmup: number): number => Math.min(step ** -0.5, step * warmup ** -1.5);
  const [warmup, width] = [40, 512];
  const rate = width ** -0.5 * warmup ** -0.5;
  const steps = Array.from({ length: 200 }, (_, step) => step);
  const found = rates({ kind: 'inverse-sqrt' }, steps, { rate, warmup, total: 200 });
  expectClose(found, steps.map(step => width ** -0.5 * printed(step + 1, warmup)));
  expect(Math.max(...found)).toBeCloseTo(rate, 12);
});

test('the one-cycle schedule grows to its highest and falls to its end, the first and last steps included', () => {
  const cycle = { kind: 'one-cycle', start: 0.1, peakAt: 0.5, end: 0.01 };
  const run = { total: 102 };
  expectClose(rates({ ...cycle, curve: 'linear' }, [0, 25, 50, 101, 105], run), [0.01, 0.055, 0.1, 0.001, 0.001]);
  expectClose(rates({ ...cycle, curve: 'cosine' }, [0, 25, 50, 101, 105], run), [0.01, 0.055, 0.1, 0.001, 0.001]);
  expectClose(rates({ ...cycle, peakAt: 0 }, [0], run), [0.1]);
});

describe("is torch.optim.lr_scheduler's, step by step:", () => {
  testWithTorch.each([
    ['StepLR', { kind: 'step', every: 7, factor: 0.3 }, 60],
    ['StepLR, every step', { kind: 'step', every: 1, factor: 0.9 }, 25],
    ['CosineAnnealingLR', { kind: 'cosine' }, 60],
    ['CosineAnnealingLR with a floor', { kind: 'cosine', floor: 0.05 }, 37],
    ['OneCycleLR', { kind: 'one-cycle' }, 100],
    ['OneCycleLR with an early peak', { kind: 'one-cycle', start: 0.2, peakAt: 0.07, end: 0.001 }, 83],
    ['OneCycleLR in straight lines', { kind: 'one-cycle', peakAt: 0.45, curve: 'linear' }, 51],
    ['OneCycleLR with a late peak', { kind: 'one-cycle', peakAt: 0.99 }, 10],
  ])('%s', { timeout: 60_000 }, async (_name, written, total) => {
    const schedule = scheduleSchema.parse(written);
    const run = { rate: 0.03, warmup: 0, total };
    const reply = await askTorch('schedules', {}, { ...run, schedule });
    const expected = Array.from(reply.get('rates')?.data ?? [], Number);
    expect(expected).toHaveLength(total);
    expectClose(rates(schedule, [...expected.keys()], run), expected);
  });
});
