import { expect, test } from 'vitest';
import { scheduleSchema } from './schedule-config.ts';

test('what is left out has its default', () => {
  expect(scheduleSchema.parse(undefined)).toEqual({ kind: 'linear' });
  expect(scheduleSchema.parse({ kind: 'step', every: 100 })).toEqual({ kind: 'step', every: 100, factor: 0.5 });
  expect(scheduleSchema.parse({ kind: 'cosine' })).toEqual({ kind: 'cosine', floor: 0 });
  const cycle = { kind: 'one-cycle', start: 0.04, peakAt: 0.3, end: 0.0001, curve: 'cosine' };
  expect(scheduleSchema.parse({ kind: 'one-cycle' })).toEqual(cycle);
});

test.each([
  ['an unknown schedule', { kind: 'triangle' }, 'expected "linear", "constant", "step"'],
  ["another's key", { kind: 'linear', every: 10 }, '"every"'],
  ['steps without their number', { kind: 'step' }, 'expected number'],
  ['half a step', { kind: 'step', every: 1.5 }, 'expected int'],
  ['a factor that grows', { kind: 'step', every: 10, factor: 1.1 }, '<=1'],
  ['a floor above the peak', { kind: 'cosine', floor: 2 }, '<=1'],
  ['a peak after the run', { kind: 'one-cycle', peakAt: 1 }, '<=0.99'],
  ['an unknown curve', { kind: 'one-cycle', curve: 'square' }, '"cosine"'],
])('%s is refused', (_name, written, expected) => {
  const { error } = scheduleSchema.safeParse(written);
  expect(error?.issues.map(({ message }) => message).join()).toContain(expected);
});
