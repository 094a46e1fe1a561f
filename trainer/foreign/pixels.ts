/** Images as a model wants them. */
import { type Image, toColour, toGrey } from '../corpora/image.ts';
import type { ImageProcessing } from '../huggingface/preprocessor-config.ts';
import { resample } from './resample.ts';

/** What most image classifiers want that do not say: pixels of -1 … 1 at the model's own size. */
export function usualProcessing(width: number, height: number): ImageProcessing {
  return { resize: { kind: 'exact', width, height }, resample: 'bilinear', crop: undefined, scale: 1 / 255, mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] };
}

/** An image as a model is given it. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** `[channel, y, x]` */
  readonly values: Float32Array;
  /** The stretch of the original that it shows, in the original's pixels. */
  readonly shows: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

/** @param order of the colours */
export function pixelsOf(original: Image, { resize, resample: filter, crop, scale, mean, deviation }: ImageProcessing, order: 'red first' | 'blue first' = 'red first'): Pixels {
  const channels = mean.length === 1 ? 1 : 3;
  const image = channels === 1 ? toGrey(original) : toColour(original);
  const target = sizeOf(image, resize);
  const resized = resample(image, target.width, target.height, filter);
  const { width, height } = crop ?? resized;
  // Negative where the crop is larger than the image: what is outside is black.
  const left = Math.trunc((resized.width - width) / 2);
  const top = Math.trunc((resized.height - height) / 2);
  const values = new Float32Array(channels * width * height);
  for (let channel = 0; channel < channels; channel++) {
    const from = order === 'blue first' ? channels - 1 - channel : channel;
    const [middle, spread] = [mean[channel] ?? 0, deviation[channel] ?? 1];
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const [column, row] = [x + left, y + top];
        const isInside = column >= 0 && row >= 0 && column < resized.width && row < resized.height;
        const value = isInside ? (resized.pixels[(row * resized.width + column) * channels + from] ?? 0) : 0;
        values[(channel * height + y) * width + x] = (value * scale - middle) / spread;
      }
    }
  }
  const [across, down] = [original.width / resized.width, original.height / resized.height];
  return { width, height, channels, values, shows: { x: left * across, y: top * down, width: width * across, height: height * down } };
}

/** The size to bring an image to; lengths are rounded as transformers does. */
function sizeOf({ width, height }: Image, resize: ImageProcessing['resize']): { readonly width: number; readonly height: number } {
  if (resize === undefined) return { width, height };
  if (resize.kind === 'exact') return resize;
  const [short, long] = [Math.min(width, height), Math.max(width, height)];
  let [shorter, longer] = [resize.length, Math.max(1, Math.trunc((resize.length * long) / short))];
  if (resize.longest !== undefined && longer > resize.longest) [shorter, longer] = [Math.max(1, Math.trunc((resize.longest * shorter) / longer)), resize.longest];
  return width <= height ? { width: shorter, height: longer } : { width: longer, height: shorter };
}
