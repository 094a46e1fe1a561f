/**
 * A whole checkpoint with random weights: a model that knows no language, but loads, runs and decodes as any other.
 * For tests and benchmarks of what is around a model.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeOnnx, type ExternalWeights } from '../graph/write.ts';
import { elementCount } from '../graph/value.ts';
import { translatorDecoder, translatorEncoder, type StoreParameter } from '../models/gru-translator-inference.ts';
import { translatorParameters, type GruTranslatorArchitecture } from '../models/gru-translator.ts';
import { trainBytePair } from '../text/byte-pair.ts';
import { formatVersion, manifestName, type Manifest } from './manifest.ts';

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
  readonly limits?: Manifest['limits'];
}

/** Writes a checkpoint into `folder`, which is made if need be. */
export async function writeRandomCheckpoint(folder: string, options: FixtureOptions = {}): Promise<Manifest> {
  await mkdir(folder, { recursive: true });
  const tokenizer = trainBytePair(sentences, { size: options.vocabulary ?? 320, special: specialTokens });
  const learned = Object.keys(tokenizer.model.vocab).length;
  const vocabulary = options.vocabulary ?? learned;
  const vocab: Record<string, number> = { ...tokenizer.model.vocab };
  // A vocabulary of the size that was asked for, however little there was to learn from.
  for (let id = learned; id < vocabulary; id++) vocab[`fill${id}`] = id;
  const architecture: GruTranslatorArchitecture = {
    kind: 'gru-additive',
    vocabulary,
    embedding: options.embedding ?? 16,
    hidden: options.hidden ?? 24,
    attention: options.attention ?? 24,
  };
  const manifest: Manifest = {
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
    precision: 'float32',
    training: { data: 'none: random weights', pairs: 0, steps: 0, scores: {} },
  };
  const weights: Uint8Array[] = [];
  const places = new Map<string, number>();
  let size = 0;
  const external: ExternalWeights = {
    file: manifest.files.weights,
    from: 256,
    place: (name, bytes) => {
      const known = places.get(name);
      if (known !== undefined) return known;
      const place = size;
      weights.push(bytes);
      places.set(name, place);
      size += bytes.byteLength;
      return place;
    },
  };
  const store = randomParameters(architecture, options.seed ?? 1, options.scale ?? 3);
  await writeFile(join(folder, 'encoder.onnx'), writeOnnx(translatorEncoder(architecture, store), { external }));
  await writeFile(join(folder, 'decoder.onnx'), writeOnnx(translatorDecoder(architecture, store), { external }));
  await writeFile(join(folder, 'weights.bin'), Buffer.concat(weights));
  await writeFile(join(folder, 'tokenizer.json'), JSON.stringify({ ...tokenizer, model: { ...tokenizer.model, vocab } }));
  await writeFile(join(folder, manifestName), JSON.stringify(manifest, undefined, 2));
  return manifest;
}

function randomParameters(architecture: GruTranslatorArchitecture, seed: number, scale: number): StoreParameter {
  const random = generator(seed);
  const drawn = new Map(
    translatorParameters(architecture).map(({ name, shape }) => {
      const spread = scale / Math.sqrt(shape.at(-1) ?? 1);
      const data = Float32Array.from({ length: elementCount(shape) }, () => (random() * 2 - 1) * spread);
      return [name, { shape, data }] as const;
    }),
  );
  return (graph, name) => {
    const parameter = drawn.get(name);
    if (parameter === undefined) throw new Error(`no parameter is named ${name}`);
    return graph.constant('float32', parameter.shape, parameter.data, name);
  };
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
