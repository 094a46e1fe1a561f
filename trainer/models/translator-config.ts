/** The keys of a config's `model` for translators: an architecture without its vocabulary, which the corpus decides. */
import * as z from 'zod';

const size = z.int().min(1).max(4096);
const layers = z.int().min(1).max(12);

const attentionSchema = z.discriminatedUnion(
  'score',
  [
    z.strictObject({ score: z.literal('none') }),
    z.strictObject({ score: z.literal('additive'), width: size }),
    z.strictObject({ score: z.literal('dot') }),
    z.strictObject({ score: z.literal('general') }),
    z.strictObject({ score: z.literal('location'), longest: z.int().min(1).max(512) }),
    z.strictObject({ score: z.literal('local-p'), window: z.number().positive().max(100) }),
    z.strictObject({ score: z.literal('scaled-dot-product'), width: size }),
    z.strictObject({ score: z.literal('multi-head'), heads: z.int().min(1).max(64), width: size }),
    z.strictObject({ score: z.literal('hard'), width: size, temperature: z.number().min(0.05).max(10).default(1) }),
  ],
  {
    error: issue =>
      issue.code === 'invalid_union'
        ? 'expected "none", "additive", "dot", "general", "location", "local-p", "scaled-dot-product", "multi-head" or "hard"'
        : undefined,
  },
);

export const recurrentTranslatorSchema = z.strictObject({
  kind: z.literal('recurrent-translator'),
  cell: z.enum(['gru', 'lstm']).default('gru'),
  embedding: size,
  /** Of the decoder. */
  hidden: size,
  encoder: z.strictObject({
    /** Of each direction. */
    hidden: size,
    layers: z.int().min(1).max(4).default(1),
    bidirectional: z.boolean().default(true),
  }),
  decoderLayers: z.int().min(1).max(4).default(1),
  residual: z.boolean().default(false),
  attention: attentionSchema,
  /** Whether attention comes before the decoder's cell (Bahdanau et al. 2014) or after it (Luong et al. 2015). */
  order: z.enum(['before', 'after']).default('before'),
  inputFeeding: z.boolean().default(false),
  /** Weight of the coverage loss (See et al. 2017, equation 12); 0 leaves coverage out. */
  coverage: z.number().min(0).max(10).default(0),
});

/** What a recurrent translator was called before there were others: Bahdanau's, a layer of GRUs each, its one attention by width. */
const formerSchema = z.looseObject({ kind: z.literal('gru-additive'), hidden: z.unknown(), attention: z.unknown() });

/** A translator's settings as they are named now; what has other names, or is none, as it is. */
export function currentTranslator(given: unknown): unknown {
  const former = formerSchema.safeParse(given);
  if (!former.success) return given;
  const { attention, ...rest } = former.data;
  return {
    ...rest,
    kind: 'recurrent-translator',
    cell: 'gru',
    encoder: { hidden: rest.hidden, layers: 1, bidirectional: true },
    attention: { score: 'additive', width: attention },
    order: 'before',
  };
}

export const transformerSizes = {
  width: size,
  heads: z.int().min(1).max(64),
  inner: z.int().min(1).max(16_384),
  /** Where layers are normalized: before a sub-layer (Xiong et al. 2020) or after it (Vaswani et al. 2017). */
  norm: z.enum(['pre', 'post']).default('pre'),
  positions: z.enum(['sinusoidal', 'learned', 'rotary']).default('sinusoidal'),
  /** Positions that there are, at the most. */
  longest: z.int().min(8).max(4096).default(512),
};

export const transformerTranslatorSchema = z.strictObject({
  kind: z.literal('transformer-translator'),
  ...transformerSizes,
  encoderLayers: layers,
  decoderLayers: layers,
});
