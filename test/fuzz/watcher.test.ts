/** The fuzzer finds what it is there to find. */
import { afterAll, expect, test } from 'vitest';
import { Watcher } from './watcher.ts';

const watcher = new Watcher({ subjects: new URL('faulty.fixture.ts', import.meta.url), patience: 2500 });
afterAll(() => watcher.close());

test('nothing where failures are as they should be', async () => {
  const { read, refused, bugs } = await watcher.fuzz('sound', 100);
  expect(bugs).toEqual([]);
  expect(read + refused).toBe(100);
  expect(refused).toBeGreaterThan(10);
});

test.each<[string, RegExp]>([
  ['hangs', /it did not end within 2500 ms/],
  ['dies', /the process died \(SIGKILL\)/],
  ['throws', /TypeError: undefined is not a function/],
  ['grows', /memory grew by \d{9,} bytes/],
  ['names nothing', /no file is named/],
  ['expects nothing', /nothing is expected/],
])('a reader that %s is found out, and the case is told', async (name, what) => {
  const { bugs } = await watcher.fuzz(name, name === 'grows' ? 30 : 4);
  expect(bugs.length).toBeGreaterThan(0);
  expect(bugs[0]).toEqual({ case: expect.any(Number), what: expect.stringMatching(what) });
});
