/** Images cut into square patches, row by row, and where each patch lies (Dosovitskiy et al. 2021, section 3.1). */

/** Windows that each patch is read by before it is one token, in rows and columns: the first of two convolutions. */
export interface Stem {
  /** Side of a window, and the way from one to the next, in pixels. */
  readonly window: number;
  readonly step: number;
  /** Of a window. */
  readonly features: number;
}

export interface PatchGeometry {
  /** Of the image, in pixels. */
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Side of a patch, in pixels. */
  readonly patch: number;
  /** From one patch to the next, in pixels: patches overlap where it is less than `patch`. */
  readonly stride: number;
  /** Without one, a patch is read as a whole. */
  readonly stem?: Stem | undefined;
}

/** What pixels are brought to mean 0 and deviation 1 by; both of values from 0, black, to 1. */
export interface PixelScale {
  readonly mean: number;
  readonly deviation: number;
}

/** In pixels, from the image's upper left corner. */
export interface PatchRectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** How many patches there are, above and beside each other. */
export function patchGrid({ height, width, patch, stride }: PatchGeometry): { readonly rows: number; readonly columns: number } {
  const along = (side: number): number => Math.floor((side - patch) / stride) + 1;
  return { rows: along(height), columns: along(width) };
}

export function patchCount(geometry: PatchGeometry): number {
  const { rows, columns } = patchGrid(geometry);
  return rows * columns;
}

/** Windows of a patch: without a stem it is one itself. */
export function windowCount(geometry: Pick<PatchGeometry, 'patch' | 'stem'>): number {
  return windowsAlong(geometry) ** 2;
}

/** Numbers of a window. */
export const windowFeatures = ({ patch, channels, stem }: PatchGeometry): number => (stem?.window ?? patch) ** 2 * channels;

/** Numbers of a patch: where windows overlap, pixels are there several times. */
export const patchFeatures = (geometry: PatchGeometry): number => windowCount(geometry) * windowFeatures(geometry);

function windowsAlong({ patch, stem }: Pick<PatchGeometry, 'patch' | 'stem'>): number {
  return stem === undefined ? 1 : Math.floor((patch - stem.window) / stem.step) + 1;
}

export function patchRectangle(index: number, geometry: PatchGeometry): PatchRectangle {
  const { patch, stride } = geometry;
  const { columns } = patchGrid(geometry);
  return { x: (index % columns) * stride, y: Math.floor(index / columns) * stride, width: patch, height: patch };
}

/**
 * `[patches, windows · window · window · channels]`: each patch's windows row by row, in each its pixels row by row, channels
 * innermost, scaled.
 * @param pixels `[height, width, channels]`
 * @throws RangeError where that is not their number
 */
export function cutPatches(pixels: Uint8Array, geometry: PatchGeometry, { mean, deviation }: PixelScale): Float32Array<ArrayBuffer> {
  const { height, width, channels, patch, stem } = geometry;
  const expected = height * width * channels;
  if (pixels.length !== expected) throw new RangeError(`${pixels.length} numbers for an image of ${height} × ${width} × ${channels} = ${expected}`);
  const scaled = Float32Array.from({ length: 256 }, (_, value) => (value / 255 - mean) / deviation);
  const cut = new Float32Array(patchCount(geometry) * patchFeatures(geometry));
  const { window: side, step } = stem ?? { window: patch, step: patch };
  const [along, count, line] = [windowsAlong(geometry), windowCount(geometry), side * channels];
  for (let to = 0; to < cut.length; ) {
    const number = to / windowFeatures(geometry);
    const { x, y } = patchRectangle(Math.floor(number / count), geometry);
    const [left, top] = [x + (number % along) * step, y + Math.floor((number % count) / along) * step];
    for (let row = 0; row < side; row++) {
      const from = ((top + row) * width + left) * channels;
      for (let at = 0; at < line; at++) cut[to++] = scaled[pixels[from + at] ?? 0] ?? 0;
    }
  }
  return cut;
}
