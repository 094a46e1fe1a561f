/** A training config of a translator: `"task": "translation"`. */
import * as z from 'zod';
import { currentTranslator, recurrentTranslatorSchema, transformerTranslatorSchema } from '../../models/translator-config.ts';
import type { PairSource } from '../../text/pairs.ts';
import type { Bucket } from '../../training/batch.ts';
import { commonTraining, count, language, naming, path, provenance, share, split } from '../../training/common-config.ts';
import { locate } from '../../training/locate.ts';

const column = z.int().min(0).max(100);

const parallel = { source: path, target: path };
/** Word alignments of the corpus, a line each in Pharaoh notation, which guide attention. */
const linked = { links: path.optional(), firstLink: z.literal([0, 1]).default(0) };
/** Whether the corpus is read from the disk again and again instead of being held in memory; by its size where this is left out. */
const streamed = { stream: z.union([z.boolean(), z.literal('auto')], { error: 'expected true, false or "auto"' }).optional() };

/** Files of their own to validate and to test with; without them both are held out of the corpus, as `split` says. */
const dataSchema = z.discriminatedUnion(
  'format',
  [
    z.strictObject({
      format: z.literal('tsv'),
      file: path,
      validation: path.optional(),
      test: path.optional(),
      /** Which columns hold what, counted from 0. */
      columns: z.strictObject({ source: column, target: column }).optional(),
      ...linked,
      ...streamed,
      ...provenance,
    }),
    z.strictObject({
      format: z.literal('parallel'),
      ...parallel,
      validation: z.strictObject(parallel).optional(),
      test: z.strictObject(parallel).optional(),
      ...linked,
      ...streamed,
      ...provenance,
    }),
  ],
  { error: issue => (issue.code === 'invalid_union' ? 'expected "tsv" or "parallel"' : undefined) },
);

/** Where pairs to look at lie, and what people linked in them. */
const probeSchema = z.strictObject({
  pairs: z.discriminatedUnion(
    'format',
    [
      z.strictObject({ format: z.literal('tsv'), file: path, columns: z.strictObject({ source: column, target: column }).optional() }),
      z.strictObject({ format: z.literal('parallel'), ...parallel }),
    ],
    { error: issue => (issue.code === 'invalid_union' ? 'expected "tsv" or "parallel"' : undefined) },
  ),
  /** A line a pair in Pharaoh notation: `3-4` is sure, `3p4` or `3?4` possible. */
  gold: z.strictObject({ file: path, firstLink: z.literal([0, 1]).default(0) }).optional(),
});

/** What all models that write a sequence from another are trained with. */
export const sequenceTraining = {
  ...commonTraining,
  /** Target places of a batch, padding counted. */
  tokensPerBatch: z.int().min(16).max(65_536).default(1024),
  /** Weight of the loss that pulls attention towards `data.links` (Chen et al. 2016, equation 6; Garg et al. 2019, section 3). */
  guidedAlignment: z.number().min(0).max(10).default(0),
  /** How often an example is two to four pairs joined. */
  join: share.default(0.08),
  /** Longest source and target of each bucket, in tokens, from the shortest to the longest. */
  buckets: z
    .array(z.tuple([count(512), count(512)]))
    .min(1)
    .max(16)
    .default([[8, 8], [12, 12], [16, 16], [20, 24], [28, 32], [40, 48]])
    .refine(
      buckets => buckets.every(([source, target], index) => source >= (buckets[index - 1]?.[0] ?? 0) && target >= (buckets[index - 1]?.[1] ?? 0)),
      'expected shapes that grow from first to last',
    ),
};

export const translatorModel = z.preprocess(
  currentTranslator,
  z.discriminatedUnion('kind', [recurrentTranslatorSchema, transformerTranslatorSchema], {
    error: issue => (issue.code === 'invalid_union' ? 'expected "recurrent-translator" or "transformer-translator"' : undefined),
  }),
);

/** What a Transformer has no positions for, in the words of a config's author: a bucket that is too long. */
export function checkPositions(
  { model, training }: { readonly model: z.infer<typeof translatorModel>; readonly training: { readonly buckets: readonly (readonly number[])[] } },
  context: z.RefinementCtx,
): void {
  if (model.kind !== 'transformer-translator') return;
  const needed = Math.max(...training.buckets.flat());
  if (needed <= model.longest) return;
  context.addIssue({
    code: 'custom',
    path: ['model', 'longest'],
    message: `expected at least ${needed}, the longest side of "training.buckets", or shorter buckets`,
  });
}

