import { expect, test } from 'vitest';
import { type DatedEvent, minutesOf } from './run-events.ts';

const at = (attempt: number, minute: number, type = 'step'): DatedEvent => ({ type, attempt, step: minute, time: new Date(minute * 60_000).toISOString() });

test('a run took as long as it computed: neither what lies between attempts counts nor what it waited', () => {
  expect(minutesOf([])).toBe(0);
  expect(minutesOf([at(1, 0, 'started'), at(1, 3), at(2, 60, 'resumed'), at(2, 64)])).toBe(7);
  expect(minutesOf([at(1, 0, 'started'), at(1, 3, 'paused'), at(1, 50, 'continued'), at(1, 52), at(1, 55, 'paused'), at(2, 90, 'resumed'), at(2, 91)])).toBe(9);
});
