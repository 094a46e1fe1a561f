import { describe, expect, it } from 'vitest';
import type { AttentionRow, Token } from '../../protocol/trace.ts';
import { alignWords, receivedBy } from './alignment.ts';

/** "The cats" → "Les chats", where "cats" and "chats" are two tokens each, and both sides end with </s>. */
const source = {
  tokens: [token('The', 0, 3), token('ca', 4, 6), token('ts', 6, 8), token('</s>', 8, 8)],
  words: [{ start: 0, end: 3 }, { start: 4, end: 8 }],
};
const target = {
  tokens: [token('Les', 0, 3), token('cha', 4, 7), token('ts', 7, 9), token('</s>', 9, 9)],
  words: [{ start: 0, end: 3 }, { start: 4, end: 9 }],
};

function token(text: string, start: number, end: number): Token {
  return { text, start, end };
}

function rowsOf(...weights: readonly (readonly number[])[]): AttentionRow[] {
  return weights.map(row => ({ firstSource: 0, weights: row }));
}

describe('alignWords', () => {
  it('links each target word to its most attended source word, tokens of a word taken together', () => {
    // "The" is chats' most attended single token, but the two tokens of "cats" have more between them.
    const rows = rowsOf([0.75, 0.125, 0, 0.125], [0.375, 0.25, 0.25, 0.125], [0.375, 0.25, 0.25, 0.125], [0, 0, 0, 1]);
    expect(alignWords({ source, target, rows })).toEqual([
      { source: { start: 0, end: 3 }, target: { start: 0, end: 3 }, weight: 0.75 },
      { source: { start: 4, end: 8 }, target: { start: 4, end: 9 }, weight: 0.5 },
    ]);
  });

  it('leaves a word unlinked that looked at the end of the sentence instead', () => {
    const rows = rowsOf([0.375, 0, 0, 0.625], [0, 0.5, 0.5, 0], [0, 0.5, 0.5, 0], [0, 0, 0, 1]);
    expect(alignWords({ source, target, rows }).map(link => link.target.start)).toEqual([4]);
  });

  it('counts special tokens as it counts words: the mean over the tokens of the target word', () => {
    const rows = rowsOf([1, 0, 0, 0], [0, 0.875, 0, 0.125], [0.25, 0, 0, 0.75], [0, 0, 0, 1]);
    // cats 0.4375, special 0.4375: as much, so no link.
    expect(alignWords({ source, target, rows }).map(link => link.target.start)).toEqual([0]);
  });

  it('leaves a word unlinked whose attention is spread too wide', () => {
    const words = Array.from({ length: 6 }, (_, index) => ({ start: index * 2, end: index * 2 + 1 }));
    const tokens = words.map(({ start, end }) => token('a', start, end));
    const single = { tokens: [token('x', 0, 1)], words: [{ start: 0, end: 1 }] };
    const spread = { source: { tokens, words }, target: single, rows: rowsOf(words.map(() => 1 / 6)) };
    expect(alignWords(spread)).toEqual([]);
    const peaked = { ...spread, rows: rowsOf([0.15, 0.15, 0.25, 0.15, 0.15, 0.15]) };
    expect(alignWords(peaked)).toEqual([{ source: words[2], target: single.words[0], weight: 0.25 }]);
  });

  it('keeps to the sentence of each row', () => {
    const two = {
      source: { tokens: [...source.tokens, token('No', 9, 11), token('</s>', 11, 11)], words: [...source.words, { start: 9, end: 11 }] },
      target: { tokens: [...target.tokens, token('Non', 10, 13), token('</s>', 13, 13)], words: [...target.words, { start: 10, end: 13 }] },
      rows: [
        ...rowsOf([1, 0, 0, 0], [0, 0.5, 0.5, 0], [0, 0.5, 0.5, 0], [0, 0, 0, 1]),
        { firstSource: 4, weights: [0.75, 0.25] },
        { firstSource: 4, weights: [0, 1] },
      ],
    };
    expect(alignWords(two).at(-1)).toEqual({ source: { start: 9, end: 11 }, target: { start: 10, end: 13 }, weight: 0.75 });
  });

  it('has nothing to say of an empty trace', () => {
    expect(alignWords({ source: { tokens: [], words: [] }, target: { tokens: [], words: [] }, rows: [] })).toEqual([]);
  });
});

describe('receivedBy', () => {
  it('sums the columns over the whole text, each row at its place', () => {
    const rows = [...rowsOf([0.5, 0.25, 0.25], [0, 1, 0]), { firstSource: 3, weights: [0.75, 0.25] }];
    expect(receivedBy(rows, 6)).toEqual([0.5, 1.25, 0.25, 0.75, 0.25, 0]);
  });
});
