import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { RowPace } from './row-pace.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('a row stays as it is for a moment, and for longer while its tooltip is read', () => {
  const over = vi.fn();
  const pace = new RowPace(over);
  expect(pace.waits('a', 'running')).toBe(false);
  pace.drawn('a', 'running');
  vi.advanceTimersByTime(1_000);
  expect([pace.waits('a', 'running'), pace.waits('b', 'running')]).toEqual([true, false]);
  pace.read('a', 'running');
  vi.advanceTimersByTime(10_000);
  expect([pace.waits('a', 'running'), over.mock.calls.length]).toEqual([true, 0]);
  vi.advanceTimersByTime(5_000);
  expect([pace.waits('a', 'running'), over.mock.calls.length]).toEqual([false, 1]);
});

it('a run that ends is told of at once', () => {
  const pace = new RowPace(() => undefined);
  pace.read('a', 'running');
  expect(pace.waits('a', 'finished')).toBe(false);
});
