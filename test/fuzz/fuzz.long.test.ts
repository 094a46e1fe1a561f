/** The same as fuzz.test.ts, with many more cases. */
import { afterAll, expect, test } from 'vitest';
import { subjects } from './subjects.ts';
import { Watcher } from './watcher.ts';

const watcher = new Watcher();
afterAll(() => watcher.close());

test.each(subjects.map(({ name }) => name))('100,000 damaged files: %s', { timeout: 3_600_000 }, async name => {
  const { read, refused, bugs, milliseconds, slowest } = await watcher.fuzz(name, 100_000);
  console.log(`${name}: ${read} read, ${refused} refused; ${(milliseconds / 1000).toFixed(0)} s of the processor; the slowest, case ${slowest.case}, took ${slowest.milliseconds.toFixed(0)} ms`);
  expect(bugs).toEqual([]);
  expect(read + refused).toBe(100_000);
});
