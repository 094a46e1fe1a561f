import { describe, expect, it } from 'vitest';
import { Random } from '../training/random.ts';
import { kendallTau } from './kendall.ts';

describe('kendallTau', () => {
  it('is what scipy.stats.kendalltau gives', () => {
    // The example of its documentation, with ties in both.
    expect(kendallTau([12, 2, 1, 12, 2], [1, 4, 7, 1, 0])).toBeCloseTo(-0.47140452079103173, 14);
    // Of its tests: no ties, some ties, many.
    expect(kendallTau([5, 2, 1, 3, 6, 4, 7, 8], [5, 2, 6, 3, 1, 8, 7, 4])).toBeCloseTo(0, 14);
    expect(kendallTau([0, 5, 2, 1, 3, 6, 4, 7, 8], [5, 2, 0, 6, 3, 1, 8, 7, 4])).toBeCloseTo(0, 14);
    expect(kendallTau([1, 1, 2], [1, 1, 2])).toBeCloseTo(1, 14);
    expect(kendallTau([1, 2, 2, 3], [1, 3, 2, 4])).toBeCloseTo(0.9128709291752769, 14);
  });

  it('tells the same order from the reverse, whatever the sizes', () => {
    const x = [3, 1, 4, 1.5, 9];
    expect(kendallTau(x, x.map(number => Math.exp(number)))).toBe(1);
    expect(kendallTau(x, x.map(number => -number))).toBe(-1);
  });

  it('finds nothing between what has nothing to do with each other', () => {
    const random = new Random('kendall');
    const numbers = (): number[] => Array.from({ length: 600 }, () => random.uniform());
    expect(Math.abs(kendallTau(numbers(), numbers()) ?? 1)).toBeLessThan(0.1);
  });

  it('is null where one of them ranks nothing', () => {
    expect(kendallTau([1, 1, 1], [1, 2, 3])).toBeNull();
    expect(kendallTau([1], [2])).toBeNull();
    expect(kendallTau([], [])).toBeNull();
    expect(() => kendallTau([1, 2], [1])).toThrow(RangeError);
  });
});
