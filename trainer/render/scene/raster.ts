/**
 * Fills shapes in pixels, each as strongly as it is covered. Where an edge goes through a pixel, the area to its right is counted
 * exactly, and the counts are summed along the row: after FreeType's and font-rs' rasterisers.
 */

/** A closed outline: x and y of its corners in turn, in pixels. The last is joined with the first. */
export type Outline = readonly number[];

/** Pixels of a row that are painted and cleared together, or passed over: of a shape of thin lines most are. */
const blockWidth = 32;

export class Raster {
  /** Red, green, blue of each pixel. In floats, for many faint shapes add up. */
  readonly #light: Float32Array;
  /** Blocks of a row; the last has room for what is beyond the right edge. */
  readonly #blocks: number;
  /** By pixel of the shape that is traced: how much more of it is inside than of the one on its left. Zero between two shapes. */
  readonly #change: Float32Array;
  /** By block: whether an edge of the shape goes through it. */
  readonly #touched: Uint8Array;
  /** Rows and blocks that the shape reaches. */
  #reach = nowhere();

  constructor(readonly width: number, readonly height: number, paper: string) {
    this.#light = new Float32Array(width * height * 3);
    this.#blocks = Math.ceil((width + 2) / blockWidth);
    this.#touched = new Uint8Array(this.#blocks * height);
    this.#change = new Float32Array(this.#touched.length * blockWidth);
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

  /** One more outline of the shape that is painted next. */
  trace(outline: Outline): void {
    let [x, y] = [outline.at(-2) ?? 0, outline.at(-1) ?? 0];
    for (let at = 0; at + 1 < outline.length; at += 2) {
      const [nextX, nextY] = [outline[at] ?? 0, outline[at + 1] ?? 0];
      if (y < nextY) this.#edge(x, y, nextX, nextY, 1);
      else if (y > nextY) this.#edge(nextX, nextY, x, y, -1);
      [x, y] = [nextX, nextY];
    }
  }

  /** What lies within the traced outlines of one direction; those of the other cut holes. Where two overlap it is no stronger. */
  paint(colour: string, opacity: number): void {
    const light = lightOf(colour);
    const touched = this.#touched;
    const { left, top, right, bottom } = this.#reach;
    for (let y = top; y < bottom; y++) {
      const row = y * this.#blocks;
      let inside = 0;
      for (let block = left, end; block < right; block = end) {
        end = block + 1;
        if (touched[row + block] === 0 && Math.abs(inside) <= least) continue;
        while (end < right && touched[row + end] === 1) end++;
        inside = this.#paintBlocks(y, block, end, inside, light, opacity);
      }
    }
    this.#reach = nowhere();
  }

  /** An edge from above down to below. */
  #edge(x0: number, y0: number, x1: number, y1: number, direction: 1 | -1): void {
    const slope = (x1 - x0) / (y1 - y0);
    const end = Math.min(y1, this.height);
    if (end <= 0 || y0 >= end) return;
    this.#widen(Math.min(x0, x1), Math.max(0, y0), Math.max(x0, x1), end);
    for (let y = Math.max(y0, 0); y < end;) {
      const row = Math.floor(y);
      const next = Math.min(row + 1, end);
      const from = within(x0 + slope * (y - y0), this.width);
      const to = within(x0 + slope * (next - y0), this.width);
      this.#cross(row, Math.min(from, to), Math.max(from, to), direction * (next - y));
      y = next;
    }
  }

  /** A row, by an edge between two places in it. @param share of its height, below zero where the shape ends */
  #cross(row: number, first: number, last: number, share: number): void {
    const change = this.#change;
    const start = row * this.#blocks * blockWidth;
    const [left, right] = [Math.floor(first), Math.ceil(last)];
    for (let block = Math.floor(left / blockWidth); block <= right / blockWidth; block++) this.#touched[row * this.#blocks + block] = 1;
    let [before, inside] = [0, 0];
    for (let column = left; column <= right; column++) {
      const area = areaUpTo(column + 1, first, last);
      change[start + column] = (change[start + column] ?? 0) + share * (area - before - inside);
      [before, inside] = [area, area - before];
    }
  }

  #widen(left: number, top: number, right: number, bottom: number): void {
    const reach = this.#reach;
    reach.left = Math.min(reach.left, Math.floor(within(left, this.width) / blockWidth));
    reach.top = Math.min(reach.top, Math.floor(top));
    reach.right = Math.max(reach.right, Math.floor(Math.ceil(within(right, this.width)) / blockWidth) + 1);
    reach.bottom = Math.max(reach.bottom, Math.ceil(bottom));
  }

  /** @param inside of what is left of them @returns of their last pixel */
  #paintBlocks(y: number, first: number, end: number, inside: number, light: Light, opacity: number): number {
    const change = this.#change;
    const row = y * this.#blocks;
    const [left, right] = [first * blockWidth, Math.min(end * blockWidth, this.width)];
    for (let x = left, at = row * blockWidth + left, pixel = (y * this.width + left) * 3; x < right; x++, at++, pixel += 3) {
      inside += change[at] ?? 0;
      const strength = Math.min(1, Math.abs(inside));
      if (strength > least) this.#blend(pixel, light, opacity * strength);
    }
    change.fill(0, (row + first) * blockWidth, (row + end) * blockWidth);
    this.#touched.fill(0, row + first, row + end);
    return inside;
  }

  #blend(at: number, [red, green, blue]: Light, opacity: number): void {
    const through = 1 - opacity;
    const light = this.#light;
    light[at] = (light[at] ?? 0) * through + red * opacity;
    light[at + 1] = (light[at + 1] ?? 0) * through + green * opacity;
    light[at + 2] = (light[at + 2] ?? 0) * through + blue * opacity;
  }
}

/** Rows, and blocks of them; `right` and `bottom` are no longer in it. */
const nowhere = (): { left: number; top: number; right: number; bottom: number } => ({ left: Infinity, top: Infinity, right: 0, bottom: 0 });

/** Less than this is what is left of sums that should be zero. */
const least = 1e-4;

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
