import { expect, test } from 'vitest';
import { Pace } from './pace.ts';
import { stateOf } from './state.ts';

const lives = { lives: true, since: 1_000 };
const after = (type: string, time: number, isPaused = false): Parameters<typeof stateOf>[0] => ({ last: { type, step: 1, time }, hasBegun: true, isPaused });
const nothing = { last: undefined, hasBegun: false, isPaused: false };

test('a run that is written prepares, runs or is paused; it ends when its process says so', () => {
  expect(stateOf(nothing, lives, false)).toBe('preparing');
  expect(stateOf(after('step', 2_000), lives, false)).toBe('running');
  expect(stateOf(after('paused', 2_000, true), lives, true)).toBe('paused');
  expect(stateOf(after('finished', 2_000), lives, false)).toBe('finished');
  // All that is told is of an attempt before this process.
  expect(stateOf(after('stopped', 500), lives, false)).toBe('preparing');
  expect(stateOf(after('step', 500), lives, false)).toBe('preparing');
});

test('a run that nobody writes waits, has ended, or was interrupted', () => {
  const gone = { lives: false, since: 1_000 };
  for (const writer of [undefined, gone]) {
    expect(stateOf(nothing, writer, true)).toBe('queued');
    expect(stateOf(nothing, writer, false)).toBe('interrupted');
    expect(stateOf(after('step', 2_000), writer, false)).toBe('interrupted');
    expect(stateOf(after('stopped', 2_000), writer, false)).toBe('stopped');
    expect(stateOf(after('failed', 2_000), writer, true)).toBe('queued');
    expect(stateOf(after('finished', 2_000), writer, true)).toBe('finished');
  }
});

test('the pace counts validations, and neither a clock that was set nor a machine that slept', () => {
  const pace = new Pace();
  expect(pace.millisecondsPerStep()).toBeNull();
  let time = 0;
  for (let step = 10; step <= 100; step += 10) pace.add(step, (time += step === 50 ? 20_000 : 10_000));
  expect(pace.millisecondsPerStep()).toBeCloseTo(100_000 / 90, 6);
  pace.add(110, time - 3_600_000);
  pace.add(120, time + 30 * 86_400_000);
  expect(pace.millisecondsPerStep()).toBeCloseTo(100_000 / 90, 6);
  pace.reset();
  expect(pace.millisecondsPerStep()).toBeNull();
});
