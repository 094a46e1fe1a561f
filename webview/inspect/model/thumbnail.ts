/** A head's map in little, as pixels. */

export interface Thumbnail {
  readonly rows: number;
  readonly columns: number;
  /** `[row][column]`, shares of the largest. */
  readonly cells: Uint8Array;
}

/** A picture that thumbnails are painted into, one 32-bit pixel a value. */
export interface Strip {
  readonly pixels: Uint32Array;
  readonly width: number;
}

/**
 * Fills a square, or what of it is inside. Where a pixel stands for several cells the strongest shows: a thin diagonal stays whole.
 *
 * @param palette the pixel of each byte
 */
export function paintThumbnail({ pixels, width }: Strip, { rows, columns, cells }: Thumbnail, palette: Uint32Array, left: number, side: number): void {
  if (rows === 0 || columns === 0) return;
  const firstColumns = Uint32Array.from({ length: side + 1 }, (_, x) => Math.floor((x * columns) / side));
  for (let y = 0; y < side; y++) {
    const firstRow = Math.floor((y * rows) / side);
    const endRow = Math.max(firstRow + 1, Math.floor(((y + 1) * rows) / side));
    for (let x = Math.max(0, -left); x < Math.min(side, width - left); x++) {
      const firstColumn = firstColumns[x] ?? 0;
      const endColumn = Math.max(firstColumn + 1, firstColumns[x + 1] ?? 0);
      let strongest = 0;
      for (let row = firstRow; row < endRow; row++) {
        for (let column = firstColumn; column < endColumn; column++) strongest = Math.max(strongest, cells[row * columns + column] ?? 0);
      }
      pixels[y * width + left + x] = palette[strongest] ?? 0;
    }
  }
}
