import { describe, expect, test } from 'vitest';
import type { Axis, MapLabelRange } from '../../../protocol/inspection.ts';
import { inLayer, soloHead, toggleAll, toggleHead } from './choice.ts';
import { linesFrom } from './heads.fixture.ts';
import { hitHeads, inSight, layoutHeads, moveToken, revealToken } from './layout.ts';
import { fullOf, type LineSet, linesOf, meetings, opacityOf, placed, shadeOf, strongestOf } from './lines.ts';
import { rolesInWords } from './roles-line.ts';
import { rangeOf, sentenceChoices } from './sentences.ts';
import { describeSide, hiddenText, partnersOf, shadeText, sideSentence } from './words.ts';

const one = (first: number) => ({ first, end: first + 1 });

describe('heads', () => {
  test('a click shows or hides one, and never the last', () => {
    expect(toggleHead([0, 2], 1)).toEqual([0, 1, 2]);
    expect(toggleHead([0, 1, 2], 1)).toEqual([0, 2]);
    expect(toggleHead([3], 3)).toEqual([3]);
  });

  test('a double click shows one alone, though its two clicks came first; once more, all', () => {
    const doubleClick = (heads: readonly number[], head: number): readonly number[] => soloHead(toggleHead(toggleHead(heads, head), head), head, 4);
    expect(doubleClick([0, 1, 2, 3], 2)).toEqual([2]);
    expect(doubleClick([0, 1], 3)).toEqual([3]);
    expect(doubleClick([2], 2)).toEqual([0, 1, 2, 3]);
    expect(toggleAll([0, 1, 2, 3], 4)).toEqual([0]);
    expect(toggleAll([2], 4)).toEqual([0, 1, 2, 3]);
  });

  test('what they do is told of each that does something known', () => {
    const roles = ['previous token 0.91', '', 'first token 0.88'];
    expect(rolesInWords([2], roles)).toBe('Head 3: first token 0.88');
    expect(rolesInWords([1], roles)).toBe('Head 2: no known role');
    expect(rolesInWords([0, 1, 2], roles)).toBe('Heads 1: previous token 0.91, 3: first token 0.88');
    expect(rolesInWords([1, 2], roles)).toBe('Head 3: first token 0.88');
    expect([rolesInWords([1, 3], roles), rolesInWords([], roles), rolesInWords([0], [])]).toEqual(['No known roles', '', '']);
  });

  test('another layer has the same heads, as far as it has them', () => {
    const layer = { kind: 'cross', layer: 2, heads: 2, queries: 1, keys: 0, hasArithmetic: false, hasValues: false } as const;
    expect(inLayer(layer, [1, 5], 8)).toEqual({ kind: 'cross', layer: 2, heads: [1] });
    expect(inLayer(layer, [6], 8).heads).toEqual([0, 1]);
    expect(inLayer(layer, [0, 1, 2], 3).heads).toEqual([0, 1]);
  });
});

