/** A training config of a language model: `"task": "language-modelling"`. */
import * as z from 'zod';
import { type PlainTextSource, plainTextSourceSchema } from '../../corpora/plain-text.ts';
import { transformerLanguageModelSchema } from '../../models/language-model-config.ts';
import { commonTraining, count, language, naming, provenance, split } from '../../training/common-config.ts';
import { locate } from '../../training/locate.ts';

const dataSchema = z.strictObject({
  train: plainTextSourceSchema,
  /** Texts of their own to validate and to test with; without them both are held out of `train`, as `split` says. */
  validation: plainTextSourceSchema.optional(),
  test: plainTextSourceSchema.optional(),
  /** Whether a text that stands in the corpus more than once is read once. */
  unique: z.boolean().default(true),
  ...provenance,
});

const training = z.strictObject({
  ...commonTraining,
  /** Places of a batch, padding counted. */
  tokensPerBatch: z.int().min(16).max(65_536).default(1024),
  /** The longest text of each bucket, in tokens, its end token counted; a longer one than the last is cut. */
  buckets: z
    .array(count(2048))
    .min(1)
    .max(16)
    .default([8, 12, 16, 24, 32, 48])
    .refine(buckets => buckets.every((length, index) => length > (buckets[index - 1] ?? 0)), 'expected lengths that grow from first to last'),
});

export const languageModellingSchema = z
  .strictObject({
    ...naming,
    task: z.literal('language-modelling'),
    language,
    data: dataSchema,
    split: split.optional(),
    vocabulary: z.strictObject({ kind: z.literal('byte-pair').default('byte-pair'), size: z.int().min(300).max(64_000) }),
    model: transformerLanguageModelSchema,
    training,
  })
  .refine(({ data, split: held }) => held !== undefined || (data.validation !== undefined && data.test !== undefined), {
    path: ['split'],
    error: 'expected, since "data" names no texts of its own for both validation and test',
  })
  .refine(({ model, training: { buckets } }) => (buckets.at(-1) ?? 0) <= model.longest, {
    path: ['model', 'longest'],
    error: 'expected at least as many positions as the last of "training.buckets" has',
  });

export type LanguageModellingConfig = z.infer<typeof languageModellingSchema>;

/** Where a config's texts lie on this machine. */
export interface TextSources {
  readonly train: PlainTextSource;
  readonly validation: PlainTextSource | undefined;
  readonly test: PlainTextSource | undefined;
}

/** @throws Failure `no-such-file` */
export async function textSourcesOf({ data }: Pick<LanguageModellingConfig, 'data'>, config: string): Promise<TextSources> {
  const located = async <Source extends PlainTextSource | undefined>(source: Source): Promise<Source> =>
    source === undefined ? source : { ...source, file: await locate(source.file, config) };
  return { train: await located(data.train), validation: await located(data.validation), test: await located(data.test) };
}

/** The files that a config's texts come from, as it names them. */
export function filesOf({ data }: Pick<LanguageModellingConfig, 'data'>): string[] {
  return [data.train, data.validation, data.test].flatMap(source => source?.file ?? []);
}
