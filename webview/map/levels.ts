/** Cells as bytes, and coarser ones of them: what is drawn of a map that has more cells than its room has pixels. */
import { byteOf } from '../../protocol/map-bytes.ts';
import { across, down, type CellWindow } from './cell-window.ts';
import { fullOf, weightAt, type MapData } from './data.ts';

/** `[row][column]`: shares of what shows at full strength. */
export interface ByteCells {
  readonly rows: number;
  readonly columns: number;
  readonly bytes: Uint8Array;
}

export function bytesOfRows(map: MapData): ByteCells {
  const [rows, columns] = [map.rows.length, map.columns.length];
  const bytes = new Uint8Array(rows * columns);
  const isSigned = map.evidence !== undefined;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) bytes[row * columns + column] = byteOf(weightAt(map, row, column) / fullOf(map, row), isSigned);
  }
  return { rows, columns, bytes };
}

/** @param full what shows at full strength */
export function bytesOfWindow(window: CellWindow, full: number, isSigned: boolean): ByteCells {
  const bytes = window.values === 'bytes' ? window.cells : Uint8Array.from(window.cells, value => byteOf(value / full, isSigned));
  return { rows: down(window), columns: across(window), bytes };
}

/**
 * Levels of detail. Each halves the rows or the columns of another, and of every two cells keeps the one further from nothing: what
 * stands out in a map stands out at any size.
 */
export class Levels {
  readonly #known = new Map<string, ByteCells>();
  readonly #nothing: number;

  constructor(finest: ByteCells, readonly isSigned: boolean) {
    this.#known.set('0 0', finest);
    this.#nothing = isSigned ? 128 : 0;
  }

  /** Rows halved so many times, columns so many. */
  at(rows: number, columns: number): ByteCells {
    const key = `${rows} ${columns}`;
    const known = this.#known.get(key) ?? (rows > 0 ? this.#withHalfTheRows(this.at(rows - 1, columns)) : this.#withHalfTheColumns(this.at(0, columns - 1)));
    this.#known.set(key, known);
    return known;
  }

  #withHalfTheRows({ rows, columns, bytes }: ByteCells): ByteCells {
    const half = { rows: Math.ceil(rows / 2), columns, bytes: new Uint8Array(Math.ceil(rows / 2) * columns) };
    for (let row = 0; row < half.rows; row++) {
      // A last row without a second is its own.
      const [one, other] = [2 * row * columns, Math.min(2 * row + 1, rows - 1) * columns];
      for (let column = 0; column < columns; column++) half.bytes[row * columns + column] = further(bytes[one + column] ?? 0, bytes[other + column] ?? 0, this.#nothing);
    }
    return half;
  }

  #withHalfTheColumns({ rows, columns, bytes }: ByteCells): ByteCells {
    const half = { rows, columns: Math.ceil(columns / 2), bytes: new Uint8Array(rows * Math.ceil(columns / 2)) };
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < half.columns; column++) {
        const [one, other] = [2 * column, Math.min(2 * column + 1, columns - 1)];
        half.bytes[row * half.columns + column] = further(bytes[row * columns + one] ?? 0, bytes[row * columns + other] ?? 0, this.#nothing);
      }
    }
    return half;
  }
}

function further(one: number, other: number, nothing: number): number {
  return Math.abs(one - nothing) >= Math.abs(other - nothing) ? one : other;
}
