import { expect, test } from 'vitest';
import { isSpecialToken } from './special-token.ts';

test.each(['</s>', '<pad>', '<|endoftext|>', '<extra_id_0>', '⟨slot1⟩', '[SEP]', '[UNK]', '[start]', '[unused12]'])('%s spells nothing', token => {
  expect(isSpecialToken(token)).toBe(true);
});

test.each(['', 'a', '<', '<>', 'a < b > c', '[1]', '[', '[]', '[a] b', '▁<s', '< s>'])('%j spells something', token => {
  expect(isSpecialToken(token)).toBe(false);
});
