/**
 * A whole checkpoint with random weights: a model that knows no language, but loads, runs and decodes as any other.
 * For tests and benchmarks of what is around a model.
 */
import { mkdir } from 'node:fs/promises';
import { elementCount } from '../graph/value.ts';
import { recurrentTranslatorParameters, type RecurrentTranslatorArchitecture } from '../models/recurrent/translator.ts';
import { trainBytePair, type TokenizerJson } from '../text/byte-pair.ts';
import { formatVersion, type Manifest, type TranslationManifest } from './manifest.ts';
import { saveCheckpoint, type CheckpointContents } from './save.ts';

export const specialTokens = ['<pad>', '<s>', '</s>', '<slot1>', '<slot2>', '<slot3>', '<slot4>'] as const;

const sentences = [
  'I see a cat. Je vois un chat.',
  'The cat sees the dog. Le chat voit le chien.',
  'We are at home. Nous sommes à la maison.',
  'You see the house. Vous voyez la maison.',
];

export interface FixtureOptions {
  readonly id?: string;
  readonly seed?: number;
  readonly embedding?: number;
  readonly hidden?: number;
  readonly attention?: number;
  readonly vocabulary?: number;
  /** How large weights are; larger ones make a model surer of its nonsense. */
  readonly scale?: number;
  /** Bias of the end token: how soon sentences end. */
  readonly ending?: number;
  readonly limits?: TranslationManifest['limits'];
  readonly precision?: Manifest['precision'];
}

/** Writes a checkpoint into `folder`, which is made if need be. */
export async function writeRandomCheckpoint(folder: string, options: FixtureOptions = {}): Promise<TranslationManifest> {
  await mkdir(folder, { recursive: true });
  const tokenizer = trainBytePair(sentences, { size: options.vocabulary ?? 320, special: specialTokens });
  const learned = Object.keys(tokenizer.model.vocab).length;
  const vocabulary = options.vocabulary ?? learned;
  const vocab: Record<string, number> = { ...tokenizer.model.vocab };
  // A vocabulary of the size that was asked for, however little there was to learn from.
  for (let id = learned; id < vocabulary; id++) vocab[`fill${id}`] = id;
  const hidden = options.hidden ?? 24;
  const architecture: RecurrentTranslatorArchitecture = {
    kind: 'recurrent-translator',
    cell: 'gru',
    vocabulary,
    embedding: options.embedding ?? 16,
    hidden,
    encoder: { hidden, layers: 1, bidirectional: true },
    decoderLayers: 1,
    residual: false,
    attention: { score: 'additive', width: options.attention ?? 24 },
    order: 'before',
    inputFeeding: false,
    coverage: 0,
  };
  const manifest: TranslationManifest = {
    format: 'attention-scope',
    formatVersion,
    id: options.id ?? 'random',
    name: 'Random weights',
    task: 'translation',
    languages: { source: 'en', target: 'fr' },
    files: { encoder: 'encoder.onnx', decoder: 'decoder.onnx', weights: 'weights.bin', tokenizer: 'tokenizer.json' },
    tokens: { pad: '<pad>', start: '<s>', end: '</s>', slots: specialTokens.slice(3) },
    limits: options.limits ?? { sourceTokens: 48, targetTokens: 48 },
    architecture,
    attention: [{ kind: 'cross', layer: 0, head: 0, output: 'attention' }],
    precision: options.precision ?? 'float32',
    training: { data: 'none: random weights', pairs: 0, steps: 0, scores: {} },
  };
  const parameters = randomParameters(architecture, options);
  const padded: TokenizerJson = { ...tokenizer, model: { ...tokenizer.model, vocab } };
  await saveCheckpoint(folder, { manifest, tokenizer: padded, parameters });
  return manifest;
}

function randomParameters(
  architecture: RecurrentTranslatorArchitecture,
  { seed = 1, scale = 3, ending = 0 }: FixtureOptions,
): CheckpointContents['parameters'] {
  const random = generator(seed);
  return recurrentTranslatorParameters(architecture).map(spec => {
    const spread = scale / Math.sqrt(spec.shape.at(-1) ?? 1);
    const data = Float32Array.from({ length: elementCount(spec.shape) }, () => (random() * 2 - 1) * spread);
    // Nonsense need not be without end.
    if (spec.name === 'output.bias') data[specialTokens.indexOf('</s>')] = ending;
    return { spec, data };
  });
}

/** Mulberry32: the same numbers from the same seed, between 0 and 1. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
