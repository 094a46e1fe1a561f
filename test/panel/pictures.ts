/** Pictures of pages compared with those that were taken before. */
import { decode, encode } from 'fast-png';
import pixelmatch from 'pixelmatch';

/** Opaque pixels, four bytes each. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** Differences are counted in squares of so many pixels, as they are seen where they are close together. */
const windowSize = 16;
/**
 * What is too much: clear differences in a few pixels, as of what has moved, or faint ones in a fifth of a square, as of a colour that
 * is lost. Chromium 143 to 156 draw the same; 131 draws letters otherwise, clearly in up to 6 pixels, faintly in up to 35.
 *
 * `threshold` is how unlike two colours must be to differ: 1 is black and white.
 */
const limits = [{ threshold: 0.1, most: 8 }, { threshold: 0.03, most: 48 }] as const;

export function readPicture(png: Uint8Array): Picture {
  const { width, height, channels, data } = decode(png);
  const pixels = new Uint8Array(4 * width * height).fill(255);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let channel = 0; channel < 3; channel++) pixels[4 * pixel + channel] = data[channels * pixel + channel] ?? 0;
  }
  return { width, height, pixels };
}

/** Colours in steps that nobody sees: a quarter smaller, and it is kept for good. */
const step = 4;

export function writePicture({ width, height, pixels }: Picture): Uint8Array {
  const data = pixels.filter((_, index) => index % 4 !== 3).map(value => Math.min(255, Math.round(value / step) * step));
  return encode({ width, height, channels: 3, data }, { zlib: { level: 9 } });
}

/** What differs, in red over the picture, and how much; `undefined` where they look the same. */
export function compare(actual: Picture, golden: Picture): { readonly said: string; readonly picture: Picture } | undefined {
  if (actual.width !== golden.width || actual.height !== golden.height) {
    return { said: `it is ${actual.width} × ${actual.height} pixels large, and was ${golden.width} × ${golden.height}`, picture: actual };
  }
  const { width, height } = actual;
  for (const { threshold, most } of limits) {
    const pixels = new Uint8Array(actual.pixels.length);
    const count = pixelmatch(golden.pixels, actual.pixels, pixels, width, height, { threshold, windowSize });
    if (count > most) return { said: `${count} pixels of ${windowSize} × ${windowSize} differ where ${most} may`, picture: { width, height, pixels } };
  }
  return undefined;
}

/** A busy machine may be late: how often it is looked at, and how long is waited between, in milliseconds. */
const mostLooks = 20;
const pause = 100;

/** What is seen once nothing that matters changes any more. @param look takes a picture, as a PNG */
export async function steady(look: () => Promise<Uint8Array>): Promise<Picture> {
  let before = readPicture(await look());
  for (let left = mostLooks; left > 0; left--) {
    await new Promise(done => setTimeout(done, pause));
    const now = readPicture(await look());
    if (compare(now, before) === undefined) return now;
    before = now;
  }
  throw new Error(`It looked otherwise each of the ${mostLooks} times that it was looked at.`);
}
