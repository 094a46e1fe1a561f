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

/** Pixels around the picture, so that what hangs over its edges needs no asking. */
const margin = 8;

export class LineRaster {
  readonly #stride: number;
  /** `[pixel]`: the share of the light that the lines of one colour let through. */
  readonly #through: Float32Array;
  /** `[pixel][red, green, blue, weight]`, where several colours mix, and what all let through. */
  #mixed = new Float32Array(0);
  #left = new Float32Array(0);

  /** @param thickness of a line, in pixels: 1…4 */
  constructor(readonly width: number, readonly height: number, readonly thickness: number) {
    this.#stride = width + 2 * margin;
    this.#through = new Float32Array(this.#stride * (height + 2 * margin));
  }

  /**
   * Where lines of several colours meet their mixture is seen, not the one drawn last.
   * @param pixels `[row][column]` red, green, blue, opacity; of these the part is written
   */
  draw(lines: Lines, colours: readonly Colour[], part: Part, pixels: Uint8ClampedArray): void {
    pixels.fill(0, 4 * this.width * part.first, 4 * this.width * part.end);
    const used = [...colours.entries()].filter(([index]) => lines.colour.includes(index));
    const [only] = used;
    if (only === undefined) return;
    if (used.length === 1) this.#drawOne(lines, ...only, part, pixels);
    else this.#drawSeveral(lines, used, part, pixels);
  }

  #drawOne(lines: Lines, index: number, [red, green, blue]: Colour, part: Part, pixels: Uint8ClampedArray): void {
    this.#multiply(lines, index, part);
    for (let row = part.first; row < part.end; row++) {
      let at = 4 * row * this.width;
      let from = (row + margin) * this.#stride + margin;
      for (const end = from + this.width; from < end; from++, at += 4) {
        const through = this.#through[from] ?? 1;
        if (through === 1) continue;
        pixels[at] = red;
        pixels[at + 1] = green;
        pixels[at + 2] = blue;
        pixels[at + 3] = 255 * (1 - through);
      }
    }
  }

  #drawSeveral(lines: Lines, used: readonly (readonly [number, Colour])[], part: Part, pixels: Uint8ClampedArray): void {
    const count = this.width * this.height;
    if (this.#left.length !== count) [this.#mixed, this.#left] = [new Float32Array(4 * count), new Float32Array(count)];
    this.#mixed.fill(0, 4 * this.width * part.first, 4 * this.width * part.end);
    this.#left.fill(1, this.width * part.first, this.width * part.end);
    for (const [index, colour] of used) {
      this.#multiply(lines, index, part);
      this.#mix(colour, part);
    }
    const [mixed, left] = [this.#mixed, this.#left];
    for (let pixel = part.first * this.width; pixel < part.end * this.width; pixel++) {
      const at = 4 * pixel;
      const sum = mixed[at + 3] ?? 0;
      if (sum === 0) continue;
      pixels[at] = (mixed[at] ?? 0) / sum;
      pixels[at + 1] = (mixed[at + 1] ?? 0) / sum;
      pixels[at + 2] = (mixed[at + 2] ?? 0) / sum;
      pixels[at + 3] = 255 * (1 - (left[pixel] ?? 1));
    }
  }

  #mix([red, green, blue]: Colour, part: Part): void {
    const [mixed, left] = [this.#mixed, this.#left];
    for (let row = part.first; row < part.end; row++) {
      let pixel = row * this.width;
      let from = (row + margin) * this.#stride + margin;
      for (const end = from + this.width; from < end; from++, pixel++) {
        const through = this.#through[from] ?? 1;
        if (through === 1) continue;
        const [at, share] = [4 * pixel, 1 - through];
        mixed[at] = (mixed[at] ?? 0) + share * red;
        mixed[at + 1] = (mixed[at + 1] ?? 0) + share * green;
        mixed[at + 2] = (mixed[at + 2] ?? 0) + share * blue;
        mixed[at + 3] = (mixed[at + 3] ?? 0) + share;
        left[pixel] = (left[pixel] ?? 1) * through;
      }
    }
  }

  #multiply({ from, to, opacity, colour }: Lines, wanted: number, part: Part): void {
    this.#through.fill(1, this.#stride * part.first, this.#stride * (part.end + 2 * margin));
    for (let line = 0; line < colour.length; line++) {
      if (colour[line] === wanted) this.#line((from[line] ?? 0) - part.top, (to[line] ?? 0) - part.top, opacity[line] ?? 0, part);
    }
  }

  #line(from: number, to: number, opacity: number, { first, end }: Part): void {
    const half = this.thickness;
    if (Math.max(from, to) < first - half || Math.min(from, to) > end + half) return;
    const slope = (to - from) / this.width;
    if (Math.abs(slope) <= 1) {
      const [left, right] = slope === 0 ? [0, this.width] : sorted((first - half - from) / slope, (end + half - from) / slope);
      this.#flat(from, slope, Math.max(0, Math.round(left)), Math.min(this.width, Math.round(right)), opacity);
    } else {
      const [top, bottom] = sorted(from, to);
      this.#steep(from, slope, Math.max(first, Math.round(top)), Math.min(end, Math.round(bottom)), opacity);
    }
  }

  /** Column by column: each covers a stretch of rows, its ends in part. */
  #flat(from: number, slope: number, left: number, right: number, opacity: number): void {
    const size = this.thickness * Math.sqrt(1 + slope * slope);
    const [through, stride] = [this.#through, this.#stride];
    let top = from + slope * (left + 0.5) - size / 2 + margin;
    for (let x = left + margin; x < right + margin; x++, top += slope) {
      const row = top | 0;
      const end = top + size - row;
      let at = row * stride + x;
      through[at] = (through[at] ?? 1) * (1 - opacity * (1 - (top - row)));
      at += stride;
      through[at] = (through[at] ?? 1) * (1 - opacity * (end < 2 ? end - 1 : 1));
      for (let below = 2; below < end; below++) {
        at += stride;
        through[at] = (through[at] ?? 1) * (1 - opacity * (end < below + 1 ? end - below : 1));
      }
    }
  }

  /** Row by row: each covers a stretch of columns. */
  #steep(from: number, slope: number, top: number, bottom: number, opacity: number): void {
    const size = this.thickness * Math.sqrt(1 + 1 / (slope * slope));
    const [through, stride, step] = [this.#through, this.#stride, 1 / slope];
    let left = (top + 0.5 - from) * step - size / 2 + margin;
    for (let y = top + margin; y < bottom + margin; y++, left += step) {
      const column = left | 0;
      const end = left + size - column;
      let at = y * stride + column;
      through[at] = (through[at] ?? 1) * (1 - opacity * (1 - (left - column)));
      at++;
      through[at] = (through[at] ?? 1) * (1 - opacity * (end < 2 ? end - 1 : 1));
      for (let beside = 2; beside < end; beside++) {
        at++;
        through[at] = (through[at] ?? 1) * (1 - opacity * (end < beside + 1 ? end - beside : 1));
      }
    }
  }
}

function sorted(one: number, other: number): readonly [number, number] {
  return one < other ? [one, other] : [other, one];
}
