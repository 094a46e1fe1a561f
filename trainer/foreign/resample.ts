/**
 * Images at another size as Pillow makes them, which is how the models of others were trained to see them: each pixel is a
 * weighted mean of those around it, over a wider surrounding where the image shrinks.
 */
import type { Image } from '../corpora/image.ts';
import type { Resampling } from '../huggingface/preprocessor-config.ts';

interface Kernel {
  /** How far it reaches, in pixels of the larger image. */
  readonly reach: number;
  readonly weigh: (distance: number) => number;
}

const kernels: Readonly<Record<Exclude<Resampling, 'nearest'>, Kernel>> = {
  box: { reach: 0.5, weigh: distance => (distance > -0.5 && distance <= 0.5 ? 1 : 0) },
  bilinear: { reach: 1, weigh: distance => Math.max(0, 1 - Math.abs(distance)) },
  /** Keys (1981), "Cubic Convolution Interpolation for Digital Image Processing", equation 4, with a = -1/2. */
  bicubic: {
    reach: 2,
    weigh: distance => {
      const x = Math.abs(distance);
      if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
      return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
    },
  },
  hamming: { reach: 1, weigh: distance => (Math.abs(distance) < 1 ? sinc(distance) * (0.54 + 0.46 * Math.cos(Math.PI * distance)) : 0) },
  lanczos: { reach: 3, weigh: distance => (Math.abs(distance) < 3 ? sinc(distance) * sinc(distance / 3) : 0) },
};

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** For each pixel of a side of `to`: the first of the `from` pixels that it is made of, and how much of each. */
function taken(from: number, to: number, filter: Resampling): { readonly first: number; readonly weights: readonly number[] }[] {
  const scale = from / to;
  return Array.from({ length: to }, (_, place) => {
    const centre = (place + 0.5) * scale;
    if (filter === 'nearest') return { first: Math.min(from - 1, Math.floor(centre)), weights: [1] };
    const { reach, weigh } = kernels[filter];
    const stretch = Math.max(1, scale);
    const first = Math.max(0, Math.floor(centre - reach * stretch + 0.5));
    const last = Math.min(from, Math.floor(centre + reach * stretch + 0.5));
    const weights = Array.from({ length: last - first }, (_, at) => weigh((first + at + 0.5 - centre) / stretch));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return { first, weights: weights.map(weight => weight / total) };
  });
}

/** The image at another size; the proportions are not kept. */
export function resample(image: Image, width: number, height: number, filter: Resampling): Image {
  if (image.width === width && image.height === height) return image;
  const { channels } = image;
  const across = taken(image.width, width, filter);
  const narrow = new Uint8Array(image.height * width * channels);
  for (let y = 0; y < image.height; y++) {
    for (const [x, { first, weights }] of across.entries()) {
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        for (const [at, weight] of weights.entries()) sum += weight * (image.pixels[(y * image.width + first + at) * channels + channel] ?? 0);
        narrow[(y * width + x) * channels + channel] = byte(sum);
      }
    }
  }
  const pixels = new Uint8Array(height * width * channels);
  const line = width * channels;
  for (const [y, { first, weights }] of taken(image.height, height, filter).entries()) {
    for (let place = 0; place < line; place++) {
      let sum = 0;
      for (const [at, weight] of weights.entries()) sum += weight * (narrow[(first + at) * line + place] ?? 0);
      pixels[y * line + place] = byte(sum);
    }
  }
  return { width, height, channels, pixels };
}

const byte = (value: number): number => Math.min(255, Math.max(0, Math.round(value)));
