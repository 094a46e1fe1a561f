import { describe, expect, it } from 'vitest';
import type { Axis } from '../../../protocol/inspection.ts';
import type { MapAxes } from './raw-labels.ts';
import { fittingUnit, seenOf, sidesOf, type Seen } from './unit.ts';

/** Words of two tokens, sentences of ten words, and a token before them that belongs to none. */
function axisOf(words: number): Axis {
  const start = (word: number): number => word * 5;
  const spans = Array.from({ length: words }, (_, word) => ({ start: start(word), end: start(word) + 4 }));
  const tokens = spans.flatMap(span => [{ start: span.start, end: span.start + 2 }, { start: span.start + 2, end: span.end }]).map(span => ({ ...span, text: 'ab', special: false }));
  const sentences = Array.from({ length: Math.ceil(words / 10) }, (_, at) => ({ first: 1 + 20 * at, end: Math.min(1 + 20 * (at + 1), 1 + 2 * words) }));
  return { side: 'source', text: 'abab '.repeat(words), tokens: [{ text: '[CLS]', start: 0, end: 0, special: true }, ...tokens], words: spans, sentences };
}

const bothOf = (words: number): MapAxes => ({ queries: axisOf(words), keys: axisOf(words) });
const seen = (tokens: number, side: number, first = 0): Seen => ({ rows: { first, end: first + tokens }, columns: { first, end: first + tokens }, width: side, height: side });

describe('in which units a map is drawn', () => {
  it('is counted as the map will be: what belongs to no word or sentence stands for itself', () => {
    const axes = bothOf(100);
    expect((['tokens', 'words', 'sentences'] as const).map(unit => sidesOf(axes, unit)[0])).toEqual([201, 101, 11]);
    expect(sidesOf(axes, 'words', { rows: { first: 2, end: 6 }, columns: { first: 0, end: 201 } })).toEqual([3, 101]);
  });

  it('is the finest whose cells can be told apart', () => {
    const axes = bothOf(200);
    expect([1100, 600, 400].map(side => fittingUnit(axes, seen(401, side), undefined))).toEqual(['tokens', 'words', 'sentences']);
  });

  it('becomes finer where less is seen, and a step to and fro changes nothing', () => {
    const axes = bothOf(200);
    expect(fittingUnit(axes, seen(300, 400, 50), 'sentences')).toBe('words');
    expect(fittingUnit(axes, seen(150, 400, 50), 'words')).toBe('tokens');
    expect(fittingUnit(axes, seen(200, 400, 50), 'words')).toBe('words');
    expect(fittingUnit(axes, seen(200, 400, 50), 'tokens')).toBe('tokens');
  });

  it('is none that would say too little, or nothing else', () => {
    const text = axisOf(40);
    const one = { ...text, sentences: [{ first: 0, end: text.tokens.length }] };
    expect(fittingUnit(bothOf(40), seen(81, 60), undefined)).toBe('words');
    expect(fittingUnit({ queries: one, keys: one }, seen(81, 60), undefined)).toBe('words');
    const image: Axis = { ...one, side: 'image', words: [], tokens: one.tokens.map(token => ({ ...token, start: 0, end: 0 })) };
    expect(fittingUnit({ queries: image, keys: image }, seen(81, 60), undefined)).toBe('tokens');
  });

  it('is told by what is seen, whatever its rows and columns stand for', () => {
    const labels = [{ first: 0, end: 1 }, { first: 1, end: 21 }, { first: 21, end: 41 }].map(range => ({ ...range, text: '', special: false }));
    const detail = { rows: { first: 1, end: 3 }, columns: { first: 1, end: 2 }, most: { rows: 1, columns: 1 }, cell: { width: 30, height: 20 } };
    expect(seenOf(detail, { rows: labels, columns: labels })).toEqual({ rows: { first: 1, end: 41 }, columns: { first: 1, end: 21 }, width: 30, height: 40 });
  });
});