export const translationSchema = z
  .strictObject({
    ...naming,
    task: z.literal('translation'),
    languages: z.strictObject({ source: language, target: language }),
    data: dataSchema,
    split: split.optional(),
    /** Sentences whose maps are kept at every validation; without it, some that are held out. */
    probe: probeSchema.optional(),
    vocabulary: z.strictObject({ size: z.int().min(300).max(64_000) }),
    model: translatorModel,
    training: z.strictObject(sequenceTraining),
  })
  .refine(({ data, split: held }) => held !== undefined || (data.validation !== undefined && data.test !== undefined), {
    path: ['split'],
    error: 'expected, since "data" names no files of its own for both validation and test',
  })
  .refine(({ data, training }) => training.guidedAlignment === 0 || data.links !== undefined, {
    path: ['training', 'guidedAlignment'],
    error: 'expected 0, since "data.links" names no alignments to be guided by',
  })
  .refine(({ model, training }) => training.guidedAlignment === 0 || model.kind !== 'recurrent-translator' || model.attention.score !== 'none', {
    path: ['training', 'guidedAlignment'],
    error: 'expected 0, since a model with "model.attention.score" "none" has no attention to guide',
  })
  .superRefine(checkPositions);

export type TranslationConfig = z.infer<typeof translationSchema>;

export function bucketsOf({ training }: { readonly training: Pick<TranslationConfig['training'], 'buckets'> }): Bucket[] {
  return training.buckets.map(([source, target]) => ({ source, target }));
}

/** Where a config's pairs lie on this machine. */
export interface PairSources {
  readonly corpus: PairSource;
  readonly validation: PairSource | undefined;
  readonly test: PairSource | undefined;
}

/** @throws Failure `no-such-file` */
export async function pairSourcesOf({ data }: Pick<TranslationConfig, 'data'>, file: string): Promise<PairSources> {
  const links = data.links === undefined ? undefined : { file: await locate(data.links, file), firstIndex: data.firstLink };
  if (data.format === 'tsv') {
    const table = async (name: string): Promise<PairSource> => ({ kind: 'tsv', file: await locate(name, file), columns: data.columns });
    return {
      corpus: { ...(await table(data.file)), links },
      validation: data.validation === undefined ? undefined : await table(data.validation),
      test: data.test === undefined ? undefined : await table(data.test),
    };
  }
  const pairs = async (names: { readonly source: string; readonly target: string }): Promise<PairSource> => ({
    kind: 'parallel',
    source: await locate(names.source, file),
    target: await locate(names.target, file),
  });
  return {
    corpus: { ...(await pairs(data)), links },
    validation: data.validation === undefined ? undefined : await pairs(data.validation),
    test: data.test === undefined ? undefined : await pairs(data.test),
  };
}

/** Where the pairs lie that a config wants to be looked at. @throws Failure `no-such-file` */
export async function probeSourceOf({ probe }: Pick<TranslationConfig, 'probe'>, file: string): Promise<PairSource | undefined> {
  if (probe === undefined) return undefined;
  const { pairs, gold } = probe;
  const links = gold && { file: await locate(gold.file, file), firstIndex: gold.firstLink };
  return pairs.format === 'tsv'
    ? { kind: 'tsv', file: await locate(pairs.file, file), columns: pairs.columns, links }
    : { kind: 'parallel', source: await locate(pairs.source, file), target: await locate(pairs.target, file), links };
}

/** The files of the pairs to be looked at, as a config names them. */
export function probeFilesOf({ probe }: Pick<TranslationConfig, 'probe'>): string[] {
  if (probe === undefined) return [];
  const { pairs, gold } = probe;
  return [...(pairs.format === 'tsv' ? [pairs.file] : [pairs.source, pairs.target]), ...(gold === undefined ? [] : [gold.file])];
}

/** The files that a config's pairs come from, as it names them. */
export function filesOf({ data }: Pick<TranslationConfig, 'data'>): string[] {
  if (data.format === 'tsv') return [data.file, data.validation, data.test].filter(file => file !== undefined);
  return [data, data.validation, data.test].flatMap(pair => (pair === undefined ? [] : [pair.source, pair.target]));
}
