/** A whole language model with random weights: it knows no language, but loads, runs and continues as any other. */
import { mkdir } from 'node:fs/promises';
import { elementCount } from '../graph/value.ts';
import { transformerLanguageModelMaps, transformerLanguageModelParameters } from '../models/transformer/language-model.ts';
import { trainBytePair } from '../text/byte-pair.ts';
import { Random } from '../training/random.ts';
import { formatVersion, type LanguageModelManifest } from './manifest.ts';
import { saveCheckpoint } from './save.ts';

const sentences = ['I want to see the cat.', 'I wanted to see the dog.', 'They want to see us at home.', 'The cat and the dog want to eat.'];

/** Writes a checkpoint into `folder`, which is made if need be. */
export async function writeRandomLanguageModel(folder: string, { seed = 1, tokens = 48 } = {}): Promise<LanguageModelManifest> {
  await mkdir(folder, { recursive: true });
  const tokenizer = trainBytePair(sentences, { size: 320, special: ['<pad>', '<s>', '</s>'] });
  const vocabulary = Object.keys(tokenizer.model.vocab).length;
  const sizes = { width: 16, heads: 2, inner: 24, layers: 2, norm: 'pre', positions: 'sinusoidal', longest: Math.max(8, tokens) } as const;
  const architecture = { kind: 'transformer-language-model', vocabulary, ...sizes } as const;
  const manifest: LanguageModelManifest = {
    format: 'attention-scope',
    formatVersion,
    id: 'random',
    name: 'Random weights',
    task: 'language-modelling',
    language: 'en',
    files: { decoder: 'decoder.onnx', weights: 'weights.bin', tokenizer: 'tokenizer.json' },
    tokens: { pad: '<pad>', start: '<s>', end: '</s>' },
    limits: { tokens },
    architecture,
    attention: transformerLanguageModelMaps(architecture),
    alignment: { layer: 0, head: 'mean', shift: 0 },
    precision: 'float32',
    training: { data: 'none: random weights', pairs: 0, steps: 0, scores: {} },
  };
  const parameters = transformerLanguageModelParameters(architecture).map(spec => {
    const random = new Random(seed, spec.name);
    return { spec, data: Float32Array.from({ length: elementCount(spec.shape) }, () => random.normal() * 0.5) };
  });
  await saveCheckpoint(folder, { manifest, tokenizer, parameters });
  return manifest;
}
