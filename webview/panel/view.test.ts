import { describe, expect, test } from 'vitest';
import { cat } from '../../test/panel/sample.ts';
import { piecesOf } from './pieces.ts';
import { provisionalWords } from './provisional-words.ts';
import { fresh, recall } from './remembered.ts';
import { PassView } from './view.ts';

const pass = { kind: 'translation', ...cat } as const;
const view = new PassView(pass);
const indexOf = (side: 'source' | 'target', word: string): number =>
  cat[side].words.findIndex(({ start, end }) => cat[side].text.slice(start, end) === word);

describe('what is drawn of a pass', () => {
  test('words: one row and column each, a row never above 1', () => {
    const map = view.map('words');
    expect([map.rows.length, map.columns.length]).toEqual([cat.target.words.length, cat.source.words.length]);
    for (const row of map.weights) expect(row.reduce((sum, weight) => sum + weight, 0)).toBeLessThanOrEqual(1 + 1e-6);
  });

  test("tokens: the model's own rows, each summing to 1, special tokens marked", () => {
    const map = view.map('tokens');
    expect(map.rows.at(-1)).toEqual({ text: '</s>', special: true });
    for (const row of map.weights) expect(row.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
  });

  test('a token of a space alone is a piece of the text, and no special one', () => {
    const [first] = cat.source.tokens;
    const spaced = new PassView({ ...pass, source: { ...pass.source, tokens: [{ text: ' ', start: 0, end: 0 }, { text: '▁', start: 0, end: 0 }, ...(first === undefined ? [] : [first])] } });
    expect(spaced.map('tokens').columns.slice(0, 2)).toEqual([{ text: '␣', special: false }, { text: '␣', special: false }]);
  });

  test('a row of a later sentence starts at its own columns', () => {
    const shifted = new PassView({ ...pass, rows: [{ firstSource: 3, weights: [0.25, 0.75] }] });
    expect(Array.from(shifted.map('tokens').weights[0] ?? []).slice(0, 6)).toEqual([0, 0, 0, 0.25, 0.75, 0]);
  });

  test('a lit word lights those it is linked to, most where attention is most', () => {
    const levels = view.levels('source', { side: 'target', word: indexOf('target', 'chat') });
    expect(levels.indexOf(Math.max(...levels))).toBe(indexOf('source', 'cat'));
    const back = view.levels('target', { side: 'source', word: indexOf('source', 'cat') });
    expect(back.indexOf(Math.max(...back))).toBe(indexOf('target', 'chat'));
    expect(view.levels('target', { side: 'target', word: 0 })).toEqual([]);
  });

  test('a word of two tokens is two rows of the token map, and each row knows its word', () => {
    const word = indexOf('source', 'because');
    const { columns } = view.focus('tokens', { side: 'source', word });
    expect(columns && columns.end - columns.first).toBe(2);
    expect(view.wordOf('tokens', 'source', columns?.first ?? -1)).toBe(word);
    expect(view.wordOf('tokens', 'target', cat.target.tokens.length - 1)).toBeUndefined();
  });
});

test('what a word gave to what was written before is the mean over its tokens', () => {
  const target = cat.target.tokens.map((_, index) => (index === 0 ? 0 : 0.5));
  const continued = new PassView({ ...pass, rows: cat.rows.map((row, index) => ({ ...row, elsewhere: target[index] ?? 0 })) });
  expect(continued.map('words').elsewhere?.slice(0, 3)).toEqual([0, 0.5, 0.5]);
  expect(continued.map('tokens').elsewhere).toEqual(target);
  expect(view.map('words').elsewhere).toBeUndefined();
});

test('the pieces of a text are the text again', () => {
  for (const words of [cat.source.words, [], [{ start: 0, end: 3 }, { start: 2, end: 5 }, { start: 60, end: 900 }]]) {
    expect(piecesOf(cat.source.text, words).map(piece => piece.text).join('')).toBe(cat.source.text);
  }
});

test('words of an unfinished translation are those of the finished one', () => {
  const finished = cat.target.words.filter(word => word.start !== word.end);
  expect(provisionalWords(cat.target.text, cat.target.tokens)).toEqual(finished);
});

test('what an older panel left behind is read with care', () => {
  expect(recall(undefined)).toEqual(fresh);
  expect(recall({ unit: 7, explaining: 'yes', selection: { side: 'top', word: 1 }, position: { left: -4, top: NaN, zoom: -1 } })).toEqual(fresh);
  const left = { unit: 'tokens', explaining: true, selection: { side: 'source', word: 3 }, position: { left: 1, top: 2, zoom: 1.5 }, map: 'layer-0', shown: 'Le' };
  expect(recall(left)).toEqual(left);
});
