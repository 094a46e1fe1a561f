import { describe, expect, it } from 'vitest';
import { type AttentionMatrix, coverageOf, mapStatistics, meanMapStatistics } from './map-statistics.ts';

function matrix(...rows: readonly (readonly number[])[]): AttentionMatrix {
  return { weights: Float32Array.from(rows.flat()), shape: [rows.length, rows[0]?.length ?? 0] };
}

/** Each query looks at the one key whose place in the sentence is its own, or at its mirror image. */
function permutation(size: number, mirrored: boolean): AttentionMatrix {
  return matrix(...Array.from({ length: size }, (_, query) =>
    Array.from({ length: size }, (_, key) => Number(key === (mirrored ? size - 1 - query : query)))));
}

const even = matrix([0.25, 0.25, 0.25, 0.25], [0.25, 0.25, 0.25, 0.25]);

describe('mapStatistics', () => {
  it('tells a map that looks at one key from one that looks everywhere', () => {
    expect(mapStatistics(permutation(5, false))).toMatchObject({ entropy: 0, normalizedEntropy: 0, confidence: 1 });
    const spread = mapStatistics(even);
    expect(spread.entropy).toBeCloseTo(Math.log(4), 12);
    expect(spread.normalizedEntropy).toBeCloseTo(1, 12);
    expect(spread.confidence).toBe(0.25);
  });

  it('looks over rows longer than a call has arguments', () => {
    const row = new Float32Array(200_000);
    row[150_000] = 1;
    expect(mapStatistics({ weights: row, shape: [1, row.length] })).toMatchObject({ confidence: 1, entropy: 0, endShare: 0 });
  });

  it('is as worked out by hand', () => {
    const { entropy, normalizedEntropy, confidence, endShare, diagonality } = mapStatistics(matrix([0.5, 0.5], [0.25, 0.75]));
    const expected = (Math.log(2) + 0.25 * Math.log(4) + 0.75 * Math.log(4 / 3)) / 2;
    expect(entropy).toBeCloseTo(expected, 12);
    expect(normalizedEntropy).toBeCloseTo(expected / Math.log(2), 12);
    expect(confidence).toBe(0.625);
    expect(endShare).toBe(0.625);
    // Places ¼ and ¾ on both sides: off the diagonal exp(−½² / (2 · 0.2²)).
    expect(diagonality).toBeCloseTo((0.5 + 0.75 + (0.5 + 0.25) * Math.exp(-0.25 / 0.08)) / 2, 12);
  });

  it('calls the diagonal diagonal, also between sentences of different lengths, and its mirror image not', () => {
    expect(mapStatistics(permutation(9, false)).diagonality).toBeCloseTo(1, 12);
    const twoForOne = matrix([0.5, 0.5, 0, 0, 0, 0], [0, 0, 0.5, 0.5, 0, 0], [0, 0, 0, 0, 0.5, 0.5]);
    expect(mapStatistics(twoForOne).diagonality).toBeGreaterThan(0.9);
    expect(mapStatistics(permutation(9, true)).diagonality).toBeLessThan(0.5);
  });

  it('is the same for a map read backwards', () => {
    const map = matrix([0.7, 0.2, 0.1], [0.1, 0.3, 0.6]);
    const backwards = { ...map, weights: map.weights.slice().reverse() };
    expect(mapStatistics(backwards).diagonality).toBeCloseTo(mapStatistics(map).diagonality, 12);
  });

  it('knows a map of a single key, and refuses one that is none', () => {
    expect(mapStatistics(matrix([1]))).toEqual({ entropy: 0, normalizedEntropy: 0, confidence: 1, diagonality: 1, endShare: 1 });
    expect(() => mapStatistics({ weights: new Float32Array(5), shape: [2, 3] })).toThrow(/5 weights for a map of 2 queries and 3 keys/u);
    expect(() => mapStatistics({ weights: new Float32Array(0), shape: [0, 3] })).toThrow(RangeError);
  });
});

describe('meanMapStatistics', () => {
  it('weighs every row the same', () => {
    const { confidence, entropy } = meanMapStatistics([even, permutation(6, false)]);
    expect(confidence).toBeCloseTo((2 * 0.25 + 6) / 8, 12);
    expect(entropy).toBeCloseTo((2 * Math.log(4)) / 8, 12);
    expect(() => meanMapStatistics([])).toThrow(RangeError);
  });
});

describe('coverageOf', () => {
  it('sums up what each key received', () => {
    expect([...coverageOf(matrix([0.5, 0.5, 0], [0, 0.75, 0.25]))]).toEqual([0.5, 1.25, 0.25]);
  });
});
