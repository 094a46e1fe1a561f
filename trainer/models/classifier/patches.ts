/** Images cut into square patches, row by row, and where each patch lies (Dosovitskiy et al. 2021, section 3.1). */

export interface PatchGeometry {
  /** Of the image, in pixels. */
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Side of a patch, in pixels. */
  readonly patch: number;
  /** From one patch to the next, in pixels: patches overlap where it is less than `patch`. */
  readonly stride: number;
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

/** Numbers of a patch. */
export const patchFeatures = ({ patch, channels }: PatchGeometry): number => patch * patch * channels;

export function patchRectangle(index: number, geometry: PatchGeometry): PatchRectangle {
  const { patch, stride } = geometry;
  const { columns } = patchGrid(geometry);
  return { x: (index % columns) * stride, y: Math.floor(index / columns) * stride, width: patch, height: patch };
}

/**
 * `[patches, patch · patch · channels]`: each patch's pixels row by row, channels innermost, scaled.
 * @param pixels `[height, width, channels]`
 * @throws RangeError where that is not their number
 */
export function cutPatches(pixels: Uint8Array, geometry: PatchGeometry, { mean, deviation }: PixelScale): Float32Array<ArrayBuffer> {
  const { height, width, channels, patch } = geometry;
  const expected = height * width * channels;
  if (pixels.length !== expected) throw new RangeError(`${pixels.length} numbers for an image of ${height} × ${width} × ${channels} = ${expected}`);
  const scaled = Float32Array.from({ length: 256 }, (_, value) => (value / 255 - mean) / deviation);
  const cut = new Float32Array(patchCount(geometry) * patchFeatures(geometry));
  const line = patch * channels;
  for (let to = 0; to < cut.length; ) {
    const { x, y } = patchRectangle(to / patchFeatures(geometry), geometry);
    for (let row = 0; row < patch; row++) {
      const from = ((y + row) * width + x) * channels;
      for (let at = 0; at < line; at++) cut[to++] = scaled[pixels[from + at] ?? 0] ?? 0;
    }
  }
  return cut;
}
