import { expect, test } from 'vitest';
import { byteOf, shareOf } from './map-bytes.ts';
import { scaleFor, strengthOn } from './map-scale.ts';

/** As of a head over 287 tokens. */
const long = { full: 0.64, strong: 0.02 };

test('a long map is drawn by its square roots unless another scale is chosen, a short one as it is', () => {
  expect([scaleFor('auto', long), scaleFor('auto', { full: 0.9, strong: 0.8 }), scaleFor('linear', long)]).toEqual(['root', 'linear', 'linear']);
});

test('each scale goes from nothing to full strength, and never back', () => {
  expect([strengthOn('linear', 0.16, long), strengthOn('root', 0.16, long), strengthOn('clipped', 0.16, long)]).toEqual([0.25, 0.5, 1]);
  expect([strengthOn('root', -0.16, long), strengthOn('clipped', -0.01, long)]).toEqual([-0.5, -0.5]);
  for (const scale of ['linear', 'root', 'clipped'] as const) {
    const strengths = Array.from({ length: 65 }, (_, step) => strengthOn(scale, step / 100, long));
    expect(strengths).toEqual(strengths.toSorted((one, other) => one - other));
    expect([strengths[0], strengths[64]]).toEqual([0, 1]);
    expect(strengthOn(scale, 0, { full: 0, strong: 0 })).toBe(0);
  }
});

test('weights cross as bytes: within 1/255 of the largest, and of weights far below it much nearer', () => {
  for (let share = 0; share <= 1; share += 0.001) expect(Math.abs(shareOf(byteOf(share, false), false) - share)).toBeLessThanOrEqual(1 / 255);
  expect(shareOf(byteOf(0.005, false), false)).toBeCloseTo(0.005, 3);
  expect(shareOf(byteOf(0.0004, false), false)).toBeCloseTo(0.0004, 4);
  expect([-1, -0.25, 0, 0.25, 1].map(share => byteOf(share, true))).toEqual([1, 65, 128, 192, 255]);
  expect([1, 65, 128, 255].map(byte => Number(shareOf(byte, true).toFixed(2)))).toEqual([-1, -0.25, 0, 1]);
});
