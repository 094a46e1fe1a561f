import { expect, test } from 'vitest';
import { Random } from '../training/random.ts';
import { sumOfXLogX } from './float-log.ts';

const byHand = (floats: Float32Array): number => floats.reduce((sum, float) => sum + (float > 0 ? float * Math.log(float) : 0), 0);

test('is x ln x, over all sizes that weights have', () => {
  const random = new Random('x ln x');
  for (let exponent = -37; exponent <= 3; exponent++) {
    const floats = Float32Array.from({ length: 500 }, () => (0.2 + random.uniform()) * 10 ** exponent);
    expect(sumOfXLogX(floats) / byHand(floats)).toBeCloseTo(1, 12);
  }
});

test('is exact where it is told in whole numbers of ln 2, and 0 of nothing', () => {
  expect(sumOfXLogX(Float32Array.of(0.25, 0.25, 0.25, 0.25))).toBe(-2 * Math.LN2);
  expect(sumOfXLogX(Float32Array.of(1, 0, -0))).toBe(0);
  expect(sumOfXLogX(new Float32Array())).toBe(0);
});

test('reads a part of a longer array as itself', () => {
  const floats = Float32Array.of(7, 0.5, 0.5, 9);
  expect(sumOfXLogX(floats.subarray(1, 3))).toBe(-Math.LN2);
});
