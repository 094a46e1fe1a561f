/** Images changed as a photographer might have taken them: mirrored, and moved a little. */
import type { Random } from '../../training/random.ts';
import type { ImageFormat } from './examples.ts';

export interface Augment {
  readonly flip: boolean;
  /** Pixels, to either side and up or down. */
  readonly shift: number;
}

/**
 * The image, `[height, width, channels]`, mirrored half of the time and moved by up to `shift` pixels, both drawn from
 * `random`. What comes in at an edge is the pixel that stood there.
 */
export function augment(pixels: Uint8Array, { width, height, channels }: ImageFormat, { flip, shift }: Augment, random: Random): Uint8Array {
  const isFlipped = flip && random.uniform() < 0.5;
  const right = shift === 0 ? 0 : random.below(2 * shift + 1) - shift;
  const down = shift === 0 ? 0 : random.below(2 * shift + 1) - shift;
  if (!isFlipped && right === 0 && down === 0) return pixels;
  const changed = new Uint8Array(pixels.length);
  for (let y = 0, to = 0; y < height; y++) {
    const fromY = Math.min(height - 1, Math.max(0, y - down));
    for (let x = 0; x < width; x++) {
      const moved = Math.min(width - 1, Math.max(0, x - right));
      const from = (fromY * width + (isFlipped ? width - 1 - moved : moved)) * channels;
      for (let channel = 0; channel < channels; channel++) changed[to++] = pixels[from + channel] ?? 0;
    }
  }
  return changed;
}
