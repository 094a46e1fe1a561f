/** Classifiers with random weights: they know nothing, but load, run and answer as any other. */
import { mkdir } from 'node:fs/promises';
import { elementCount } from '../graph/value.ts';
import { imageClassifierMaps } from '../models/classifier/image-classifier.ts';
import type { PoolingArchitecture } from '../models/classifier/pooling.ts';
import { textClassifierMaps } from '../models/classifier/text-classifier.ts';
import { parametersOf } from '../models/model.ts';
import { trainBytePair } from '../text/byte-pair.ts';
import { Random } from '../training/random.ts';
import { type ClassificationManifest, formatVersion, type ImageClassificationManifest, type TextClassificationManifest } from './manifest.ts';
import { type CheckpointContents, saveCheckpoint } from './save.ts';

const common = {
  format: 'attention-scope',
  formatVersion,
  name: 'Random weights',
  precision: 'float32',
  training: { data: 'none: random weights', pairs: 0, steps: 0, scores: {} },
} as const;

/** Two classes; embeddings, a Transformer of one layer, and two heads of pooling, or another. Texts of up to 24 tokens. */
export async function writeRandomTextClassifier(folder: string, pooling: PoolingArchitecture = { kind: 'multi-head', heads: 2 }): Promise<TextClassificationManifest> {
  const special = ['<pad>', '<mask>'];
  const tokenizer = trainBytePair(['a good film', 'a bad film', 'the good, the bad'], { size: 300, special });
  const architecture: TextClassificationManifest['architecture'] = {
    kind: 'text-classifier',
    vocabulary: Object.keys(tokenizer.model.vocab).length,
    classes: 2,
    embedding: 8,
    encoder: { kind: 'transformer', heads: 2, inner: 16, layers: 1, norm: 'pre', positions: 'sinusoidal', longest: 32 },
    pooling,
  };
  const manifest: TextClassificationManifest = {
    ...common,
    id: 'random-text',
    task: 'classification',
    language: 'en',
    labels: ['bad', 'good'],
    files: { classifier: 'classifier.onnx', weights: 'weights.bin', tokenizer: 'tokenizer.json' },
    tokens: { pad: '<pad>', mask: '<mask>' },
    lowercase: true,
    spell: true,
    limits: { sourceTokens: 24 },
    architecture,
    attention: textClassifierMaps(architecture),
  };
  await write(folder, manifest, { tokenizer });
  return manifest;
}

/** Three classes of grey images, 8 × 8 in four patches; one layer, additive pooling. */
export async function writeRandomImageClassifier(folder: string): Promise<ImageClassificationManifest> {
  const architecture: ImageClassificationManifest['architecture'] = {
    kind: 'image-classifier',
    classes: 3,
    width: 8,
    height: 8,
    channels: 1,
    patch: 4,
    stride: 4,
    features: 8,
    heads: 2,
    inner: 16,
    layers: 1,
    norm: 'pre',
    positions: 'learned',
    pooling: { kind: 'additive', width: 8 },
  };
  const manifest: ImageClassificationManifest = {
    ...common,
    id: 'random-image',
    task: 'image-classification',
    labels: ['bag', 'boot', 'coat'],
    files: { classifier: 'classifier.onnx', weights: 'weights.bin' },
    pixels: { mean: 0.5, deviation: 0.25, invert: false },
    architecture,
    attention: imageClassifierMaps(architecture),
  };
  await write(folder, manifest, {});
  return manifest;
}

async function write(folder: string, manifest: ClassificationManifest, { tokenizer }: Pick<CheckpointContents, 'tokenizer'>): Promise<void> {
  await mkdir(folder, { recursive: true });
  const random = new Random('classifier', manifest.id);
  const parameters = parametersOf(manifest.architecture).map(spec => ({
    spec,
    data: Float32Array.from({ length: elementCount(spec.shape) }, () => random.uniform() * 2 - 1),
  }));
  await saveCheckpoint(folder, { manifest, tokenizer, parameters });
}
