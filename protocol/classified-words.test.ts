import { describe, expect, it } from 'vitest';
import { classifiedText } from '../test/panel/classified-sample.ts';
import { classifiedWords } from './classified-words.ts';

const review = classifiedText('A wonderful ending.', { wonderful: 2 }, 1);

describe('a classification by words', () => {
  it('sums over tokens what a word got and what it says', () => {
    const { attention, evidence } = classifiedWords(review);
    // "wonderful" is two tokens, as is "ending" not.
    expect(review.source.tokens).toHaveLength(review.source.words.length + 1);
    expect(attention[1]).toBeCloseTo((review.attention[1] ?? 0) + (review.attention[2] ?? 0), 6);
    expect(attention.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
    expect(evidence[0]?.weights[1]).toBeCloseTo((review.evidence[0]?.weights[1] ?? 0) + (review.evidence[0]?.weights[2] ?? 0), 6);
  });

  it('of a map among tokens takes the mean over the tokens that look, the sum over those looked at', () => {
    const map = classifiedWords(review).map(2);
    expect([map.length, map[0]?.length]).toEqual([4, 4]);
    for (const row of map) expect(row.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
    const keys = review.source.tokens.length;
    const at = (query: number, key: number): number => review.weights[2]?.[query * keys + key] ?? 0;
    expect(map[1]?.[0]).toBeCloseTo((at(1, 0) + at(2, 0)) / 2, 6);
  });

  it('leaves out what no word stands for', () => {
    const { source } = review;
    const special = { ...review, source: { ...source, tokens: source.tokens.map((token, index) => (index === 0 ? { ...token, end: token.start } : token)) } };
    expect(classifiedWords(special).attention[0]).toBe(0);
  });
});
