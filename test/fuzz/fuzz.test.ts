/** Whatever a file holds, reading it ends: well, or in a failure that names the file, what was found and what was expected. */
import { afterAll, expect, test } from 'vitest';
import { subjects } from './subjects.ts';
import { Watcher } from './watcher.ts';

const watcher = new Watcher();
afterAll(() => watcher.close());

test.each(subjects.map(({ name }) => name))('2,000 damaged files: %s', { timeout: 300_000 }, async name => {
  const { read, refused, bugs } = await watcher.fuzz(name, 2000);
  expect(bugs).toEqual([]);
  expect(read + refused).toBe(2000);
  // Damage that is always noticed, or never, tests little.
  expect(Math.min(read, refused)).toBeGreaterThan(20);
});
