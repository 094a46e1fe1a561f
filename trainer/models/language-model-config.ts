/** The keys of a config's `model` for language models: an architecture without its vocabulary, which the corpus decides. */
import * as z from 'zod';
import { transformerSizes } from './translator-config.ts';

export const transformerLanguageModelSchema = z.strictObject({
  kind: z.literal('transformer-language-model'),
  ...transformerSizes,
  layers: z.int().min(1).max(12),
});
