/** Large maps for tests of what draws them. They are made in the page, which they are too large to be sent to. */
import type { MapWindow } from '../../protocol/inspection.ts';
import { byteOf } from '../../protocol/map-bytes.ts';
import type { CellWindow } from '../../webview/map/cell-window.ts';
import type { AnyMap, MapFocus } from '../../webview/map/data.ts';
import type { MapPosition } from '../../webview/map/viewport.ts';

/** `<attention-map>`, as far as tests use it. */
export interface MapElement extends HTMLElement {
  data: AnyMap;
  zoom: number | 'whole';
  exact: ((of: Pick<CellWindow, 'rows' | 'columns'>, signal: AbortSignal) => Promise<CellWindow>) | undefined;
  restorePosition(position: MapPosition): void;
  lookAt(rows: { first: number; end: number }, columns: { first: number; end: number }): void;
  picture(ratio: number, caption: { readonly title: string; readonly note: string }): Promise<Blob> | undefined;
  readonly position: MapPosition;
  /** What is pointed at in a map beside it. */
  readonly crossed: MapFocus | undefined;
  readonly drawn: { readonly cells: number; readonly labels: number };
}

export interface SampleMap {
  readonly rows: number;
  readonly columns: number;
  /** How much one head has more than another. */
  readonly isSigned?: boolean;
  /** How many rows and columns one cell stands for; 1 if left out. */
  readonly step?: number;
}

const words = 'the of model attention layer head a token and query key value in to weight is softmax it sentence that'.split(' ');

/** A head that looks at its own place, at the first token, at its phrase, and rarely far away; as the worker tells it. */
export function sampleWindow({ rows, columns, isSigned = false, step = 1 }: SampleMap): MapWindow {
  const [down, across] = [Math.ceil(rows / step), Math.ceil(columns / step)];
  const cells = new Uint8Array(down * across);
  for (let row = 0; row < down; row++) {
    for (let column = 0; column < across; column++) {
      const value = weight(row * step, column * step, columns / rows);
      const other = isSigned ? weight(row * step, Math.max(0, column * step - 3), columns / rows) : 0;
      cells[row * across + column] = byteOf(value - other, isSigned);
    }
  }
  return {
    size: { rows, columns }, rows: { first: 0, end: rows }, columns: { first: 0, end: columns }, step: { rows: step, columns: step },
    cells: base64(cells), values: 'bytes', isSigned, full: 0.8, strong: 0.7, hidden: { cells: 0, mass: 0 },
    labels: { rows: labels(rows), columns: labels(columns) },
  };
}

function weight(row: number, column: number, slope: number): number {
  const near = Math.exp(-Math.abs(column - row * slope) / 2) * (0.5 + noise(row, 1) / 2);
  const far = noise(row, column) > 0.995 ? 0.4 * noise(column, row) : 0.02 * noise(row, column);
  const first = column === 0 ? 0.3 * noise(row, 2) : 0;
  const phrase = row >> 5 === column >> 5 ? 0.12 * noise(row, column + 5) : 0;
  return Math.min(1, near + far + first + phrase);
}

/** 0…1, always the same. */
function noise(row: number, column: number): number {
  const hash = Math.imul(row * 31 + 7, 0x9e3779b1) ^ Math.imul(column * 17 + 3, 0x85ebca6b);
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((mixed ^ (mixed >>> 12)) >>> 0) / 2 ** 32;
}

function labels(count: number): NonNullable<MapWindow['labels']>['rows'] {
  return Array.from({ length: count }, (_, index) => ({
    first: index, end: index + 1, special: index === 0, text: index === 0 ? '[CLS]' : (words[(index * 7 + (index >> 4)) % words.length] ?? ''),
  }));
}

function base64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let from = 0; from < bytes.length; from += 0x8000) parts.push(String.fromCharCode(...bytes.subarray(from, from + 0x8000)));
  return btoa(parts.join(''));
}
