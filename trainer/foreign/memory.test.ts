import { expect, test } from 'vitest';
import { announce, memoryNow } from './memory.ts';

const memory = { free: 4e9, total: 16e9 };

test('a model that fits is loaded without a word', () => {
  announce('small', 4e9, { do: 'refuse' }, memory);
  announce('small', 4e9, { do: 'warn', warn: () => expect.unreachable() }, memory);
});

test('one that is larger than the free memory is told with both figures, and loaded where nobody asks', () => {
  const told: string[] = [];
  announce('large', 9e9, { do: 'warn', warn: notice => told.push(notice) }, memory);
  expect(told).toEqual([expect.stringMatching(/^large has 9\.0 GB, and 4\.0 GB of memory are free/)]);
  expect(() => announce('large', 9e9, { do: 'refuse' }, memory)).toThrow(expect.objectContaining({ code: 'not-enough-memory', message: told[0] }));
});

test('one that can never fit is refused', () => {
  const warn = (): never => expect.unreachable();
  expect(() => announce('huge', 20e9, { do: 'warn', warn }, memory)).toThrow(/huge has 20\.0 GB; this machine has 16\.0 GB of memory in all/);
});

test('this machine has some', () => {
  const { free, total } = memoryNow();
  expect(free).toBeGreaterThan(1e6);
  expect(total).toBeGreaterThanOrEqual(free);
});
