import { describe, expect, it } from 'vitest';
import { evidenceSentence, percent, signed } from './classified-text.ts';

describe('a classification in words', () => {
  it('shares, nearly nothing and nearly all told as such', () => {
    expect([0, 0.004, 0.01, 0.126, 0.994, 0.999, 1].map(percent)).toEqual(['0 %', '<1 %', '1 %', '13 %', '>99 %', '>99 %', '100 %']);
  });

  it('evidence with its sign', () => {
    expect([1.24, -0.31, -0.01, 0].map(signed)).toEqual(['+1.2', '−0.3', '+0.0', '+0.0']);
    const said = (...values: number[]): string => evidenceSentence(values.map((value, index) => ({ label: ['positive', 'negative'][index] ?? '', value })));
    expect(said(1.24, -1.2)).toBe('speaks for positive (+1.2), against negative (−1.2)');
    expect(said(0.01, -0.5)).toBe('speaks against negative (−0.5)');
    expect(said(0.01, 0)).toBe('says next to nothing for positive or negative');
    expect(evidenceSentence([])).toBe('');
  });
});
