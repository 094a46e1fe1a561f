import { expect, test } from 'vitest';
import { linesFrom, strongest } from './heads.fixture.ts';
import { opacityOf, placed, type LineSet } from './lines.ts';
import { LinePicture } from './picture.ts';
import { LineRaster, type Colour, type Lines } from './raster.ts';
import { hiddenText } from './words.ts';

const colours: readonly Colour[] = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 0], [0, 255, 255], [255, 0, 255], [120, 120, 120], [10, 200, 90]];

function drawn(lines: Lines, width: number, height: number, thickness = 1, top = 0): Uint8ClampedArray {
  const pixels = new Uint32Array(width * height);
  new LineRaster(width, height, thickness).draw(lines, colours, { top, first: 0, end: height }, pixels);
  return new Uint8ClampedArray(pixels.buffer);
}

const shared = (heads: number) => (weight: number): number => opacityOf(weight, 'shared', 1, heads);

const linesAt = (...each: readonly (readonly [from: number, to: number, opacity: number, colour: number])[]): Lines => ({
  from: Float32Array.from(each, line => line[0]), to: Float32Array.from(each, line => line[1]),
  opacity: Float32Array.from(each, line => line[2]), colour: Uint8Array.from(each, line => line[3]),
});

/** Of what is seen of them: where nothing shows, its colour does not matter. */
function furthest(one: Uint8ClampedArray, other: Uint8ClampedArray): number {
  const seen = (pixels: Uint8ClampedArray, at: number): number => (at % 4 === 3 ? 1 : (pixels[at - (at % 4) + 3] ?? 0) / 255) * (pixels[at] ?? 0);
  return one.reduce((most, _, at) => Math.max(most, Math.abs(seen(one, at) - seen(other, at))), 0);
}

/** One line after the other, in doubles: what is behind a line shows through it. A line covers of a pixel what its stretch of the column, or row if it is steep, does. */
function oneByOne({ from, to, opacity }: Lines, width: number, height: number, thickness: number): Float64Array {
  const seen = new Float64Array(width * height);
  const overlap = (middle: number, half: number, at: number): number => Math.max(0, Math.min(middle + half, at + 1) - Math.max(middle - half, at));
  from.forEach((start, line) => {
    const slope = ((to[line] ?? 0) - start) / width;
    const [top, bottom] = [Math.min(start, to[line] ?? 0), Math.max(start, to[line] ?? 0)];
    for (let pixel = 0; pixel < width * height; pixel++) {
      const [x, y] = [pixel % width, Math.floor(pixel / width)];
      const isSteep = Math.abs(slope) > 1;
      if (isSteep && (y + 0.5 < top || y + 0.5 > bottom)) continue;
      const covered = isSteep
        ? overlap((y + 0.5 - start) / slope, (thickness / 2) * Math.hypot(1, 1 / slope), x)
        : overlap(start + slope * (x + 0.5), (thickness / 2) * Math.hypot(1, slope), y);
      seen[pixel] = 1 - (1 - (seen[pixel] ?? 0)) * (1 - (opacity[line] ?? 0) * covered);
    }
  });
  return seen;
}

test.each([1, 2])('is within 2/255 of drawing every line after the other, at %d pixels a line', thickness => {
  const [width, height] = [60, 80];
  const lines = placed(linesFrom(4, 8, 8, 5), { row: 0, column: 0, pitch: 10 }, shared(4));
  const pixels = drawn({ ...lines, colour: lines.colour.map(() => 0) }, width, height, thickness);
  const wanted = oneByOne(lines, width, height, thickness);
  expect(Math.max(...wanted.map((share, pixel) => Math.abs((pixels[4 * pixel + 3] ?? 0) - 255 * share)))).toBeLessThanOrEqual(2);
  expect(Math.max(...wanted)).toBeGreaterThan(0.3);
});

test('what is hidden is within 2/255 of showing nothing where little is hidden, and always told', () => {
  const draw = (set: LineSet): Uint8ClampedArray => drawn(placed(set, { row: 0, column: 0, pitch: 4 }, shared(12)), 80, 4 * 48);
  const sharp = linesFrom(12, 48, 48, 24);
  const kept = strongest(sharp, 8_000);
  expect(furthest(draw(sharp), draw(kept.lines))).toBeLessThanOrEqual(2);
  expect(hiddenText(kept.hidden, kept.lines)).toBe('19,648 of 27,648 lines hidden: together 0.11 % of the weight');
  const flat = linesFrom(12, 48, 48, 1);
  const few = strongest(flat, 8_000);
  expect(furthest(draw(flat), draw(few.lines))).toBeGreaterThan(2);
  expect(hiddenText(few.hidden, few.lines)).toMatch(/^19,648 of 27,648 lines hidden: together 6\d % of the weight$/);
});

test('a thousand lines too faint for a byte add up', () => {
  const pixels = drawn(linesAt(...Array.from({ length: 1_000 }, () => [5, 5, 0.001, 0] as const)), 10, 10);
  expect(pixels[4 * (4 * 10 + 5) + 3]).toBe(Math.round(255 * (1 - 0.9995 ** 1_000)));
});

test('lines of two colours mix whichever comes first', () => {
  const [one, other] = [[5.5, 5.5, 0.5, 0], [5.5, 5.5, 0.5, 2]] as const;
  const pixels = drawn(linesAt(one, other), 10, 10);
  expect(furthest(pixels, drawn(linesAt(other, one), 10, 10))).toBe(0);
  expect([...pixels.slice(4 * (5 * 10 + 5), 4 * (5 * 10 + 5) + 4)]).toEqual([128, 0, 128, 191]);
});

test('lines from far above to far below leave nothing out and write nothing elsewhere', () => {
  const pixels = drawn(linesAt([-1_000, 1_000, 1, 0], [-50, -20, 1, 1], [9_000, -9_000, 0.5, 2]), 20, 10);
  const inked = Array.from({ length: 10 }, (_, row) => pixels.slice(80 * row, 80 * (row + 1)).filter((_, index) => index % 4 === 3).reduce((sum, value) => sum + value, 0));
  // Of each row a pixel of the first line, and half of one of the third.
  for (const sum of inked) expect(Math.abs(sum - 255)).toBeLessThan(140);
  expect(furthest(drawn(linesAt([-50, -20, 1, 1]), 20, 10), new Uint8ClampedArray(800))).toBe(0);
});

test('a picture that is scrolled is the one that would be drawn anew, and only what came into sight is drawn', () => {
  const lines = placed(linesFrom(3, 40, 40, 6), { row: 0, column: 0, pitch: 8 }, shared(3));
  const picture = new LinePicture();
  const size = { width: 50, height: 60, thickness: 1 };
  for (const [top, rows] of [[0, 60], [7, 7], [30, 23], [29, 1], [29, 0], [200, 60], [190, 10]] as const) {
    expect(furthest(picture.draw(lines, colours, size, top), drawn(lines, 50, 60, 1, top))).toBeLessThanOrEqual(1);
    expect(picture.rows).toBe(rows);
  }
});

test('a line that stands out keeps its colour beneath many faint ones of others', () => {
  const faint = Array.from({ length: 40 }, (_, index) => [5.5, 5.5, 0.02, 1 + (index % 3)] as const);
  const pixels = drawn(linesAt([5.5, 5.5, 0.6, 0], ...faint), 10, 10);
  const [red = 0, green = 0, blue = 0] = pixels.slice(4 * (5 * 10 + 5));
  expect(red).toBeGreaterThan(225);
  expect(Math.max(green, blue)).toBeLessThan(60);
});
