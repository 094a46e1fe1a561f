/**
 * Draws many translucent lines between two columns. A browser's canvas takes each line as one more drawing, and rounds what
 * is fainter than 1/510 to nothing; here what a colour leaves of the light behind it is multiplied up in floats, so that
 * faint lines add up and their order does not matter.
 */

/** Red, green, blue, each 0…255. */
export type Colour = readonly [red: number, green: number, blue: number];

/** Lines from the left edge to the right one: the nth from `from[n]` down to `to[n]`, in pixels of all there is to scroll through. */
export interface Lines {
  readonly from: Float32Array;
  readonly to: Float32Array;
  /** 0…1 */
  readonly opacity: Float32Array;
  /** Which of the colours. */
  readonly colour: Uint8Array;
}

/** Which part of the lines is drawn: rows `[first, end)` of a picture whose first row stands at `top`. */
export interface Part {
  readonly top: number;
  readonly first: number;
  readonly end: number;
}

/** Pixels around a band, so that what hangs over its edges needs no asking. */
const margin = 8;
/** Rows that are drawn at once, few enough that they stay in the processor's cache. */
const bandRows = 64;

export class LineRaster {
  readonly #stride: number;
  /** Pixels of a band, margins included. */
  readonly #plane: number;
  /** `[colour][pixel of the band]`: the share of the light that the lines of one colour let through. */
  #through = new Float32Array(0);

  /** @param thickness of a line, in pixels: 1…4 */
  constructor(readonly width: number, readonly height: number, readonly thickness: number) {
    this.#stride = width + 2 * margin;
    this.#plane = this.#stride * (bandRows + 2 * margin);
  }

  /**
   * Where lines of several colours meet their mixture is seen, not the one drawn last. In it a colour counts by the cube of what is
   * seen of it: many faint ones do not grey one that stands out.
   * @param pixels `[row][column]`, each its red, green, blue and opacity from the lowest byte on; of these the part is written
   */
  draw(lines: Lines, colours: readonly Colour[], part: Part, pixels: Uint32Array): void {
    if (this.#through.length < colours.length * this.#plane) this.#through = new Float32Array(colours.length * this.#plane);
    for (let first = part.first; first < part.end; first += bandRows) {
      const rows = Math.min(bandRows, part.end - first);
      const touched = this.#multiply(lines, part.top + first, rows);
      const used = colours.map((colour, index) => ({ colour, plane: index * this.#plane })).filter((_, index) => touched[index] === 1);
      this.#mix(used, first, rows, pixels);
    }
  }

  /** @param used the colours that there are lines of, and where in `#through` each begins */
  #mix(used: readonly { readonly colour: Colour; readonly plane: number }[], first: number, rows: number, pixels: Uint32Array): void {
    const { width } = this;
    const through = this.#through;
    if (used.length === 0) {
      pixels.fill(0, first * width, (first + rows) * width);
      return;
    }
    const channels = Float64Array.from(used.flatMap(({ colour }) => [...colour]));
    const planes = Int32Array.from(used, ({ plane }) => plane);
    let at = first * width;
    for (let row = 0; row < rows; row++) {
      const from = (row + margin) * this.#stride + margin;
      for (let pixel = from; pixel < from + width; pixel++, at++) {
        let left = 1;
        let share = 0;
        let red = 0;
        let green = 0;
        let blue = 0;
        for (let colour = 0; colour < planes.length; colour++) {
          const light = through[pixel + (planes[colour] ?? 0)] ?? 1;
          if (light === 1) continue;
          const seen = 1 - light;
          left *= light;
          const counts = seen * seen * seen;
          share += counts;
          red += counts * (channels[3 * colour] ?? 0);
          green += counts * (channels[3 * colour + 1] ?? 0);
          blue += counts * (channels[3 * colour + 2] ?? 0);
        }
        const by = 1 / share;
        pixels[at] = share === 0 ? 0 : ((255.5 - 255 * left) << 24) | ((blue * by + 0.5) << 16) | ((green * by + 0.5) << 8) | (red * by + 0.5);
      }
    }
  }

  /**
   * @param top of the band, and how many rows it has
   * @returns by colour 1 where a line of it passes
   */
  #multiply({ from, to, opacity, colour }: Lines, top: number, rows: number): Uint8Array {
    const touched = new Uint8Array(256);
    for (let line = 0; line < colour.length; line++) {
      const start = (from[line] ?? 0) - top;
      const end = (to[line] ?? 0) - top;
      if ((start < -margin && end < -margin) || (start > rows + margin && end > rows + margin)) continue;
      const index = colour[line] ?? 0;
      const plane = index * this.#plane;
      if (touched[index] === 0) {
        touched[index] = 1;
        this.#through.fill(1, plane, plane + this.#plane);
      }
      this.#line(start, end, opacity[line] ?? 0, plane, rows);
    }
    return touched;
  }

  #line(from: number, to: number, opacity: number, plane: number, rows: number): void {
    const slope = (to - from) / this.width;
    if (Math.abs(slope) > 1) {
      this.#steep(from, slope, Math.max(0, Math.round(Math.min(from, to))), Math.min(rows, Math.round(Math.max(from, to))), opacity, plane);
      return;
    }
    const above = -this.thickness;
    const below = rows + this.thickness;
    const left = slope === 0 ? 0 : Math.min((above - from) / slope, (below - from) / slope);
    const right = slope === 0 ? this.width : Math.max((above - from) / slope, (below - from) / slope);
    this.#flat(from, slope, Math.max(0, Math.round(left)), Math.min(this.width, Math.round(right)), opacity, plane);
  }

  /** Column by column: each covers a stretch of rows, its ends in part. */
  #flat(from: number, slope: number, left: number, right: number, opacity: number, plane: number): void {
    const size = this.thickness * Math.sqrt(1 + slope * slope);
    const top = from + slope * (left + 0.5) + margin;
    this.#march(plane + left + margin, 1, this.#stride, top, slope, right - left, size, opacity);
  }

  /** Row by row: each covers a stretch of columns. */
  #steep(from: number, slope: number, top: number, bottom: number, opacity: number, plane: number): void {
    const size = this.thickness * Math.sqrt(1 + 1 / (slope * slope));
    const left = (top + 0.5 - from) / slope + margin;
    this.#march(plane + (top + margin) * this.#stride, this.#stride, 1, left, 1 / slope, bottom - top, size, opacity);
  }

  /**
   * @param base of the first step, `along` from one step to the next, `across` from pixel to pixel of a step
   * @param middle of the line in the first step, across; it shifts by `slope` with each
   */
  #march(base: number, along: number, across: number, middle: number, slope: number, steps: number, size: number, opacity: number): void {
    const through = this.#through;
    let begin = middle - size / 2;
    for (let step = 0; step < steps; step++, base += along, begin += slope) {
      const first = begin | 0;
      const end = begin + size - first;
      let at = base + first * across;
      through[at] = (through[at] ?? 1) * (1 - opacity * (1 - (begin - first)));
      at += across;
      through[at] = (through[at] ?? 1) * (1 - opacity * (end < 2 ? end - 1 : 1));
      for (let next = 2; next < end; next++) {
        at += across;
        through[at] = (through[at] ?? 1) * (1 - opacity * (end < next + 1 ? end - next : 1));
      }
    }
  }
}
