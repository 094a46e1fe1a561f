import { expect, test } from 'vitest';
import { characterSymbols, kneserNeyBits } from './kneser-ney-bits.ts';

const texts = ['the cat sees the dog', 'the dog sees the cat', 'a cat sees a dog', 'a dog and the cat'];

test('symbols of characters tell all texts apart, those never seen too', () => {
  const { count, of } = characterSymbols(texts);
  expect(of('cat')).toHaveLength(3);
  expect(of('é😀')).toEqual([0xc3, 0xa9, 0xf0, 0x9f, 0x98, 0x80]);
  const all = ['cat', 'act', 'cät', 'caẗ', '', '😀'].map(text => of(text).join(' '));
  expect(new Set(all).size).toBe(all.length);
  for (const id of of('the cät 😀')) expect(id).toBeLessThan(count);
});

test('what was trained on costs little, the unseen more, and the impossible nothing without end', () => {
  const symbols = characterSymbols(texts);
  const bits = (text: string): number => kneserNeyBits(texts, [text], symbols);
  expect(bits('the cat sees the dog')).toBeLessThan(1.5);
  expect(bits('zebras quibble')).toBeGreaterThan(3);
  expect(bits('Ж')).toBeLessThan(Infinity);
});
