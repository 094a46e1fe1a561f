import { expect, test } from 'vitest';
import type { Architecture } from './model.ts';
import { summaryOf } from './summary.ts';

const transformer = { heads: 4, inner: 256, norm: 'pre', positions: 'sinusoidal', longest: 512 } as const;

const cases: readonly (readonly [string, Architecture])[] = [
  [
    'Transformer, 4 + 4 layers, 4 heads, width 128, 5,000 tokens',
    { kind: 'transformer-translator', ...transformer, width: 128, encoderLayers: 4, decoderLayers: 4, vocabulary: 5000 },
  ],
  ['Transformer, 1 layer, 4 heads, width 64, 900 tokens', { kind: 'transformer-language-model', ...transformer, width: 64, layers: 1, vocabulary: 900 }],
  [
    'Embeddings with additive pooling, width 64, 2 classes, 8,000 tokens',
    { kind: 'text-classifier', vocabulary: 8000, classes: 2, embedding: 64, encoder: { kind: 'none' }, pooling: { kind: 'additive', width: 32 } },
  ],
  [
    'LSTM with self-attentive pooling of 4 hops, 64 units, 6 classes, 4,000 tokens',
    {
      kind: 'text-classifier',
      vocabulary: 4000,
      classes: 6,
      embedding: 32,
      encoder: { kind: 'recurrent', cell: 'lstm', hidden: 64, layers: 1, bidirectional: true },
      pooling: { kind: 'self-attentive', width: 32, hops: 4, penalty: 1 },
    },
  ],
  [
    'Vision Transformer with mean pooling, 2 layers, 4 heads, width 32, 10 classes, 28 × 28 pixels in 16 patches',
    {
      kind: 'image-classifier',
      classes: 10,
      width: 28,
      height: 28,
      channels: 1,
      patch: 7,
      stride: 7,
      features: 32,
      heads: 4,
      inner: 64,
      layers: 2,
      norm: 'pre',
      positions: 'learned',
      pooling: { kind: 'mean' },
    },
  ],
];

test.each(cases)('%s', (summary, architecture) => {
  expect(summaryOf(architecture)).toBe(summary);
});
