import { describe, expect, test } from 'vitest';
import type { HeadFacts, HeadRole } from '../../../protocol/inspection.ts';
import { arrange, byLayer, roleCounts, type HeadOrder, type ModelRow } from './arrange.ts';
import { firstCell, headAt, moveHead } from './cursor.ts';
import { headSentence, valueText } from './facts.ts';
import { acrossFor, cellAt, headsBeside, layoutModel, revealRow, rowsInSight } from './layout.ts';
import { paintThumbnail } from './thumbnail.ts';

function head(kind: HeadFacts['kind'], layer: number, number: number, more: Partial<HeadFacts> = {}): HeadFacts {
  return { kind, layer, head: number, entropy: 2, confidence: 0.5, diagonality: 0.5, distance: 3, coverage: 0.5, roles: [], similarity: null, ...more };
}

const previous = { role: 'previous', score: 0.93 } as const;
const heads: readonly HeadFacts[] = [
  head('encoder', 0, 0, { entropy: 3 }), head('encoder', 0, 1, { entropy: 1, roles: [previous, { role: 'diagonal', score: 0.6 }], distance: 1.2 }),
  head('encoder', 1, 0, { roles: [previous] }), head('encoder', 1, 1, { entropy: 0.5, distance: null }),
  head('cross', 0, 0, { entropy: 0.1, distance: null }),
];
const names = (rows: readonly ModelRow<HeadFacts>[]): readonly string[] => rows.map(row =>
  row.of === 'kind' ? row.kind : row.of === 'numbers' ? `${row.first + 1}…${row.first + row.count}` : row.cells.map(cell => (cell === undefined ? '–' : `${cell.layer}.${cell.head}`)).join(' '));
const by = (order: HeadOrder, role?: HeadRole) => names(arrange(heads, { ...byLayer, order, role }, 3));

describe('arranged', () => {
  test('by layer: a row a layer, by kind', () => {
    expect(by('layer')).toEqual(['encoder', '1…2', '0.0 0.1', '1.0 1.1', 'cross', '1…1', '0.0']);
    expect(names(arrange(heads.slice(0, 4), byLayer, 3))).toEqual(['1…2', '0.0 0.1', '1.0 1.1']);
  });

  test('by layer in parts, where fewer heads stand beside each other than a layer has', () => {
    expect(names(arrange(heads.slice(0, 4), byLayer, 3, 1))).toEqual(['1…1', '0.0', '1.0', '2…2', '0.1', '1.1']);
  });

  test('by what was measured, the most telling first; what has no such value last', () => {
    expect(by('entropy')).toEqual(['encoder', '1.1 0.1 1.0', '0.0', 'cross', '0.0']);
    expect(by('distance')).toEqual(['encoder', '0.1 0.0 1.0', '1.1', 'cross', '0.0']);
    expect(by('similarity')[1]).toBe('0.0 0.1 1.0');
  });

  test('by what heads do: others leave gaps among layers, and none in a row', () => {
    expect(by('layer', 'previous')).toEqual(['encoder', '1…2', '– 0.1', '1.0 –', 'cross', '1…1', '–']);
    expect(by('entropy', 'previous')).toEqual(['encoder', '0.1 1.0', 'cross']);
    expect([...roleCounts(heads)]).toEqual([['previous', 2], ['diagonal', 1]]);
  });
});

describe('the keyboard', () => {
  const rows = arrange(heads, { ...byLayer, role: 'previous' }, 3);
  const all = arrange(heads, byLayer, 3);
  const go = (key: string, row: number, column: number, control = false) => {
    const cell = moveHead(all, { row, column }, key, control, 2);
    return cell === undefined ? undefined : names([{ of: 'heads', layer: 0, cells: [headAt(all, cell)] }])[0];
  };

  test('goes from head to head, over names and gaps', () => {
    expect([go('ArrowRight', 2, 0), go('ArrowRight', 2, 1), go('ArrowDown', 3, 1), go('ArrowUp', 6, 0), go('PageDown', 2, 0), go('End', 3, 0)]).toEqual(['0.1', '0.1', '0.0', '1.0', '0.0', '1.1']);
    expect([go('Home', 6, 0, true), go('End', 2, 0, true), go('a', 2, 0)]).toEqual(['0.0', '0.0', undefined]);
    expect(moveHead(rows, { row: 2, column: 1 }, 'ArrowDown', false, 2)).toEqual({ row: 3, column: 0 });
    expect(moveHead(rows, { row: 2, column: 1 }, 'ArrowLeft', false, 2)).toEqual({ row: 2, column: 1 });
  });

  test('begins at the first head there is', () => {
    expect(firstCell(rows)).toEqual({ row: 2, column: 1 });
    expect(firstCell([])).toBeUndefined();
  });
});

