import { describe, expect, test } from 'vitest';
import { intensity } from '../../protocol/intensity.ts';
import { moveCell } from './cursor.ts';
import { noFocus, one, strengthAt, type MapData } from './data.ts';
import { describe as describeFocus, sentence } from './describe.ts';
import { hitTest, layoutMap, reveal, visibleCells, type LayoutInput } from './layout.ts';
import { levelOf, levels } from './scale.ts';
import { directionOf } from './text.ts';
import { tooltipPosition } from './tooltip-position.ts';

const input: LayoutInput = { rows: 14, columns: 13, rowLabel: 50, columnLabel: 60, lineHeight: 17, room: { width: 700, height: 400 }, zoom: 1, ratio: 1 };

describe('layout', () => {
  test.each([280, 400, 700, 1600])('a short sentence fits a panel of %i pixels, or scrolls sideways', available => {
    const layout = layoutMap({ ...input, room: { width: available, height: 400 } });
    expect(layout.cellWidth).toBeGreaterThanOrEqual(20);
    if (available >= 700) expect(layout.width).toBeLessThanOrEqual(available);
    expect(layout.left).toBeLessThan(available / 2);
  });

  test('labels that fit above their columns stand upright', () => {
    expect(layoutMap({ ...input, columns: 3, columnLabel: 40 }).slanted).toBe(false);
    expect(layoutMap(input).slanted).toBe(true);
  });

  test('only what can be seen counts as visible', () => {
    const layout = layoutMap({ ...input, rows: 400, columns: 400 });
    const { rows, columns } = visibleCells(layout, { left: 2000, top: 3000 }, { width: 700, height: 400 });
    expect((rows.end - rows.first) * (columns.end - columns.first)).toBeLessThan(700);
    expect(columns.first).toBe(100);
    expect(visibleCells(layout, { left: 0, top: 0 }, { width: 10, height: 10 })).toEqual({ rows: { first: 0, end: 0 }, columns: { first: 0, end: 0 } });
  });

  test('what stands at a point is what was placed there, also when scrolled', () => {
    const layout = layoutMap(input);
    const scroll = { left: 30, top: 40 };
    const x = layout.left + 5.5 * layout.cellWidth - scroll.left;
    const y = layout.top + 3.5 * layout.cellHeight - scroll.top;
    expect(hitTest(layout, scroll, x, y)).toEqual({ row: 3, column: 5 });
    expect(hitTest(layout, scroll, 5, y)).toEqual({ row: 3, column: undefined });
    expect(hitTest(layout, scroll, x + 20, layout.top - 20)).toEqual({ row: undefined, column: 5 });
    expect(hitTest(layout, scroll, x, layout.top + 99 * layout.cellHeight)).toEqual({ row: undefined, column: undefined });
  });

  test('revealing scrolls no further than needed', () => {
    const layout = layoutMap({ ...input, rows: 400, columns: 400 });
    const viewport = { width: 700, height: 400 };
    expect(reveal(layout, { left: 0, top: 0 }, viewport, 2, 3)).toEqual({ left: 0, top: 0 });
    const there = reveal(layout, { left: 0, top: 0 }, viewport, 200, undefined);
    expect(there.left).toBe(0);
    const { rows } = visibleCells(layout, there, viewport);
    expect(rows.end).toBe(201);
    expect(reveal(layout, there, viewport, 0, undefined).top).toBe(0);
  });
});

describe('keyboard', () => {
  const size = { rows: 10, columns: 6, page: 4 };
  test.each([
    ['ArrowDown', false, { row: 4, column: 2 }, 'row'],
    ['ArrowUp', false, { row: 2, column: 2 }, 'row'],
    ['ArrowRight', false, { row: 3, column: 3 }, 'column'],
    ['ArrowLeft', false, { row: 3, column: 1 }, 'column'],
    ['Home', false, { row: 3, column: 0 }, 'column'],
    ['End', false, { row: 3, column: 5 }, 'column'],
    ['Home', true, { row: 0, column: 2 }, 'row'],
    ['End', true, { row: 9, column: 2 }, 'row'],
    ['PageDown', false, { row: 7, column: 2 }, 'row'],
    ['PageUp', false, { row: 0, column: 2 }, 'row'],
  ] as const)('%s (control %s)', (key, control, cell, axis) => {
    expect(moveCell({ row: 3, column: 2 }, key, control, size)).toEqual({ cell, axis });
  });

  test('stays inside, starts at the first cell, ignores other keys', () => {
    expect(moveCell({ row: 9, column: 0 }, 'ArrowDown', false, size)?.cell).toEqual({ row: 9, column: 0 });
    expect(moveCell(undefined, 'ArrowDown', false, size)).toEqual({ cell: { row: 0, column: 0 }, axis: 'row' });
    expect(moveCell(undefined, 'a', false, size)).toBeUndefined();
    expect(moveCell(undefined, 'ArrowDown', false, { ...size, rows: 0 })).toBeUndefined();
  });
});

