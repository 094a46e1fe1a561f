import { expect, test } from 'vitest';
import type { Token } from '../../protocol/trace.ts';
import { textAxis } from './axes.ts';
import { groupTokens } from './reading/grouping.ts';
import { patternsOf } from './reading/patterns.ts';

const token = (text: string, start: number, end: number): Token => ({ text, start, end });

test('a token of a space alone has no width, and is not special: neither hidden nor a separator', () => {
  const tokens = [token('<s>', 0, 0), token('a', 0, 1), token(' ', 1, 1), token('b', 2, 3), token('</s>', 3, 3), token('', 3, 3)];
  const axis = textAxis('source', { text: 'a b', tokens, words: [{ start: 0, end: 1 }, { start: 2, end: 3 }] });
  expect(axis.tokens.map(({ special }) => special)).toEqual([true, false, false, false, true, true]);
  expect(groupTokens(axis, { unit: 'tokens', hideSpecial: true }).labels.map(({ text, special }) => [text, special])).toEqual([['a', false], [' ', false], ['b', false]]);
  const side = { axis, tokens: { first: 0, end: 5 } };
  const separators = patternsOf(side, side, false).find(({ role }) => role === 'separator');
  expect([...new Set(Array.from(separators?.cells ?? [], cell => cell % 5))]).toEqual([4]);
});