describe('layout', () => {
  const many = Array.from({ length: 24 * 16 }, (_, index) => head('decoder', Math.floor(index / 16), index % 16));
  const rows = arrange(many, byLayer, 3);

  test('all heads of a layer stand beside each other, in any width that a panel has', () => {
    for (const width of [340, 720, 1_800]) {
      const layout = layoutModel({ rows, width, height: 500, layerName: 50, lineHeight: 16 });
      expect(layout.width).toBeLessThanOrEqual(width);
      expect(layout.side).toBeGreaterThanOrEqual(14);
    }
    expect(layoutModel({ rows, width: 200, height: 500, layerName: 50, lineHeight: 16 }).width).toBe(56 + 16 * 16);
    expect(acrossFor(720)).toBe(11);
  });

  test('heads grow with the room, as long as all of them can still be seen', () => {
    const side = (layers: number, count: number, width: number, height: number): number => {
      const of = Array.from({ length: layers * count }, (_, index) => head('encoder', Math.floor(index / count), index % count));
      const beside = headsBeside(count, layers, { width, height });
      const layout = layoutModel({ rows: arrange(of, byLayer, 3, beside), width, height, layerName: 50, lineHeight: 16 });
      expect(layout.width).toBeLessThanOrEqual(width);
      if (layout.side > 88 || beside < count) expect(layout.tops.at(-1)).toBeLessThanOrEqual(height);
      return layout.side;
    };
    // As wide as the window, of five layers with eight heads; in a panel, three layers with twelve.
    expect(side(5, 8, 1_400, 640)).toBeGreaterThan(90);
    expect(side(3, 12, 620, 520)).toBeGreaterThan(55);
    // Twelve layers can't all be seen at once: these scroll.
    expect(side(12, 12, 1_400, 640)).toBe(88);
    expect(side(1, 1, 900, 640)).toBe(180);
  });

  test('what is in sight, and what stands at a point', () => {
    const layout = layoutModel({ rows, width: 720, height: 500, layerName: 50, lineHeight: 16 });
    const { first, end } = rowsInSight(layout, 300, 200);
    expect(layout.tops[first]).toBeLessThanOrEqual(300);
    expect(layout.tops[end]).toBeGreaterThanOrEqual(500);
    expect(end - first).toBeLessThan(9);
    expect(cellAt(layout, layout.left + 2 * layout.pitch + 3, (layout.tops[4] ?? 0) + 1)).toEqual({ row: 4, column: 2 });
    expect(cellAt(layout, layout.left + 2 * layout.pitch - 1, (layout.tops[4] ?? 0) + 1)).toBeUndefined();
    expect(cellAt(layout, 10, 1)).toBeUndefined();
    expect(revealRow(layout, 1, 300, 200)).toBe(0);
    expect(revealRow(layout, 20, 0, 200)).toBe((layout.tops[21] ?? 0) - 200);
  });
});

test('a head in words', () => {
  const [, second] = heads;
  if (second === undefined) throw new Error('there are five');
  expect(headSentence(second, false)).toBe('Layer 1, head 2: previous token 0.93, diagonal 0.60; entropy 1.00 nats, confidence 0.50, diagonality 0.50, distance 1.2 tokens, coverage 0.50');
  expect(headSentence({ ...second, roles: [], distance: null, similarity: 0.5 }, true)).toBe('Encoder, over the whole text: layer 1, head 2: entropy 1.00 nats, confidence 0.50, diagonality 0.50, coverage 0.50, likeness 0.50');
  expect([valueText(second, 'entropy'), valueText(second, 'distance'), valueText(second, 'layer'), valueText(second, 'similarity')]).toEqual(['1.00', '1.2', '', '']);
});

test('a diagonal stays whole in a thumbnail with fewer pixels than cells, and fills one with more', () => {
  const size = 30;
  const cells = Uint8Array.from({ length: size * size }, (_, index) => (index % size === Math.floor(index / size) ? 255 : 0));
  const palette = Uint32Array.from({ length: 256 }, (_, byte) => byte);
  for (const side of [7, 20, 64]) {
    const pixels = new Uint32Array(80 * side);
    paintThumbnail({ pixels, width: 80 }, { rows: size, columns: size, cells }, palette, 10, side);
    for (let y = 0; y < side; y++) expect(pixels[80 * y + 10 + y]).toBe(255);
    expect([pixels[9], pixels[10 + side]]).toEqual([0, 0]);
  }
});
