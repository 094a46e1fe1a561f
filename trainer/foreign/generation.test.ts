import { describe, expect, test } from 'vitest';
import { constraintsOf, forbid, freeGeneration, penalise } from './generation.ts';

const even = (): Float32Array => new Float32Array(6).fill(-1);
const allowed = (logProbs: Float32Array): number[] => [...logProbs.keys()].filter(token => logProbs[token] !== -Infinity);
const allowedBy = (...[config, read, written]: [Parameters<typeof forbid>[1], number[], number]): number[] => {
  const logProbs = even();
  forbid(logProbs, config, read, written);
  return allowed(logProbs);
};

describe('what a model’s authors say of its writing', () => {
  test('tokens may be forced, whatever the model thinks', () => {
    const constraints = constraintsOf({ ...freeGeneration, eos: [5], forcedBos: 2, forcedTokens: new Map([[1, 3]]) }, 0, 10);
    expect([0, 1, 2].map(length => constraints.restrict(even(), 0, length))).toEqual([[2], [3], undefined]);
  });

  test('tokens are suppressed everywhere, or at the beginning', () => {
    const config = { ...freeGeneration, eos: [4], suppressed: [1], suppressedFirst: [4, 3] };
    expect(allowedBy(config, [0], 0)).toEqual([0, 2, 5]);
    expect(allowedBy(config, [0, 2], 1)).toEqual([0, 2, 3, 4, 5]);
  });

  test('any of several ends is an end, none comes too early, and one comes at the last', () => {
    const config = { ...freeGeneration, eos: [4, 5], minLength: 2 };
    expect(allowedBy(config, [0], 0)).toEqual([0, 1, 2, 3]);
    const constraints = constraintsOf(config, 0, 3);
    const logProbs = Float32Array.of(-1, -1, -1, -1, -3, -0.5);
    expect(constraints.restrict(logProbs, 0, 1)).toBeUndefined();
    expect([logProbs[4], logProbs[5]]).toEqual([-0.5, -Infinity]);
    expect(constraints.restrict(even(), 0, 2)).toEqual([4]);
  });

  test('words are forbidden as a whole', () => {
    const config = { ...freeGeneration, badWords: [[1], [2, 3]] };
    expect(allowedBy(config, [0], 0)).toEqual([0, 2, 3, 4, 5]);
    expect(allowedBy(config, [0, 2], 1)).toEqual([0, 2, 4, 5]);
  });

  test('no run of three tokens comes twice', () => {
    expect(allowedBy({ ...freeGeneration, noRepeatNgram: 3 }, [1, 2, 3, 0, 1, 2], 5)).toEqual([0, 1, 2, 4, 5]);
    expect(allowedBy({ ...freeGeneration, noRepeatNgram: 3 }, [1, 2], 1)).toHaveLength(6);
  });

  test('what was read is made less likely once, whichever sign its score has', () => {
    const scores = Float32Array.of(2, -2, 3);
    penalise(scores, [0, 0, 1], 2);
    expect([...scores]).toEqual([1, -4, 3]);
  });
});
