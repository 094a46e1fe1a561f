/** A map's cells as pictures of a pixel a cell, made where they are looked at and stretched by the canvas. */
import type { ByteCells, Levels } from './levels.ts';
import type { Palette } from './palette.ts';
import type { Context } from './surface.ts';

/** Cells along a tile's side. */
export const tileSide = 256;
/** So many are kept: more than a large screen shows at once. */
const most = 128;

/** Where cells stand, in device pixels. */
export interface Placed {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PixelBox {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export class Tiles {
  readonly #levels: Levels;
  readonly #palette: Palette;
  /** In the order in which they were looked at. */
  readonly #made = new Map<string, ImageBitmap>();

  constructor(levels: Levels, palette: Palette) {
    this.#levels = levels;
    this.#palette = palette;
  }

  /**
   * Draws what of the cells lies in `view`.
   *
   * @param cell where the first cell stands: a multiple of 1/256 pixel wide and high, so that every tile begins on a pixel
   */
  draw(context: Context, cell: Placed, view: PixelBox): void {
    const [down, across] = [halvings(cell.height), halvings(cell.width)];
    const cells = this.#levels.at(down, across);
    const [width, height] = [cell.width * 2 ** across, cell.height * 2 ** down];
    context.imageSmoothingEnabled = false;
    for (const row of stretches(cell.y, height, cells.rows, view.top, view.bottom)) {
      for (const column of stretches(cell.x, width, cells.columns, view.left, view.right)) {
        const picture = this.#tile(cells, `${down} ${across} ${row.tile} ${column.tile}`, row.tile, column.tile);
        if (picture === undefined) continue;
        context.drawImage(
          picture, column.first, row.first, column.count, row.count,
          column.start, row.start, column.count * width, row.count * height,
        );
      }
    }
  }

  /** Its pictures are needed no more. */
  close(): void {
    for (const tile of this.#made.values()) tile.close();
    this.#made.clear();
  }

  #tile(cells: ByteCells, key: string, row: number, column: number): ImageBitmap | undefined {
    const tile = this.#made.get(key) ?? pictureOf(cells, row * tileSide, column * tileSide, this.#palette);
    if (tile === undefined) return undefined;
    this.#made.delete(key);
    this.#made.set(key, tile);
    const [oldest] = this.#made;
    if (this.#made.size > most && oldest !== undefined) {
      oldest[1].close();
      this.#made.delete(oldest[0]);
    }
    return tile;
  }
}

/** How often cells of this size must be halved until each has a pixel of its own. */
function halvings(size: number): number {
  return size >= 1 ? 0 : Math.ceil(-Math.log2(size));
}

/** Of a tile the cells that are drawn, and the pixel that they begin at. */
interface Stretch {
  readonly tile: number;
  readonly first: number;
  readonly count: number;
  readonly start: number;
}

/**
 * What of a line of cells lies between two pixels. Of cells that are whole pixels large only those, since a picture that is
 * stretched far beyond the canvas is costly; of others whole tiles, which alone begin on a pixel.
 */
function stretches(start: number, size: number, cells: number, from: number, to: number): Stretch[] {
  const isWhole = Number.isInteger(size);
  const first = Math.max(0, Math.floor((from - start) / size));
  const end = Math.min(cells, Math.ceil((to - start) / size));
  const found: Stretch[] = [];
  for (let tile = Math.floor(first / tileSide); tile * tileSide < end; tile++) {
    const begin = isWhole ? Math.max(first, tile * tileSide) : tile * tileSide;
    const stop = isWhole ? Math.min(end, (tile + 1) * tileSide) : (tile + 1) * tileSide;
    found.push({ tile, first: begin - tile * tileSide, count: stop - begin, start: start + begin * size });
  }
  return found;
}

/** Tiles at the end are as large as all others, and empty beyond the last cell. */
function pictureOf({ rows, columns, bytes }: ByteCells, firstRow: number, firstColumn: number, palette: Palette): ImageBitmap | undefined {
  const canvas = new OffscreenCanvas(tileSide, tileSide);
  const context = canvas.getContext('2d');
  if (context === null) return undefined;
  const image = new ImageData(tileSide, tileSide);
  const pixels = new Uint32Array(image.data.buffer);
  const [height, width] = [Math.min(tileSide, rows - firstRow), Math.min(tileSide, columns - firstColumn)];
  for (let row = 0; row < height; row++) {
    const from = (firstRow + row) * columns + firstColumn;
    for (let column = 0; column < width; column++) pixels[row * tileSide + column] = palette[bytes[from + column] ?? 0] ?? 0;
  }
  context.putImageData(image, 0, 0);
  return canvas.transferToImageBitmap();
}
