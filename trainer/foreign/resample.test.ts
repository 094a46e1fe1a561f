import { expect, test } from 'vitest';
import type { Resampling } from '../huggingface/preprocessor-config.ts';
import { pixelsOf, usualProcessing } from './pixels.ts';
import { resample } from './resample.ts';

const image = { width: 7, height: 5, channels: 1, pixels: Uint8Array.from({ length: 35 }, (_, index) => (index * index * 31 + index * 17) % 256) } as const;

// Of Pillow 13: Image.frombytes('L', (7, 5), …).resize((width, height), filter).getdata()
test.each<[Resampling, number, number, number[]]>([
  ['nearest', 3, 2, [72, 198, 60, 18, 88, 150]],
  ['nearest', 10, 3, [0, 48, 48, 158, 74, 74, 52, 92, 92, 194, 170, 62, 62, 16, 32, 32, 110, 250, 250, 196, 204, 196, 196, 250, 110, 110, 32, 16, 16, 62]],
  ['lanczos', 3, 2, [71, 97, 129, 149, 99, 94]],
  ['lanczos', 10, 3, [37, 43, 83, 132, 145, 110, 68, 57, 113, 160, 181, 106, 26, 49, 76, 88, 114, 189, 170, 117, 218, 150, 134, 211, 146, 61, 55, 75, 63, 38]],
  ['bilinear', 3, 2, [80, 103, 119, 138, 101, 97]],
  ['bilinear', 10, 3, [44, 52, 77, 131, 130, 108, 72, 77, 109, 147, 162, 103, 57, 64, 75, 88, 106, 165, 162, 132, 204, 158, 142, 203, 138, 85, 57, 69, 59, 43]],
  ['bicubic', 3, 2, [74, 100, 125, 146, 100, 94]],
  ['bicubic', 10, 3, [38, 45, 77, 132, 138, 110, 70, 68, 111, 154, 174, 104, 42, 56, 73, 88, 110, 181, 169, 126, 212, 155, 135, 210, 139, 75, 55, 71, 60, 40]],
  ['box', 3, 2, [76, 94, 146, 156, 120, 62]],
  ['box', 10, 3, [51, 60, 60, 131, 136, 136, 75, 76, 76, 139, 170, 62, 62, 16, 32, 32, 110, 250, 250, 196, 204, 107, 107, 200, 99, 99, 60, 83, 83, 40]],
  ['hamming', 3, 2, [75, 111, 116, 139, 102, 93]],
  ['hamming', 10, 3, [38, 50, 63, 138, 124, 111, 69, 79, 108, 153, 165, 99, 56, 48, 61, 72, 105, 200, 187, 154, 204, 158, 135, 212, 123, 93, 53, 66, 59, 45]],
])('%s to %i × %i is as Pillow has it', (filter, width, height, expected) => {
  const { pixels } = resample(image, width, height, filter);
  // Pillow rounds weights to a fixed point, and twice.
  pixels.forEach((value, place) => expect(Math.abs(value - (expected[place] ?? Number.NaN))).toBeLessThanOrEqual(2));
  expect(pixels).toHaveLength(expected.length);
});

test('a crop shows the middle, and says which stretch of the original that is', () => {
  const processing = { ...usualProcessing(4, 4), resize: { kind: 'shortest-edge', length: 10, longest: undefined }, crop: { width: 10, height: 10 } } as const;
  const pixels = pixelsOf(image, processing);
  expect(pixels).toMatchObject({ width: 10, height: 10, channels: 3, shows: { y: 0, height: 5, width: 5 } });
  expect(pixels.shows.x).toBeCloseTo(1, 5);
  expect(pixels.values).toHaveLength(300);
  // What is outside of the image is black.
  const larger = pixelsOf(image, { ...processing, resize: undefined, crop: { width: 9, height: 5 } });
  expect([larger.values[0], larger.shows.x]).toEqual([-1, -1]);
});

test('blue first turns colours round', () => {
  const red = { width: 1, height: 1, channels: 3, pixels: Uint8Array.of(255, 128, 0) } as const;
  const values = (order: 'red first' | 'blue first'): number[] => Array.from(pixelsOf(red, usualProcessing(1, 1), order).values, value => Math.round(value));
  expect(values('red first')).toEqual([1, 0, -1]);
  expect(values('blue first')).toEqual([-1, 0, 1]);
});
