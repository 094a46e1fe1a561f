import { expect, test } from 'vitest';
import type { LinesResult, MapWindow } from '../../protocol/inspection.ts';
import { decodeHeads, decodeLines, decodeMap } from './decode.ts';

const base64 = (array: Uint8Array | Uint16Array | Float32Array): string => Buffer.from(array.buffer).toString('base64');
const label = { text: 'cat', special: false, first: 0, end: 1 };
const window: MapWindow = {
  size: { rows: 7, columns: 7 }, rows: { first: 0, end: 3 }, columns: { first: 2, end: 7 }, step: { rows: 2, columns: 4 },
  cells: base64(Uint8Array.of(0, 255, 128, 3)), values: 'bytes', isSigned: false, full: 0.5, strong: 0.5, hidden: { cells: 0, mass: 0 },
};

test('cells come out as they were, and everything about them with them', () => {
  expect(decodeMap(window)).toEqual({ ...window, cells: Uint8Array.of(0, 255, 128, 3) });
  const exact = decodeMap({ ...window, values: 'floats', cells: base64(Float32Array.of(0.25, 1, -0.5, 0)) });
  expect(exact.cells).toEqual(Float32Array.of(0.25, 1, -0.5, 0));
});

test('lines and thumbnails do too', () => {
  const lines: LinesResult = {
    queries: base64(Uint16Array.of(1, 65_535)), keys: base64(Uint16Array.of(0, 300)), heads: base64(Uint8Array.of(3, 4)),
    weights: base64(Float32Array.of(0.25, 0.5)), hidden: { lines: 5, mass: 0.1, largest: 0.2 }, labels: { rows: [label], columns: [] },
  };
  expect(decodeLines(lines)).toEqual({
    ...lines, queries: Uint16Array.of(1, 65_535), keys: Uint16Array.of(0, 300), heads: Uint8Array.of(3, 4), weights: Float32Array.of(0.25, 0.5),
  });
  const head = {
    kind: 'encoder', layer: 0, head: 1, entropy: 1, confidence: 0.5, diagonality: 1, distance: null, coverage: 1, roles: [], similarity: null,
    rows: 1, columns: 2, cells: base64(Uint8Array.of(9, 255)),
  } as const;
  expect(decodeHeads({ heads: [head] })).toEqual([{ ...head, cells: Uint8Array.of(9, 255) }]);
});

test('another number of cells than the window has is not drawn', () => {
  expect(() => decodeMap({ ...window, values: 'floats' })).toThrow('4 bytes came where 16 were expected');
});
