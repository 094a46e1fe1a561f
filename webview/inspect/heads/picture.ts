/** A picture of lines that scrolls: what was drawn of it before is moved, and only what comes into sight is drawn. */
import { LineRaster, type Colour, type Lines } from './raster.ts';

export interface PictureSize {
  /** Pixels of the screen. */
  readonly width: number;
  readonly height: number;
  readonly thickness: number;
}

interface Drawn {
  readonly lines: Lines;
  readonly colours: readonly Colour[];
  top: number;
  /** One of 32 bits a pixel, and the same by its bytes. */
  readonly pixels: Uint32Array;
  readonly bytes: Uint8ClampedArray<ArrayBuffer>;
}

export class LinePicture {
  #raster: LineRaster | undefined;
  #drawn: Drawn | undefined;

  /** How many rows the last call drew. */
  rows = 0;

  /**
   * @param top how far it is scrolled, in whole pixels
   * @returns `[row][column]` red, green, blue, opacity; written over by the next call
   */
  draw(lines: Lines, colours: readonly Colour[], size: PictureSize, top: number): Uint8ClampedArray<ArrayBuffer> {
    const { width, height, thickness } = size;
    if (this.#raster?.width !== width || this.#raster.height !== height || this.#raster.thickness !== thickness) {
      this.#raster = new LineRaster(width, height, thickness);
      this.#drawn = undefined;
    }
    const drawn = this.#drawn;
    if (drawn !== undefined && drawn.lines === lines && drawn.colours === colours) {
      this.#scroll(this.#raster, drawn, top);
      return drawn.bytes;
    }
    const bytes = drawn?.bytes ?? new Uint8ClampedArray(4 * width * height);
    const pixels = drawn?.pixels ?? new Uint32Array(bytes.buffer);
    this.#raster.draw(lines, colours, { top, first: 0, end: height }, pixels);
    this.rows = height;
    this.#drawn = { lines, colours, top, pixels, bytes };
    return bytes;
  }

  #scroll(raster: LineRaster, drawn: Drawn, top: number): void {
    const { width, height } = raster;
    const by = Math.max(-height, Math.min(height, top - drawn.top));
    drawn.top = top;
    this.rows = Math.abs(by);
    if (by === 0) return;
    const { pixels, lines, colours } = drawn;
    if (by > 0) pixels.copyWithin(0, width * by);
    else pixels.copyWithin(-width * by, 0);
    raster.draw(lines, colours, by > 0 ? { top, first: height - by, end: height } : { top, first: 0, end: -by }, pixels);
  }
}
