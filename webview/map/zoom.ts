/** How large a map's cells are: at 1 as large as their labels need, at the least as small as the whole map needs. */
import type { Size } from './layout.ts';

/** `whole`: at which the whole map is seen, whatever room there is; no more than 1. */
export type Zoom = number | 'whole';

/** A sentence can then be seen as large as its tokens need to be told apart. */
export const largestZoom = 16;
/** What a key or a button zooms by. */
export const zoomStep = 1.5;
/** Cells of this size have labels that can all be read. */
const readable = 20;
/** From this many device pixels on a cell has as many whole ones as all others. */
const wholePixels = 4;
/** Below, its size counts in so many parts of a pixel: `tileSide` cells then end on a pixel. */
const parts = 256;

/**
 * A cell where the whole map is seen. Few rows stay readable however many columns there are; sides that are about alike shrink
 * alike, so that the diagonal of a text's map of itself stays one.
 */
export function wholeCell({ rows, columns }: { readonly rows: number; readonly columns: number }, natural: Size, free: Size): Size {
  const width = Math.min(natural.width, Math.max(1, free.width) / Math.max(1, columns));
  const height = Math.min(natural.height, Math.max(1, free.height) / Math.max(1, rows));
  const smaller = Math.min(width, height);
  const areAlike = Math.max(rows, columns) <= 2 * Math.min(rows, columns);
  return areAlike && smaller < readable ? { width: smaller, height: smaller } : { width, height };
}

/** A cell at a zoom; `least` is the zoom at which the whole map is seen. Between both, width and height each keep their share of the way. */
export function cellSize(natural: Size, whole: Size, wanted: Zoom, ratio: number): { readonly cell: Size; readonly least: number; readonly zoom: number } {
  const least = Math.sqrt((whole.width * whole.height) / (natural.width * natural.height));
  const zoom = wanted === 'whole' ? least : Math.max(least, Math.min(largestZoom, wanted));
  const way = zoom < 1 ? Math.log(zoom) / Math.log(least) : 0;
  const along = (from: number, to: number): number => inPixels(zoom < 1 ? from ** (1 - way) * to ** way : from * zoom, ratio);
  return { cell: { width: along(natural.width, whole.width), height: along(natural.height, whole.height) }, least, zoom };
}

function inPixels(size: number, ratio: number): number {
  // What was meant to be whole may have become a little less on the way.
  const pixels = size * ratio + 1e-6;
  return (pixels >= wholePixels ? Math.floor(pixels) : Math.max(1, Math.floor(pixels * parts)) / parts) / ratio;
}
