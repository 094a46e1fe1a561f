import { describe, expect, test } from 'vitest';
import { byteOf } from '../../protocol/map-bytes.ts';
import { isEnough, mapOfWindows, type CellWindow, type ToldWindow } from './cell-window.ts';
import { certaintyAt, one, strengthAt, weightAt, type MapLabel } from './data.ts';
import { describe as describeFocus, sentence } from './describe.ts';
import { Levels } from './levels.ts';

const labels = (name: string, count: number): (MapLabel & { first: number; end: number })[] =>
  Array.from({ length: count }, (_, index) => ({ first: index, end: index + 1, text: `${name}${index}`, special: false }));
const sides = { rows: labels('q', 6), columns: labels('k', 6) };
const all = { first: 0, end: 6 };

const bytes = (...shares: readonly number[]): Uint8Array => Uint8Array.from(shares, share => byteOf(share, false));

/** Every 4 × 4 as one; the last stand for two rows and columns. */
const coarse: ToldWindow = {
  rows: all, columns: all, step: { rows: 4, columns: 4 }, values: 'bytes', cells: bytes(1, 0.2, 0, 0.4), isSigned: false, full: 0.5, strong: 0.1, labels: sides,
};
const fine: ToldWindow = {
  rows: { first: 1, end: 3 }, columns: { first: 4, end: 6 }, step: { rows: 1, columns: 1 }, values: 'bytes', cells: bytes(0, 0.2, 0.1, 0), isSigned: false, full: 0.5, strong: 0.1,
};

describe('a map in windows', () => {
  const map = mapOfWindows([coarse, fine], 'share of attention');

  test('has the weight of the finest that is known, and says how well it is known', () => {
    expect([weightAt(map, 0, 0), weightAt(map, 5, 5)].map(weight => weight.toFixed(2))).toEqual(['0.50', '0.20']);
    expect([strengthAt(map, 1, 5).toFixed(2), certaintyAt(map, 1, 5), certaintyAt(map, 0, 5)]).toEqual(['0.20', 'rounded', 'furthest']);
    const exact: CellWindow = { rows: one(1), columns: all, step: { rows: 1, columns: 1 }, values: 'floats', cells: Float32Array.of(0, 0, 0, 0, 0, 0.0987) };
    const known = { ...map, windows: [...map.windows, exact] };
    expect(sentenceOf(known, 1, 5)).toBe('q1 attends to k5: 0.0987');
    expect(sentenceOf(map, 1, 5)).toBe('q1 attends to k5: ≈ 0.10');
    expect(sentenceOf(map, 0, 0)).toBe('q0 attends to k0: up to 0.50');
  });

  test('tells of a row what can be told apart, and no cell twice', () => {
    const row = describeFocus(map, { rows: one(1), columns: undefined });
    expect(row && sentence(row)).toBe('q1 attends to: k0 … k3 0.50, k5 0.10');
  });

  test('knows whether it is as fine as can be seen', () => {
    const cell = { width: 10, height: 10 };
    expect(isEnough(map, { rows: all, columns: all, most: { rows: 2, columns: 2 }, cell })).toBe(false);
    expect(isEnough(map, { rows: all, columns: all, most: { rows: 1, columns: 1 }, cell })).toBe(true);
    expect(isEnough(map, { rows: one(1), columns: { first: 4, end: 6 }, most: { rows: 20, columns: 20 }, cell })).toBe(true);
    expect(isEnough(map, { rows: one(1), columns: all, most: { rows: 20, columns: 20 }, cell })).toBe(false);
  });

  test('beside another is drawn on the scale of both, and keeps its weights', () => {
    const beside = mapOfWindows([coarse, fine], 'share of attention', 'linear', { full: 1, strong: 1 });
    expect([strengthAt(map, 0, 0), strengthAt(beside, 0, 0)].map(strength => strength.toFixed(2))).toEqual(['1.00', '0.50']);
    expect(weightAt(beside, 5, 5)).toBeCloseTo(0.2, 2);
  });

  test('shows on the scale that is chosen, and keeps its weights', () => {
    const [root, clipped, automatic] = (['root', 'clipped', 'auto'] as const).map(scale => mapOfWindows([coarse, fine], 'share of attention', scale));
    if (root === undefined || clipped === undefined || automatic === undefined) throw new Error('there are three');
    expect([root, clipped].map(of => strengthAt(of, 1, 5).toFixed(2))).toEqual(['0.45', '1.00']);
    expect([root, clipped].map(of => weightAt(of, 0, 0))).toEqual([0.5, 0.5]);
    expect(automatic.scale).toBe('root');
    expect(mapOfWindows([{ ...coarse, strong: 0.4 }], '', 'auto').scale).toBe('linear');
  });

  test('as a difference has a sign, in weights and in words', () => {
    const difference = mapOfWindows([{ ...coarse, step: { rows: 1, columns: 1 }, cells: new Uint8Array(36).fill(128).fill(1, 7, 8), isSigned: true, full: 0.2 }], '');
    expect(weightAt(difference, 1, 1)).toBeCloseTo(-0.2);
    expect(sentenceOf(difference, 1, 1)).toBe('q1 attends less to k1: ≈ −0.20');
  });

  test('needs labels from one of its windows', () => {
    expect(() => mapOfWindows([fine], '')).toThrow(/must have labels/);
  });
});

describe('levels of detail', () => {
  test('keep what is furthest from nothing, to the last row and column', () => {
    const bytes = new Uint8Array(7 * 5);
    bytes[4 * 5 + 3] = 200;
    bytes[6 * 5 + 4] = 90;
    const { rows, columns, bytes: halved } = new Levels({ rows: 7, columns: 5, bytes }, false).at(1, 1);
    expect([rows, columns, halved[2 * 3 + 1], halved[3 * 3 + 2]]).toEqual([4, 3, 200, 90]);
    const signed = new Levels({ rows: 2, columns: 2, bytes: Uint8Array.of(128, 180, 20, 128) }, true);
    expect([...signed.at(1, 0).bytes, ...signed.at(1, 1).bytes]).toEqual([20, 180, 20]);
  });
});

function sentenceOf(map: Parameters<typeof describeFocus>[0], row: number, column: number): string {
  const description = describeFocus(map, { rows: one(row), columns: one(column) });
  return description === undefined ? '' : sentence(description);
}
