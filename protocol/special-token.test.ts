import { expect, test } from 'vitest';
import { isSpecial, isSpecialToken } from './special-token.ts';

test.each(['</s>', '<pad>', '<|endoftext|>', '<extra_id_0>', '⟨slot1⟩', '[SEP]', '[UNK]', '[start]', '[unused12]'])('%s spells nothing', token => {
  expect(isSpecialToken(token)).toBe(true);
});

test.each(['', 'a', '<', '<>', 'a < b > c', '[1]', '[', '[]', '[a] b', '▁<s', '< s>'])('%j spells something', token => {
  expect(isSpecialToken(token)).toBe(false);
});

test('a token without width is special, but for one of a space alone, however its vocabulary calls that', () => {
  const special = (text: string, start: number, end: number): boolean => isSpecial({ text, start, end });
  expect([special('</s>', 4, 4), special('', 4, 4), special('⟨slot1⟩', 0, 0), special('▁<', 3, 3)]).toEqual([true, true, true, true]);
  expect([special(' ', 4, 4), special('▁', 0, 0), special('Ġ', 2, 2), special('the', 0, 3), special('</s>', 0, 4)]).toEqual([false, false, false, false, false]);
});
