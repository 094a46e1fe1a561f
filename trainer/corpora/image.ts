/** Images as arrays of bytes: decoded from PNG and JPEG, made grey or coloured, and brought to another size. */
import { badCorpus } from '../text/lines.ts';
import { decodeJpeg, readJpegHeader } from './jpeg.ts';
import { decodePng, readPngHeader } from './png.ts';

export interface Image {
  readonly width: number;
  readonly height: number;
  /** 1: grey; 3: red, green, blue. */
  readonly channels: 1 | 3;
  /** `[height, width, channels]`, 0 is black. */
  readonly pixels: Uint8Array<ArrayBuffer>;
}

/** An image of a corpus. */
export interface LabelledImage extends Image {
  readonly label: string;
  /** What messages call it: its file, and its place there if there are several. */
  readonly name: string;
}

/** What becomes of an image with an alpha channel: it is refused, or laid over white. */
export type Alpha = 'refuse' | 'white';

/** No picture of a training set is this large: what says so in a few bytes is not unpacked. */
const maximumPixels = 64_000_000;

/** The largest file that an image is read from, in bytes. */
export const maximumImageFile = 256_000_000;

const signatures = { png: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], jpeg: [0xff, 0xd8, 0xff] } as const;

/**
 * Decodes a PNG or JPEG image; which of them it is, its first bytes say. 16-bit channels become 8-bit ones. The
 * orientation that a camera notes beside the pixels is not applied.
 * @param name what messages call the image
 * @throws Failure `bad-corpus` for another format, a damaged image, one over 64 megapixels, or an alpha channel where it
 * is refused
 */
export function decodeImage(bytes: Uint8Array, name: string, alpha: Alpha = 'refuse'): Image {
  const begins = (signature: readonly number[]): boolean => signature.every((byte, at) => bytes[at] === byte);
  if (begins(signatures.png)) {
    const header = readPngHeader(bytes, name);
    checkPixels(header.width, header.height, name);
    return decodePng(bytes, name, header, alpha);
  }
  if (begins(signatures.jpeg)) {
    const header = readJpegHeader(bytes, name);
    checkPixels(header.width, header.height, name);
    return decodeJpeg(bytes, name, header);
  }
  throw badCorpus(name, undefined, 'neither a PNG nor a JPEG image found; one of them is expected');
}

function checkPixels(width: number, height: number, name: string): void {
  if (width === 0 || height === 0) throw badCorpus(name, undefined, `an image of ${width} × ${height} pixels found; at least 1 × 1 is expected`);
  if (width * height > maximumPixels) {
    throw badCorpus(name, undefined, `an image of ${width} × ${height} pixels found; at most ${maximumPixels.toLocaleString('en')} pixels are expected`);
  }
}

/** Luma of ITU-R BT.601 (0.299 red, 0.587 green, 0.114 blue), in the fixed point of Pillow's `convert("L")`. */
export function toGrey({ width, height, channels, pixels }: Image): Image {
  if (channels === 1) return { width, height, channels, pixels };
  const grey = new Uint8Array(width * height);
  for (let at = 0, from = 0; at < grey.length; at++, from += 3) {
    const luma = 19_595 * (pixels[from] ?? 0) + 38_470 * (pixels[from + 1] ?? 0) + 7471 * (pixels[from + 2] ?? 0);
    grey[at] = (luma + 0x8000) >> 16;
  }
  return { width, height, channels: 1, pixels: grey };
}

/** The same image with red, green and blue; a grey one has three times the same. */
export function toColour({ width, height, channels, pixels }: Image): Image {
  if (channels === 3) return { width, height, channels, pixels };
  const colour = new Uint8Array(width * height * 3);
  for (let at = 0; at < pixels.length; at++) colour.fill(pixels[at] ?? 0, 3 * at, 3 * at + 3);
  return { width, height, channels: 3, pixels: colour };
}

/**
 * The image at another size: each pixel is the mean of the area it covers in the original, pixels covered in part counted
 * in part. The proportions are not kept.
 */
export function resize(image: Image, width: number, height: number): Image {
  const { channels, pixels } = image;
  if (width === image.width && height === image.height) return image;
  const line = image.width * channels;
  const newLine = width * channels;
  const narrow = new Float32Array(image.height * newLine);
  const columns = coverage(image.width, width);
  for (let y = 0; y < image.height; y++) {
    for (const [x, { first, weights }] of columns.entries()) {
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        let from = y * line + first * channels + channel;
        for (const weight of weights) {
          sum += weight * (pixels[from] ?? 0);
          from += channels;
        }
        narrow[y * newLine + x * channels + channel] = sum;
      }
    }
  }
  const resized = new Uint8Array(height * newLine);
  for (const [y, { first, weights }] of coverage(image.height, height).entries()) {
    for (let x = 0; x < newLine; x++) {
      let sum = 0;
      let from = first * newLine + x;
      for (const weight of weights) {
        sum += weight * (narrow[from] ?? 0);
        from += newLine;
      }
      resized[y * newLine + x] = Math.round(sum);
    }
  }
  return { width, height, channels, pixels: resized };
}

/** For each of `to` places along one side: the first of the `from` places that it covers, and the share of each. */
function coverage(from: number, to: number): { readonly first: number; readonly weights: readonly number[] }[] {
  return Array.from({ length: to }, (_, place) => {
    const start = (place * from) / to;
    const end = ((place + 1) * from) / to;
    const first = Math.floor(start);
    // A bound that rounding puts a hair over a whole number covers nothing of the next place.
    const last = Math.min(from, Math.max(first + 1, Math.ceil(end - 1e-9)));
    const weights = Array.from({ length: last - first }, (_, at) => Math.max(0, Math.min(end, first + at + 1) - Math.max(start, first + at)));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return { first, weights: weights.map(weight => weight / total) };
  });
}
