import { describe, expect, test } from 'vitest';
import { everyNth, labelled } from './labels.ts';
import { layoutMap, type LayoutInput } from './layout.ts';
import { cellSize, wholeCell } from './zoom.ts';

const room = { width: 900, height: 600 };
const input: LayoutInput = { rows: 512, columns: 512, rowLabel: 60, columnLabel: 60, lineHeight: 17, room, zoom: 'whole', ratio: 1 };

describe('the whole of a map', () => {
  test.each([[5, 5], [12, 30], [100, 512], [512, 512], [4, 2000], [4096, 4096], [3000, 20]])('of %i × %i has room', (rows, columns) => {
    for (const ratio of [1, 1.5, 2]) {
      const { width, height } = layoutMap({ ...input, rows, columns, ratio });
      // Labels' strips can't shrink; cells can.
      expect(width).toBeLessThanOrEqual(room.width);
      expect(height).toBeLessThanOrEqual(room.height);
    }
  });

  test('keeps the diagonal of a text with itself, and few rows readable beside many columns', () => {
    const square = layoutMap(input);
    expect(square.cellWidth).toBe(square.cellHeight);
    const few = layoutMap({ ...input, rows: 8 });
    expect(few.cellHeight).toBeGreaterThan(20);
    expect(few.cellWidth).toBeLessThan(2);
  });
});

describe('cells', () => {
  const natural = { width: 20, height: 25 };
  const whole = wholeCell({ rows: 512, columns: 512 }, natural, room);

  test('grow with the zoom, from the whole map through what labels need', () => {
    const sizes = [0.01, 0.1, 0.2, 0.5, 1, 2, 100].map(zoom => cellSize(natural, whole, zoom, 1).cell.width);
    expect(sizes).toEqual(sizes.toSorted((one, other) => one - other));
    expect(cellSize(natural, whole, 1, 1).cell).toEqual(natural);
    expect(cellSize(natural, whole, 0.0001, 1)).toEqual(cellSize(natural, whole, 'whole', 1));
  });

  test.each([1, 1.25, 1.5, 2])('are whole pixels where they are large, and 256 of small ones are, at %d pixels per CSS pixel', ratio => {
    for (const zoom of [0.07, 0.11, 0.23, 0.61, 1, 1.7]) {
      const pixels = cellSize(natural, whole, zoom, ratio).cell.width * ratio;
      const counted = pixels >= 4 - 1e-9 ? pixels : pixels * 256;
      expect(Math.abs(counted - Math.round(counted))).toBeLessThan(1e-6);
    }
  });
});

describe('labels', () => {
  const all = { first: 0, end: 512 };

  test.each([0.2, 1, 3.7, 8, 16.9, 17, 40])('never overlap, at cells of %d pixels', cell => {
    for (const focus of [undefined, { first: 100, end: 101 }, { first: 97, end: 130 }]) {
      const places = labelled(all, cell, 17, focus).sort((one, other) => one - other);
      const gaps = places.slice(1).map((place, index) => (place - (places[index] ?? 0)) * cell);
      expect(Math.min(Infinity, ...gaps)).toBeGreaterThanOrEqual(17);
      if (focus !== undefined) expect(places).toContain(focus.first);
    }
  });

  test('stay where they are when the map is scrolled, and when it is zoomed', () => {
    const before = labelled({ first: 0, end: 200 }, 3, 17, undefined);
    expect(labelled({ first: 50, end: 250 }, 3, 17, undefined)).toEqual(expect.arrayContaining(before.filter(index => index >= 50)));
    expect(labelled({ first: 0, end: 200 }, 5, 17, undefined)).toEqual(expect.arrayContaining(before));
    expect(everyNth(17, 17)).toBe(1);
  });
});