describe('scale', () => {
  test('never falls as weights rise, from nothing to all', () => {
    const weights = Array.from({ length: 101 }, (_, index) => index / 100);
    const strengths = weights.map(intensity);
    expect(strengths).toEqual(strengths.toSorted((a, b) => a - b));
    expect([intensity(0), intensity(1), intensity(Number.NaN)]).toEqual([0, 1, 0]);
    expect([levelOf(0), levelOf(1), levelOf(0.001)]).toEqual([0, levels, 0]);
  });
});

describe('in words', () => {
  const labels = (...texts: string[]): MapData['rows'] => texts.map(text => ({ text, special: false }));
  const data: MapData = { rows: labels('chat', 'noir'), columns: labels('black', 'cat'), weights: [Float32Array.of(0.1, 0.8731), Float32Array.of(0.9, 0.005)] };

  test('a cell, a row, a column, nothing', () => {
    const say = (focus: Parameters<typeof describeFocus>[1]): string => {
      const description = describeFocus(data, focus);
      return description === undefined ? '' : sentence(description);
    };
    expect(say({ rows: one(0), columns: one(1) })).toBe('chat attends to cat: 0.8731');
    expect(say({ rows: one(0), columns: undefined })).toBe('chat attends to: cat 0.87, black 0.10');
    expect(say({ rows: undefined, columns: one(1) })).toBe('cat is attended to by: chat 0.87');
    expect(say(noFocus)).toBe('');
    expect(say({ rows: one(9), columns: one(9) })).toBe('');
  });

  test('what a row gave to words that were written before', () => {
    const description = describeFocus({ ...data, elsewhere: [0.6, 0] }, { rows: one(0), columns: undefined });
    expect(description && sentence(description)).toBe('chat attends to: cat 0.87, black 0.10, what was written before 0.60');
  });

  test('evidence, for and against', () => {
    const evidence: MapData = {
      rows: labels('pooling', 'for positive', 'for negative'), columns: labels('very', 'good'), full: 0.8, evidence: { first: 1, full: 2 },
      weights: [Float32Array.of(0.2, 0.8), Float32Array.of(0.1, 2), Float32Array.of(-0.1, -2)],
    };
    const say = (focus: Parameters<typeof describeFocus>[1]): string => {
      const description = describeFocus(evidence, focus);
      return description === undefined ? '' : sentence(description);
    };
    expect(say({ rows: one(2), columns: one(1) })).toBe('good: −2.000 for negative');
    expect(say({ rows: one(1), columns: undefined })).toBe('Evidence for positive: good +2.00, very +0.10');
    expect(say({ rows: undefined, columns: one(1) })).toBe('good: pooling 0.80, for positive +2.00, for negative −2.00');
    expect([strengthAt(evidence, 0, 1), strengthAt(evidence, 1, 0).toFixed(3), strengthAt(evidence, 2, 1)]).toEqual([1, '0.050', -1]);
  });
});

test('the direction of a label is that of its first letter', () => {
  expect(['chat', '«שלום»', 'مرحبا', '123', ''].map(directionOf)).toEqual(['ltr', 'rtl', 'rtl', 'ltr', 'ltr']);
});

test('a tooltip stays in the panel and never covers its cell', () => {
  const room = { width: 300, height: 400 };
  const size = { width: 120, height: 60 };
  for (const left of [0, 100, 200, 270]) {
    for (const top of [70, 200, 370]) {
      const anchor = { left, top, right: left + 30, bottom: top + 25 };
      const at = tooltipPosition(anchor, size, room);
      expect(at.left).toBeGreaterThanOrEqual(0);
      expect(at.left + size.width).toBeLessThanOrEqual(room.width);
      expect(at.top + size.height).toBeLessThanOrEqual(room.height);
      const overlaps = at.left < anchor.right && at.left + size.width > anchor.left && at.top < anchor.bottom && at.top + size.height > anchor.top;
      expect(overlaps).toBe(false);
    }
  }
});
