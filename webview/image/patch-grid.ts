/** The patches of an image in rows and columns, as they stand in it. */
import type { Patch } from '../../protocol/classification.ts';
import type { MapCell } from '../map/data.ts';

export class PatchGrid {
  readonly rows: number;
  readonly columns: number;
  readonly #patches: readonly Patch[];
  readonly #cells: readonly MapCell[];
  readonly #indices = new Map<string, number>();

  constructor(patches: readonly Patch[]) {
    const tops = distinct(patches.map(patch => patch.y));
    const lefts = distinct(patches.map(patch => patch.x));
    this.#patches = patches;
    this.#cells = patches.map(patch => ({ row: tops.indexOf(patch.y), column: lefts.indexOf(patch.x) }));
    this.#cells.forEach((cell, index) => this.#indices.set(nameOf(cell), index));
    this.rows = tops.length;
    this.columns = lefts.length;
  }

  /** Where a patch stands. */
  cellOf(index: number): MapCell | undefined {
    return this.#cells[index];
  }

  /** The patch that stands there. */
  indexOf(cell: MapCell): number | undefined {
    return this.#indices.get(nameOf(cell));
  }

  /** The patch that holds a point of the image, in its pixels. */
  at(x: number, y: number): number | undefined {
    const index = this.#patches.findIndex(patch => x >= patch.x && x < patch.x + patch.width && y >= patch.y && y < patch.y + patch.height);
    return index < 0 ? undefined : index;
  }

  /** "row 2, column 3", counted from 1. */
  name(index: number): string {
    const cell = this.#cells[index];
    return cell === undefined ? '' : `row ${cell.row + 1}, column ${cell.column + 1}`;
  }
}

export const noGrid = new PatchGrid([]);

function distinct(values: readonly number[]): number[] {
  return [...new Set(values)].sort((one, other) => one - other);
}

function nameOf({ row, column }: MapCell): string {
  return `${row} ${column}`;
}
