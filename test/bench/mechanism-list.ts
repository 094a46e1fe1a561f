/** Every mechanism that can be trained, in models of about the same size, on batches of the same size. */
import type { AttentionArchitecture } from '../../trainer/models/attention/scores.ts';
import type { Architecture } from '../../trainer/models/model.ts';
import type { RecurrentTranslatorArchitecture } from '../../trainer/models/recurrent/translator.ts';
import type { Exercise } from './exercise.ts';
import { transformerOfBench as transformer } from './step-plan.ts';

const vocabulary = 8_000;
/** Texts of a batch, and the tokens of each. */
const shape = { batch: 64, source: 16, target: 16 };

/** Bahdanau's, of 7.8 million parameters. A query has as many features as an annotation, which dot products need. */
export const recurrent: RecurrentTranslatorArchitecture = {
  kind: 'recurrent-translator', vocabulary, cell: 'gru', embedding: 256, hidden: 512, encoder: { hidden: 256, layers: 1, bidirectional: true },
  decoderLayers: 1, residual: false, attention: { score: 'additive', width: 512 }, order: 'before', inputFeeding: false, coverage: 0,
};

const scores: readonly AttentionArchitecture[] = [
  { score: 'none' },
  { score: 'additive', width: 512 },
  { score: 'dot' },
  { score: 'general' },
  { score: 'location', longest: 64 },
  { score: 'local-p', window: 4 },
  { score: 'scaled-dot-product', width: 512 },
  { score: 'multi-head', heads: 4, width: 512 },
  { score: 'hard', width: 512, temperature: 1 },
];

const deep = { cell: 'lstm', hidden: 320, encoder: { hidden: 160, layers: 2, bidirectional: true }, decoderLayers: 2, residual: true } as const;
const ofText = { kind: 'text-classifier', vocabulary, classes: 5, embedding: 256 } as const;
const { heads, inner, norm, longest } = transformer;

const architectures: Readonly<Record<string, Architecture>> = {
  ...Object.fromEntries(scores.map(attention => [attention.score, { ...recurrent, attention }])),
  coverage: { ...recurrent, coverage: 1 },
  fed: { ...recurrent, attention: { score: 'general' }, order: 'after', inputFeeding: true },
  lstm: { ...recurrent, ...deep, attention: { score: 'additive', width: 320 } },
  transformer,
  'post-norm': { ...transformer, norm: 'post' },
  rotary: { ...transformer, positions: 'rotary' },
  learned: { ...transformer, positions: 'learned' },
  'language-model': { kind: 'transformer-language-model', vocabulary, width: 256, heads, inner, layers: 6, norm, positions: 'sinusoidal', longest },
  'text-gru': {
    ...ofText,
    encoder: { kind: 'recurrent', cell: 'gru', hidden: 256, layers: 1, bidirectional: true },
    pooling: { kind: 'self-attentive', width: 256, hops: 4, penalty: 1 },
  },
  'text-transformer': {
    ...ofText,
    encoder: { kind: 'transformer', heads, inner, layers: 3, norm, positions: 'sinusoidal', longest },
    pooling: { kind: 'additive', width: 256 },
  },
  image: {
    kind: 'image-classifier', height: 28, width: 28, channels: 1, patch: 4, stride: 4, classes: 10, features: 128, heads: 4, inner: 512,
    layers: 4, norm: 'pre', positions: 'learned', pooling: { kind: 'multi-head', heads: 4 },
  },
};

/** By the short names that `--only` takes. */
export const mechanisms: readonly Exercise[] = Object.entries(architectures).map(([name, architecture]) => ({ name, architecture, shape }));
