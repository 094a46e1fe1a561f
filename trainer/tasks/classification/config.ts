/** A training config of a text classifier: `"task": "classification"`. */
import * as z from 'zod';
import { labelledSourceSchema, type LabelledSource } from '../../corpora/labelled-text.ts';
import { textClassifierSchema } from '../../models/classifier/config.ts';
import { commonTraining, count, language, naming, provenance, share, split } from '../../training/common-config.ts';
import { locate } from '../../training/locate.ts';
import { classWeights, shownLabels } from './classes.ts';

const dataSchema = z.strictObject({
  /** One source of labelled texts, or several. */
  train: z.union([labelledSourceSchema, z.array(labelledSourceSchema).min(1).max(16)]).transform(given => [given].flat()),
  /** Texts of their own to validate and to test with; those that are missing are held out of `train`, as `split` says. */
  validation: labelledSourceSchema.optional(),
  test: labelledSourceSchema.optional(),
  /** `ptb`: the texts were cut into the tokens of the Penn Treebank, and are joined to what one ordinarily writes. */
  detokenize: z.enum(['none', 'ptb']).default('none'),
  labels: shownLabels,
  ...provenance,
});

export const classificationSchema = z
  .strictObject({
    ...naming,
    task: z.literal('classification'),
    language,
    data: dataSchema,
    split: split.optional(),
    vocabulary: z.strictObject({
      size: z.int().min(300).max(64_000),
      lowercase: z.boolean().default(true),
      /** Whether words that are not one token are spelled by several, or hidden as words that are not known. */
      spell: z.boolean().default(true),
    }),
    model: textClassifierSchema,
    training: z.strictObject({
      ...commonTraining,
      /** Token places of a batch, padding counted. */
      tokensPerBatch: z.int().min(16).max(65_536).default(2048),
      /** Longest text of each bucket, in tokens, from the shortest to the longest; what is longer is cut to the last. */
      buckets: z
        .array(count(1024))
        .min(1)
        .max(16)
        .default([8, 16, 32, 64])
        .refine(buckets => buckets.every((length, index) => length > (buckets[index - 1] ?? 0)), 'expected lengths that grow from first to last'),
      /** Share of the tokens that are hidden from the model in training, others each time (Iyyer et al. 2015, section 3.2). */
      wordDropout: share.default(0),
      /** Weight of the loss of the texts' finer labels, which a layer learns beside the classes' and which is then left out. */
      finer: z.number().min(0).max(10).default(0),
      classWeights,
    }),
  })
  .refine(({ data, split: held }) => held !== undefined || (data.validation !== undefined && data.test !== undefined), {
    path: ['split'],
    error: 'expected, since "data" names no files of its own for both validation and test',
  });

export type ClassificationConfig = z.infer<typeof classificationSchema>;

/** The most tokens of a text that the model reads. */
export function longestText({ training }: { readonly training: Pick<ClassificationConfig['training'], 'buckets'> }): number {
  return training.buckets.at(-1) ?? 1;
}

/** Where a config's texts lie on this machine. */
export interface LabelledSources {
  readonly train: readonly LabelledSource[];
  readonly validation: LabelledSource | undefined;
  readonly test: LabelledSource | undefined;
}

/** @throws Failure `no-such-file` */
export async function labelledSourcesOf({ data }: Pick<ClassificationConfig, 'data'>, file: string): Promise<LabelledSources> {
  const located = async (source: LabelledSource): Promise<LabelledSource> => ({ ...source, file: await locate(source.file, file) });
  const train: LabelledSource[] = [];
  for (const source of data.train) train.push(await located(source));
  return {
    train,
    validation: data.validation && (await located(data.validation)),
    test: data.test && (await located(data.test)),
  };
}

/** The files that a config's texts come from, as it names them. */
export function filesOf({ data }: Pick<ClassificationConfig, 'data'>): string[] {
  return [...data.train, data.validation, data.test].flatMap(source => (source === undefined ? [] : [source.file]));
}