describe('lines', () => {
  const lines: LineSet = {
    queries: Uint16Array.of(0, 1, 1, 0), keys: Uint16Array.of(2, 0, 2, 1), heads: Uint8Array.of(0, 1, 0, 9), weights: Float32Array.of(0.1, 0.25, 0.5, 0.75),
  };

  test('those of some heads, and of one token', () => {
    expect([...linesOf(lines, [0]).weights]).toEqual([Math.fround(0.1), 0.5]);
    expect([...linesOf(lines, [0, 1], { axis: 'query', range: one(1) }).weights]).toEqual([0.25, 0.5]);
    expect([...linesOf(lines, [0, 1, 9], { axis: 'key', range: one(2) }).queries]).toEqual([0, 1]);
    expect(linesOf(lines, [0, 1, 9])).toBe(lines);
  });

  test('lead from the middle of a row to that of a column, as strong as their weight by the heads that are shown', () => {
    const { from, to, opacity, colour } = placed(lines, { row: 0, column: 1, pitch: 10 }, weight => opacityOf(weight, 'shared', 1, 2));
    expect([...from]).toEqual([5, 15, 15, 5]);
    expect([...to]).toEqual([15, -5, 15, 5]);
    expect([...opacity]).toEqual([Math.fround(0.05), 0.125, 0.25, 0.375]);
    expect([...colour]).toEqual([0, 1, 0, 9]);
  });

  test('of a token in focus are as strong as their weight alone, in high contrast as its root; all of them share it among heads', () => {
    const seen = ([isFocused, isHighContrast]: readonly [boolean, boolean]): number => opacityOf(0.25, shadeOf(isFocused, isHighContrast), 1, 12);
    expect([[false, false], [true, false], [false, true], [true, true]].map(one => seen(one as [boolean, boolean]))).toEqual([0.25 / 12, 0.25, 0.25, 0.5]);
    expect(opacityOf(3, 'whole', 2, 1)).toBe(1);
    expect([shadeText('shared', 12), shadeText('shared', 1), shadeText('whole', 12), shadeText('root', 3)]).toEqual(['opacity: weight ÷ 12 heads', 'opacity: weight', 'opacity: weight', 'opacity: square root of the weight']);
  });

  test('weights that are more than shares show by the largest of them', () => {
    expect(fullOf(lines)).toBe(1);
    expect(fullOf({ ...lines, weights: Float32Array.of(1, 2, 3, 8) })).toBe(8);
  });

  test('meet the tokens of the other side', () => {
    const met = meetings(linesOf(lines, [0, 1], { axis: 'query', range: one(1) }), { axis: 'query', range: one(1) }, [0, 1], 3);
    expect(met.map(row => [...row])).toEqual([[0, 0, 0.5], [0.25, 0, 0]]);
  });

  test('the strongest of them', () => {
    expect([...strongestOf(lines, 2).weights]).toEqual([0.5, 0.75]);
    expect(strongestOf(lines, 9)).toEqual(lines);
  });

  test('in words', () => {
    expect(hiddenText({ lines: 0, mass: 0, largest: 0 }, lines)).toBe('4 lines: all there are');
    const shown = linesFrom(1, 60, 70, 0);
    expect(hiddenText({ lines: 258_048, mass: 1.92, largest: 0.01 }, shown)).toBe('258,048 of 262,248 lines hidden: together 3.1 % of the weight');
    expect(hiddenText({ lines: 9, mass: 0.001, largest: 0.001 }, shown)).toContain('together <0.1 % of');
  });

  test('of one token in words, with the pieces that it is read as', () => {
    const label = (text: string, first: number, end = first + 1): MapLabelRange => ({ text, special: false, first, end });
    const axis: Axis = {
      side: 'target', text: 'chats noirs', words: [], sentences: [],
      tokens: [['ch', 0, 2], ['ats</w>', 2, 5], ['noirs</w>', 6, 11]].map(([text, start, end]) => ({ text: String(text), start: Number(start), end: Number(end), special: false })),
    };
    const labels = { own: [label('chats', 0, 2), label('noirs', 2)], other: [label('black', 0), label('cats', 1), label('</s>', 2)], axis };
    const side = { axis: 'query', range: one(0) } as const;
    const description = describeSide(linesOf(lines, [0, 9], side), side, labels);
    expect(description?.pieces).toBe('ch ats</w>');
    expect(description && sideSentence(description)).toBe('chats attends to: cats 0.75 (head 10), </s> 0.10 (head 1)');
    const key = { axis: 'key', range: one(1) } as const;
    const looked = describeSide(linesOf(lines, [0], key), key, { ...labels, own: labels.other, other: labels.own });
    expect(looked && sideSentence(looked)).toBe('cats is attended to by: nothing in particular');
    expect([9, 0].map(head => partnersOf(linesOf(lines, [0, 9], side), side, labels.other, 2, head).map(({ text }) => text))).toEqual([['cats'], ['</s>']]);
  });
});

