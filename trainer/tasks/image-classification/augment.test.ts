import { expect, test } from 'vitest';
import { Random } from '../../training/random.ts';
import { augment } from './augment.ts';

const format = { width: 3, height: 2, channels: 1 } as const;
const pixels = Uint8Array.of(1, 2, 3, 4, 5, 6);

const drawn = (flip: boolean, shift: number): Set<string> =>
  new Set(Array.from({ length: 200 }, (_, seed) => augment(pixels, format, { flip, shift }, new Random(seed)).join(' ')));

test('mirrored or not', () => {
  expect(drawn(true, 0)).toEqual(new Set(['1 2 3 4 5 6', '3 2 1 6 5 4']));
});

test('moved to any side, the edge goes on', () => {
  const moved = drawn(false, 1);
  expect(moved.size).toBe(9);
  expect(moved).toContain('1 1 2 4 4 5');
  expect(moved).toContain('2 3 3 5 6 6');
  expect(moved).toContain('1 2 3 1 2 3');
  expect(moved).toContain('5 6 6 5 6 6');
});

test('the channels of a pixel stay together', () => {
  const colours = Uint8Array.of(1, 2, 3, 4, 5, 6);
  const all = new Set(Array.from({ length: 20 }, (_, seed) => augment(colours, { width: 2, height: 1, channels: 3 }, { flip: true, shift: 0 }, new Random(seed)).join(' ')));
  expect(all).toEqual(new Set(['1 2 3 4 5 6', '4 5 6 1 2 3']));
});
