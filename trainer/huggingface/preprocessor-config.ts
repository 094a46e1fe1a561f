/** `preprocessor_config.json` of a vision model: what happens to an image before the model sees it, in this order. */
import * as z from 'zod';
import { check, maybe, or, parseJsonFile } from './json.ts';

export interface ImageProcessing {
  /** `exact`: to this height and width; `shortest-edge`: so that the shorter side is this long, the shape kept. */
  readonly resize:
    | { readonly kind: 'exact'; readonly height: number; readonly width: number }
    | { readonly kind: 'shortest-edge'; readonly length: number; readonly longest: number | undefined }
    | undefined;
  readonly resample: Resampling;
  /** The middle of the image, filled up with black where it is smaller. */
  readonly crop: { readonly height: number; readonly width: number } | undefined;
  /** What pixels of 0–255 are multiplied by. */
  readonly scale: number;
  /** For each channel: `(pixel × scale − mean) ∕ deviation`. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

const resamplings = ['nearest', 'lanczos', 'bilinear', 'bicubic', 'box', 'hamming'] as const;
/** Pillow's filters, in the order of their numbers. */
export type Resampling = (typeof resamplings)[number];

const pixels = z.int().min(1).max(16_384);
const channels = z.array(z.number()).min(1).max(16);
const size = z.union([
  pixels,
  z.object({ height: pixels, width: pixels }),
  z.object({ shortest_edge: pixels, longest_edge: maybe(pixels) }),
  z.tuple([pixels, pixels]).transform(([height, width]) => ({ height, width })),
]);

const schema = z.looseObject({
  image_processor_type: or(z.string().max(200), ''),
  feature_extractor_type: or(z.string().max(200), ''),
  do_resize: or(z.boolean(), true),
  size: maybe(size),
  resample: maybe(z.int().min(0).max(5)),
  do_center_crop: maybe(z.boolean()),
  crop_size: maybe(size),
  do_rescale: or(z.boolean(), true),
  rescale_factor: or(z.number().positive(), 1 / 255),
  do_normalize: or(z.boolean(), true),
  image_mean: maybe(channels),
  image_std: maybe(channels),
});

/** Mean and deviation of ImageNet's pixels, which most models were trained with, and of CLIP's. */
const imageNet = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] };
const clip = { mean: [0.48145466, 0.4578275, 0.40821073], deviation: [0.26862954, 0.26130258, 0.27577711] };
const half = { mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] };

interface ProcessorDefaults {
  readonly size: number;
  /** Whether a bare number is the length of the shorter edge; else the side of a square. */
  readonly shortest: boolean;
  readonly resample: Resampling;
  readonly crop: number | undefined;
  readonly pixels: { readonly mean: readonly number[]; readonly deviation: readonly number[] };
}

/** What transformers' image processors do when the file does not say. */
const byProcessor: readonly (readonly [name: RegExp, defaults: ProcessorDefaults])[] = [
  [/^DeiT/, { size: 256, shortest: false, resample: 'bicubic', crop: 224, pixels: imageNet }],
  [/^CLIP/, { size: 224, shortest: true, resample: 'bicubic', crop: 224, pixels: clip }],
  [/^Bit/, { size: 224, shortest: true, resample: 'bicubic', crop: 224, pixels: clip }],
  [/^Beit/, { size: 256, shortest: false, resample: 'bicubic', crop: 224, pixels: half }],
];
const vit: ProcessorDefaults = { size: 224, shortest: false, resample: 'bilinear', crop: undefined, pixels: half };

/** @throws Failure `broken-model`, naming the file and the key */
export function parseImageProcessing(text: string, file: string): ImageProcessing {
  const found = check(schema, parseJsonFile(text, file), file);
  const name = found.image_processor_type || found.feature_extractor_type;
  const defaults = byProcessor.find(([pattern]) => pattern.test(name))?.[1] ?? vit;
  const crops = found.do_center_crop ?? (defaults.crop !== undefined || found.crop_size !== undefined);
  const { mean, deviation } = found.do_normalize
    ? { mean: found.image_mean ?? defaults.pixels.mean, deviation: found.image_std ?? defaults.pixels.deviation }
    : { mean: [0, 0, 0], deviation: [1, 1, 1] };
  check(matching, { image_mean: mean, image_std: deviation }, file);
  return {
    resize: found.do_resize ? resizeTo(found.size ?? defaults.size, defaults.shortest) : undefined,
    resample: resamplings[found.resample ?? resamplings.indexOf(defaults.resample)] ?? 'bilinear',
    crop: crops ? cropTo(found.crop_size ?? defaults.crop ?? found.size ?? 224) : undefined,
    scale: found.do_rescale ? found.rescale_factor : 1,
    mean,
    deviation,
  };
}

const matching = z
  .object({ image_mean: channels, image_std: channels.refine(each => each.every(value => value > 0), 'a deviation is more than 0') })
  .refine(({ image_mean, image_std }) => image_mean.length === image_std.length, 'image_mean and image_std have as many numbers');

type Size = z.output<typeof size>;

function resizeTo(found: Size, shortest: boolean): ImageProcessing['resize'] {
  if (typeof found === 'number') return shortest ? { kind: 'shortest-edge', length: found, longest: undefined } : { kind: 'exact', height: found, width: found };
  if ('height' in found) return { kind: 'exact', height: found.height, width: found.width };
  return { kind: 'shortest-edge', length: found.shortest_edge, longest: found.longest_edge };
}

function cropTo(found: Size): { readonly height: number; readonly width: number } {
  if (typeof found === 'number') return { height: found, width: found };
  if ('height' in found) return { height: found.height, width: found.width };
  return { height: found.shortest_edge, width: found.shortest_edge };
}