describe('sentences', () => {
  const text = 'It rains. The cat that never liked rain sleeps.';
  const token = (start: number, end: number) => ({ text: text.slice(start, end), start, end, special: start === end });
  const axis: Axis = {
    side: 'source', text, words: [], tokens: [token(0, 0), token(0, 2), token(3, 8), token(8, 9), token(10, 13), token(14, 47)],
    sentences: [{ first: 0, end: 4 }, { first: 4, end: 6 }],
  };

  test('are called by letters and how they begin; a text of one has none', () => {
    expect(sentenceChoices(axis).map(({ name }) => name)).toEqual(['A: It rains.', 'B: The cat that never liked…']);
    expect(sentenceChoices({ ...axis, sentences: [{ first: 0, end: 6 }] })).toEqual([]);
  });

  test('are the rows that stand for their tokens, whatever those were merged to', () => {
    const rows = [[1, 2], [2, 4], [4, 5], [5, 6]].map(([first = 0, end = 0]) => ({ text: '', special: false, first, end }));
    expect(rangeOf(rows, axis.sentences[0])).toEqual({ first: 0, end: 2 });
    expect(rangeOf(rows, axis.sentences[1])).toEqual({ first: 2, end: 4 });
    expect(rangeOf(rows, undefined)).toEqual({ first: 0, end: 4 });
    expect(rangeOf(rows, { first: 9, end: 12 })).toEqual({ first: 0, end: 0 });
  });
});

describe('layout', () => {
  const input = { queries: 1_024, keys: 1_000, queryLabel: 60, keyLabel: 300, lineHeight: 17, width: 700, height: 460 };

  test('columns, lines and overview stand beside each other, in any width', () => {
    for (const width of [240, 320, 700, 2_000]) {
      const { left, right, queryColumn, keyColumn, overview } = layoutHeads({ ...input, width });
      expect(queryColumn.right).toBeLessThan(left);
      expect(right - left).toBeGreaterThanOrEqual(70);
      expect(keyColumn.left).toBeGreaterThan(right);
      expect((overview?.left ?? 0) - keyColumn.right).toBe(4);
      expect(overview?.right).toBeLessThanOrEqual(width);
    }
    expect(layoutHeads({ ...input, queries: 5, keys: 6 }).overview).toBeUndefined();
  });

  test('a thousand tokens are scrolled through, of which a screenful is in sight', () => {
    const layout = layoutHeads(input);
    expect(layout.extent).toBe(1_024 * 23);
    expect(inSight(layout, 1_000, 23_000 - 460)).toEqual({ first: 980, end: 1_000 });
    expect(revealToken(layout, 1_023, 0)).toBe(1_024 * 23 - 460);
    expect(revealToken(layout, 5, 0)).toBe(0);
  });

  test('what stands at a point', () => {
    const layout = layoutHeads(input);
    expect(hitHeads(layout, 10, 30, 230)).toEqual({ on: 'token', axis: 'query', index: 11 });
    expect(hitHeads(layout, layout.right + 10, 5, 0)).toEqual({ on: 'token', axis: 'key', index: 0 });
    expect(hitHeads(layout, layout.right + 10, 5, 23 * 1_001)).toEqual({ on: 'nothing' });
    expect(hitHeads(layout, (layout.left + layout.right) / 2, 5, 0)).toEqual({ on: 'nothing' });
    expect(hitHeads(layoutHeads({ ...input, width: 2_000 }), 1_900, 230, 0)).toEqual({ on: 'nothing' });
    expect(hitHeads(layout, 690, 230, 0)).toEqual({ on: 'overview', top: 1_024 * 23 / 2 - 230 });
    expect(hitHeads(layout, 690, 460, 0)).toEqual({ on: 'overview', top: 1_024 * 23 - 460 });
  });

  test.each([['ArrowDown', 6], ['ArrowUp', 4], ['PageDown', 9], ['PageUp', 0], ['Home', 0], ['End', 9], ['a', undefined]] as const)('%s', (key, to) => {
    expect(moveToken(5, key, 10, 8)).toBe(to);
  });
});
