import { expect, test } from 'vitest';
import { longestPassage, whyTooLong } from './longest-passage.ts';

test('one text may have the whole length, also where a second one could be added', () => {
  const [most, more] = ['a'.repeat(longestPassage), 'a'.repeat(longestPassage + 1)];
  expect([whyTooLong(most), whyTooLong('', most), whyTooLong(more)]).toEqual(['', '', 'It has 10,001 characters; at most 10,000 can be read at a time.']);
});

test('two texts are no longer together, with the line end between them', () => {
  const half = 'a'.repeat(longestPassage / 2);
  expect([whyTooLong(half.slice(1), half), whyTooLong(half, half)]).toEqual(['', 'Both together have 10,001 characters; at most 10,000 can be read at a time.']);
});
