import { describe, expect, it } from 'vitest';
import { groupTokens, isPlain } from './grouping.ts';
import { axisOf } from './reading.fixture.ts';

const axis = axisOf('[CLS] the cat +s ran | so +on . [SEP]');
const told = (unit: 'tokens' | 'words' | 'sentences', hideSpecial: boolean): string[] =>
  groupTokens(axis, { unit, hideSpecial }).labels.map(({ first, end, text, special }) => `${first}–${end} ${text}${special ? ' (special)' : ''}`);

describe('groupTokens', () => {
  it('leaves tokens as they are, each labelled with what it stands for', () => {
    expect(told('tokens', false)).toEqual([
      '0–1 [CLS] (special)', '1–2 the', '2–3 cat', '3–4 s', '4–5 ran', '5–6 so', '6–7 on', '7–8 .', '8–9 [SEP] (special)',
    ]);
    expect(isPlain(groupTokens(axis, { unit: 'tokens', hideSpecial: false }))).toBe(true);
  });

  it('labels a space that stands alone with a sign that is seen', () => {
    const tokens = [['a', 0, 1], ['▁', 1, 2], ['b', 2, 3], ['▁', 3, 3]].map(([text, start, end]) => ({ text: String(text), start: Number(start), end: Number(end), special: false }));
    const { labels } = groupTokens({ ...axis, text: 'a b', tokens }, { unit: 'tokens', hideSpecial: false });
    expect(labels.map(({ text }) => text)).toEqual(['a', '␣', 'b', '␣']);
  });

  it('leaves out special tokens', () => {
    const grouping = groupTokens(axis, { unit: 'tokens', hideSpecial: true });
    expect([...grouping.groups]).toEqual([-1, 0, 1, 2, 3, 4, 5, 6, -1]);
    expect(isPlain(grouping)).toBe(false);
  });

  it('makes words of what lies in them, and leaves what lies in none by itself', () => {
    expect(told('words', false)).toEqual(['0–1 [CLS] (special)', '1–2 the', '2–4 cats', '4–5 ran', '5–7 soon', '7–8 .', '8–9 [SEP] (special)']);
    expect([...groupTokens(axis, { unit: 'words', hideSpecial: true }).counts]).toEqual([1, 2, 1, 2, 1]);
  });

  it('makes sentences, their special tokens counted or not', () => {
    expect(told('sentences', false)).toEqual(['0–5 the cats ran', '5–9 soon .']);
    expect(told('sentences', true)).toEqual(['1–5 the cats ran', '5–8 soon .']);
    expect([...groupTokens(axis, { unit: 'sentences', hideSpecial: true }).groups]).toEqual([-1, 0, 0, 0, 0, 1, 1, 1, -1]);
  });

  it('has nothing left of a text that is all special', () => {
    expect(groupTokens(axisOf('[CLS] [SEP]'), { unit: 'words', hideSpecial: true }).labels).toEqual([]);
  });
});
