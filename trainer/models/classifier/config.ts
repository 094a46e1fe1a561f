/** The keys of a config's `model` for classifiers: an architecture without what the corpus decides. */
import * as z from 'zod';
import { transformerSizes } from '../translator-config.ts';

const size = z.int().min(1).max(4096);
const { heads, inner, norm, positions, longest } = transformerSizes;
const transformerLayers = z.int().min(1).max(12);

const poolingSchema = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('mean') }),
    z.strictObject({ kind: z.literal('additive'), width: size }),
    z.strictObject({
      kind: z.literal('self-attentive'),
      width: size,
      hops: z.int().min(1).max(64),
      /** Weight of the penalty on hops that look at the same (Lin et al. 2017, equation 8). */
      penalty: z.number().min(0).max(100).default(1),
    }),
    z.strictObject({ kind: z.literal('multi-head'), heads }),
  ],
  { error: issue => (issue.code === 'invalid_union' ? 'expected "mean", "additive", "self-attentive" or "multi-head"' : undefined) },
);

const encoderSchema = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('none') }),
    z.strictObject({
      kind: z.literal('recurrent'),
      cell: z.enum(['gru', 'lstm']).default('gru'),
      /** Of each direction. */
      hidden: size,
      layers: z.int().min(1).max(4).default(1),
      bidirectional: z.boolean().default(true),
    }),
    z.strictObject({ kind: z.literal('transformer'), heads, inner, layers: transformerLayers, norm, positions, longest }),
  ],
  { error: issue => (issue.code === 'invalid_union' ? 'expected "none", "recurrent" or "transformer"' : undefined) },
);

export const textClassifierSchema = z.strictObject({
  kind: z.literal('text-classifier'),
  embedding: size,
  encoder: encoderSchema,
  pooling: poolingSchema,
});

export const imageClassifierSchema = z.strictObject({
  kind: z.literal('image-classifier'),
  /** Side of a patch, and the way from one to the next, in pixels. */
  patch: z.int().min(1).max(512),
  stride: z.int().min(1).max(512),
  /** Windows that each patch is read by first. */
  stem: z.strictObject({ window: z.int().min(1).max(512), step: z.int().min(1).max(512), features: size }).optional(),
  /** Of a patch inside the Transformer. */
  features: size,
  heads,
  inner,
  layers: transformerLayers,
  norm,
  positions: z.enum(['learned', 'sinusoidal']).default('learned'),
  pooling: poolingSchema,
});

/** What pixels, from 0 to 1, are brought to mean 0 and deviation 1 by. */
export const pixelScaleSchema = z.strictObject({ mean: z.number().min(0).max(1), deviation: z.number().min(0.001).max(1) });
