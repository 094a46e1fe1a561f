/**
 * Fills shapes in pixels, each as strongly as it is covered. Where an edge goes through a pixel, the area to its right is counted
 * exactly, and the counts are summed along the row: after FreeType's and font-rs' rasterisers.
 */

/** A closed outline: x and y of its corners in turn, in pixels. The last is joined with the first. */
export type Outline = readonly number[];

export class Raster {
  /** Red, green, blue of each pixel. In floats, for many faint shapes add up. */
  readonly #light: Float32Array;
  /** By pixel of the shape that is filled: how much more of it is inside than of the one on its left. Zero between two shapes. */
  #change = new Float32Array(0);

  constructor(readonly width: number, readonly height: number, paper: string) {
    this.#light = new Float32Array(width * height * 3);
    this.rectangle(0, 0, width, height, paper, 1);
  }

  /** Red, green, blue of each pixel. */
  get pixels(): Uint8ClampedArray {
    return Uint8ClampedArray.from(this.#light);
  }

  /** With its edges moved to the nearest pixels', so that no gap is seen between two beside each other. */
  rectangle(left: number, top: number, right: number, bottom: number, colour: string, opacity: number): void {
    const light = lightOf(colour);
    const [first, end] = [within(Math.round(left), this.width), within(Math.round(right), this.width)];
    for (let y = within(Math.round(top), this.height); y < within(Math.round(bottom), this.height); y++) {
      for (let x = first; x < end; x++) this.#blend((y * this.width + x) * 3, light, opacity);
    }
  }

  /** What lies within outlines of one direction; those of the other cut holes. Where two overlap it is no stronger. */
  fill(outlines: readonly Outline[], colour: string, opacity: number): void {
    const box = this.#boxOf(outlines);
    if (box.right <= box.left || box.bottom <= box.top) return;
    const size = (box.right - box.left + 2) * (box.bottom - box.top);
    if (this.#change.length < size) this.#change = new Float32Array(size);
    for (const outline of outlines) {
      let [x, y] = [outline.at(-2) ?? 0, outline.at(-1) ?? 0];
      for (let at = 0; at + 1 < outline.length; at += 2) {
        const [nextX, nextY] = [outline[at] ?? 0, outline[at + 1] ?? 0];
        if (y < nextY) this.#edge(box, x, y, nextX, nextY, 1);
        else if (y > nextY) this.#edge(box, nextX, nextY, x, y, -1);
        [x, y] = [nextX, nextY];
      }
    }
    this.#paint(box, lightOf(colour), opacity);
  }

  #boxOf(outlines: readonly Outline[]): Box {
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const outline of outlines) {
      outline.forEach((value, index) => {
        if (index % 2 === 0) [left, right] = [Math.min(left, value), Math.max(right, value)];
        else [top, bottom] = [Math.min(top, value), Math.max(bottom, value)];
      });
    }
    return {
      left: within(Math.floor(left), this.width), top: within(Math.floor(top), this.height),
      right: within(Math.ceil(right), this.width), bottom: within(Math.ceil(bottom), this.height),
    };
  }

  /** An edge from above down to below. */
  #edge({ left, top, right, bottom }: Box, x0: number, y0: number, x1: number, y1: number, direction: 1 | -1): void {
    const slope = (x1 - x0) / (y1 - y0);
    const stride = right - left + 2;
    const end = Math.min(y1, bottom);
    for (let y = Math.max(y0, top); y < end;) {
      const row = Math.floor(y);
      const next = Math.min(row + 1, end);
      const [from, to] = [x0 + slope * (y - y0), x0 + slope * (next - y0)];
      const first = within(Math.min(from, to) - left, right - left);
      const last = within(Math.max(from, to) - left, right - left);
      const share = direction * (next - y);
      const start = (row - top) * stride;
      let [before, inside] = [0, 0];
      for (let column = Math.floor(first); column <= Math.ceil(last); column++) {
        const area = areaUpTo(column + 1, first, last);
        this.#change[start + column] = (this.#change[start + column] ?? 0) + share * (area - before - inside);
        [before, inside] = [area, area - before];
      }
      y = next;
    }
  }

  #paint({ left, top, right, bottom }: Box, light: Light, opacity: number): void {
    const stride = right - left + 2;
    for (let y = top; y < bottom; y++) {
      let inside = 0;
      for (let x = left, at = (y - top) * stride; x < right; x++, at++) {
        inside += this.#change[at] ?? 0;
        const strength = Math.min(1, Math.abs(inside));
        // What is left of sums that should be zero.
        if (strength > 1e-4) this.#blend((y * this.width + x) * 3, light, opacity * strength);
      }
    }
    this.#change.fill(0, 0, stride * (bottom - top));
  }

  #blend(at: number, [red, green, blue]: Light, opacity: number): void {
    const through = 1 - opacity;
    const light = this.#light;
    light[at] = (light[at] ?? 0) * through + red * opacity;
    light[at + 1] = (light[at + 1] ?? 0) * through + green * opacity;
    light[at + 2] = (light[at + 2] ?? 0) * through + blue * opacity;
  }
}

/** Whole pixels; `right` and `bottom` are no longer in it. */
interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

type Light = readonly [red: number, green: number, blue: number];

/** Of a row of height 1: how much lies between an edge that goes from `first` to `last`, and a place to its right. */
function areaUpTo(place: number, first: number, last: number): number {
  if (place <= first) return 0;
  return place >= last ? place - (first + last) / 2 : (place - first) ** 2 / (2 * (last - first));
}

const within = (value: number, most: number): number => Math.min(Math.max(value, 0), most);

/** @param colour #rrggbb */
function lightOf(colour: string): Light {
  const light = Number.parseInt(colour.slice(1), 16);
  return [light >> 16, (light >> 8) & 255, light & 255];
}
