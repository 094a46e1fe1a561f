/** A training config of an image classifier: `"task": "image-classification"`. */
import * as z from 'zod';
import { type ImageSource, imageSourceSchema } from '../../corpora/image-source.ts';
import { imageClassifierSchema } from '../../models/classifier/config.ts';
import { commonTraining, count, naming, provenance, split } from '../../training/common-config.ts';
import { locate } from '../../training/locate.ts';
import { classWeights, shownLabels } from '../classification/classes.ts';

export const imageClassificationSchema = z
  .strictObject({
    ...naming,
    task: z.literal('image-classification'),
    data: z.strictObject({
      train: imageSourceSchema,
      /** Images of their own to validate and to test with; those that are missing are held out of `train`, as `split` says. */
      validation: imageSourceSchema.optional(),
      test: imageSourceSchema.optional(),
      labels: shownLabels,
      /** Whether what the model is asked about is inverted first: it learns white on black, say, and is shown black on white. */
      invert: z.boolean().default(false),
      ...provenance,
    }),
    split: split.optional(),
    model: imageClassifierSchema,
    training: z.strictObject({
      ...commonTraining,
      batchSize: count(4096).default(64),
      /** How images are changed, each epoch another way: mirrored or not, and moved by up to so many pixels. */
      augment: z
        .strictObject({ flip: z.boolean().default(false), shift: z.int().min(0).max(64).default(0) })
        .default({ flip: false, shift: 0 }),
      classWeights,
    }),
  })
  .refine(({ data, split: held }) => held !== undefined || (data.validation !== undefined && data.test !== undefined), {
    path: ['split'],
    error: 'expected, since "data" names no files of its own for both validation and test',
  });

export type ImageClassificationConfig = z.infer<typeof imageClassificationSchema>;

/** Where a config's images lie on this machine. */
export interface ImageSources {
  readonly train: ImageSource;
  readonly validation: ImageSource | undefined;
  readonly test: ImageSource | undefined;
}

/** @throws Failure `no-such-file` */
export async function imageSourcesOf({ data }: Pick<ImageClassificationConfig, 'data'>, file: string): Promise<ImageSources> {
  const located = async (source: ImageSource): Promise<ImageSource> =>
    source.format === 'idx'
      ? { ...source, images: await locate(source.images, file), labels: await locate(source.labels, file) }
      : { ...source, folder: await locate(source.folder, file, 'folder') };
  return {
    train: await located(data.train),
    validation: data.validation && (await located(data.validation)),
    test: data.test && (await located(data.test)),
  };
}

/** The files and folders that a config's images come from, as it names them. */
export function filesOf({ data }: Pick<ImageClassificationConfig, 'data'>): string[] {
  return [data.train, data.validation, data.test].flatMap(source => {
    if (source === undefined) return [];
    return source.format === 'idx' ? [source.images, source.labels] : [source.folder];
  });
}
