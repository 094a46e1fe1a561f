/** A canvas whose every pixel is a pixel of the screen, at any zoom and device pixel ratio. */
import type { Size } from './layout.ts';

/** What a map is drawn on: a canvas of the page, or one that nobody sees. */
export type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

export interface Surface {
  /** Device pixels. */
  readonly pixels: Size;
  /** Device pixels per CSS pixel, which need not be a whole number. */
  readonly ratio: number;
}

/** Draws within a box alone. */
export function clipped(context: Context, left: number, top: number, right: number, bottom: number, draw: () => void): void {
  context.save();
  context.beginPath();
  context.rect(left, top, right - left, bottom - top);
  context.clip();
  draw();
  context.restore();
}

/**
 * Keeps the canvas' backing store at exactly its box in device pixels and calls back after every change; the canvas
 * is then empty and must be drawn before the frame ends.
 */
export function keepCrisp(canvas: HTMLCanvasElement, changed: (surface: Surface) => void): () => void {
  const observer = new ResizeObserver(entries => {
    const entry = entries.at(-1);
    if (entry === undefined) return;
    const css = entry.contentBoxSize[0];
    const device = entry.devicePixelContentBoxSize?.[0];
    const width = devicePixels(css?.inlineSize, device?.inlineSize);
    const height = devicePixels(css?.blockSize, device?.blockSize);
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    changed({ pixels: { width, height }, ratio: devicePixelRatio });
  });
  observer.observe(canvas, { box: 'device-pixel-content-box' });
  return () => observer.disconnect();
}

/**
 * The exact count from the browser, which knows where the box falls on the screen. Where device emulation leaves that
 * count unscaled, or the browser has none, the product of size and ratio.
 */
function devicePixels(css = 0, exact?: number): number {
  const product = css * devicePixelRatio;
  return exact !== undefined && Math.abs(exact - product) <= 1 ? exact : Math.round(product);
}
