/** Where patches lie, and what is in them. */
import { expect, test } from 'vitest';
import { cutPatches, patchCount, patchGrid, patchRectangle } from './patches.ts';

const unscaled = { mean: 0, deviation: 1 / 255 };

/** Each pixel holds its own number. */
const numbered = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => index);

test('patches side by side hold every pixel once, row by row', () => {
  const geometry = { height: 4, width: 6, channels: 1, patch: 2, stride: 2 };
  expect(patchGrid(geometry)).toEqual({ rows: 2, columns: 3 });
  const cut = Array.from(cutPatches(numbered(24), geometry, unscaled), Math.round);
  expect(cut.slice(0, 8)).toEqual([0, 1, 6, 7, 2, 3, 8, 9]);
  expect(cut.slice(-4)).toEqual([16, 17, 22, 23]);
  expect(cut.toSorted((one, other) => one - other)).toEqual([...Array(24).keys()]);
});

test('overlapping patches share pixels, and colours stay together', () => {
  const geometry = { height: 3, width: 3, channels: 3, patch: 2, stride: 1 };
  const cut = Array.from(cutPatches(numbered(27), geometry, unscaled), Math.round);
  expect(patchCount(geometry)).toBe(4);
  expect(cut.slice(0, 12)).toEqual([0, 1, 2, 3, 4, 5, 9, 10, 11, 12, 13, 14]);
  expect(cut.slice(12, 24)).toEqual([3, 4, 5, 6, 7, 8, 12, 13, 14, 15, 16, 17]);
});

test('a stem’s windows are the small patches of each patch, in rows', () => {
  const geometry = { height: 5, width: 7, channels: 2, patch: 3, stride: 2 };
  const pixels = numbered(70);
  const cut = cutPatches(pixels, { ...geometry, stem: { window: 2, step: 1, features: 9 } }, unscaled);
  const windows = Array.from({ length: patchCount(geometry) }, (_, index) => {
    const { x, y } = patchRectangle(index, geometry);
    const square = Array.from({ length: 3 }, (_, row) => [...pixels.subarray(((y + row) * 7 + x) * 2, ((y + row) * 7 + x + 3) * 2)]).flat();
    return [...cutPatches(Uint8Array.from(square), { height: 3, width: 3, channels: 2, patch: 2, stride: 1 }, unscaled)];
  });
  expect([...cut]).toEqual(windows.flat());
});

test('a patch is found in the image where its rectangle says', () => {
  const geometry = { height: 7, width: 9, channels: 1, patch: 3, stride: 2 };
  const pixels = numbered(63);
  const cut = Array.from(cutPatches(pixels, geometry, unscaled), Math.round);
  const rectangles = Array.from({ length: patchCount(geometry) }, (_, index) => patchRectangle(index, geometry));
  rectangles.forEach(({ x, y, width, height }, index) => {
    const inside = Array.from({ length: width * height }, (_, at) => pixels[(y + Math.floor(at / width)) * 9 + x + (at % width)]);
    expect(cut.slice(index * 9, (index + 1) * 9)).toEqual(inside);
  });
  expect(rectangles[0]).toEqual({ x: 0, y: 0, width: 3, height: 3 });
  expect(rectangles.at(-1)).toEqual({ x: 6, y: 4, width: 3, height: 3 });
});

test('pixels are scaled to mean 0 and deviation 1', () => {
  const cut = cutPatches(Uint8Array.of(0, 255, 0, 255), { height: 2, width: 2, channels: 1, patch: 2, stride: 2 }, { mean: 0.5, deviation: 0.5 });
  expect([...cut]).toEqual([-1, 1, -1, 1]);
});

test('pixels of another image are refused', () => {
  expect(() => cutPatches(numbered(5), { height: 2, width: 2, channels: 1, patch: 2, stride: 2 }, unscaled)).toThrow(/5 numbers .* = 4/);
});
