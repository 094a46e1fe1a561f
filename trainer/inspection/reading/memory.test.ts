import { expect, test } from 'vitest';
import { keyOf, Memory } from './memory.ts';
import { axisOf, passOf } from './reading.fixture.ts';

function memoryOf(most: number): { recall: (key: string) => Promise<number>; made: string[] } {
  const memory = new Memory<number>(most, size => size);
  const made: string[] = [];
  return { made, recall: key => memory.recall(key, () => made.push(key) && Number(key)) };
}

test('what is known is not made again', async () => {
  const { recall, made } = memoryOf(100);
  expect([await recall('1'), await recall('2'), await recall('1')]).toEqual([1, 2, 1]);
  expect(made).toEqual(['1', '2']);
});

test('what was not asked for the longest goes first', async () => {
  const { recall, made } = memoryOf(100);
  for (const key of ['40', '50', '40', '30', '40', '50']) await recall(key);
  expect(made).toEqual(['40', '50', '30', '50']);
});

test('what is larger than everything stays until the next', async () => {
  const { recall, made } = memoryOf(100);
  for (const key of ['10', '500', '500', '10', '500']) await recall(key);
  expect(made).toEqual(['10', '500', '10', '500']);
});

test('what fails is not remembered', async () => {
  const memory = new Memory<number>(100, size => size);
  await expect(memory.recall('key', () => Promise.reject(new Error('stopped')))).rejects.toThrow('stopped');
  expect(await memory.recall('key', () => 7)).toBe(7);
});

test('two passes are never taken for each other', () => {
  const make = () => passOf([axisOf('a')], [{ heads: [[[1]]] }]);
  const [one, other] = [make(), make()];
  expect(keyOf(one)).toBe(keyOf(one));
  expect(keyOf(one)).not.toBe(keyOf(other));
});
