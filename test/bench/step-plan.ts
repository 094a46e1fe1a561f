/** What both sides of the training race train: the same architectures, settings and batches. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { underRoot } from '../../scripts/root.ts';
import type { TranslatorArchitecture } from '../../trainer/models/model.ts';
import type { RecurrentTranslatorArchitecture } from '../../trainer/models/recurrent/translator.ts';
import type { TransformerTranslatorArchitecture } from '../../trainer/models/transformer/translator.ts';
import { trainBytePair } from '../../trainer/text/byte-pair.ts';
import { normalizeForModel } from '../../trainer/text/normalize.ts';
import { readPairs } from '../../trainer/text/pairs.ts';
import { TextTokenizer } from '../../trainer/text/tokenizer.ts';
import { type EncodedPair, shapeOf, type SpecialIds } from '../../trainer/training/batch.ts';
import { bucketsOf, type TranslationConfig } from '../../trainer/tasks/translation/config.ts';
import type { TrainingExample } from '../../trainer/tasks/translation/dataset.ts';
import { specialTokens } from '../../trainer/tasks/translation/encoder.ts';
import { type PairBatch, planEpoch } from '../../trainer/tasks/translation/epoch-plan.ts';
import { parseConfig } from '../../trainer/training/config.ts';
import { Random } from '../../trainer/training/random.ts';

export interface StepPlan {
  readonly config: TranslationConfig;
  readonly special: SpecialIds;
  readonly models: Readonly<Record<string, TranslatorArchitecture>>;
  readonly sets: {
    /** One full batch of each bucket, every place of it filled: the most memory there can be. */
    readonly everyBucket: readonly PairBatch[];
    /** 64 pairs of 16 → 16 tokens. */
    readonly equal: readonly PairBatch[];
    /** As they come in training. */
    readonly mixed: readonly PairBatch[];
  };
  /** Where the lengths of the mixed batches are from. */
  readonly lengths: string;
}

const vocabulary = 8_000;
const sizes = {
  kind: 'recurrent-translator', cell: 'gru', embedding: 256, hidden: 384, encoder: { hidden: 384, layers: 1, bidirectional: true },
  decoderLayers: 1, residual: false, attention: { score: 'additive', width: 384 }, order: 'before', inputFeeding: false, coverage: 0,
} as const;
/** 8.2 million parameters. Its gradients are compared with PyTorch's, too. */
export const gruOfBench: RecurrentTranslatorArchitecture = { ...sizes, vocabulary };
/** 7.6 million parameters. */
export const transformerOfBench: TransformerTranslatorArchitecture = {
  kind: 'transformer-translator', vocabulary, width: 256, heads: 4, inner: 1_024, encoderLayers: 3, decoderLayers: 3,
  norm: 'pre', positions: 'sinusoidal', longest: 512,
};
const bundledConfig = underRoot('media', 'models', 'en-fr.attention.json');

/** @param batches how many of the equal and of the mixed ones */
export async function makeStepPlan(batches: number): Promise<StepPlan> {
  const config = stepConfig();
  const special: SpecialIds = { pad: 0, start: 1, end: 2 };
  const random = new Random(1, 'bench');
  const { examples, lengths } = await realExamples(config) ?? syntheticExamples(random);
  const mixed = planEpoch(examples, 0, { ...config.training, buckets: bucketsOf(config) });
  return {
    config,
    special,
    models: {
      gru: gruOfBench,
      transformer: transformerOfBench,
    },
    sets: {
      everyBucket: bucketsOf(config).map((_, bucket) => fullBatch(config, bucket, random)),
      equal: Array.from({ length: batches }, () => fullBatch(config, bucketOfSixteen(config), random)),
      mixed: Array.from({ length: batches }, (_, index) => mixed[index % mixed.length] ?? fullBatch(config, 0, random)),
    },
    lengths,
  };
}

/** The bundled model's training, at the size that the race is run at. */
function stepConfig(): TranslationConfig {
  const json = JSON.parse(readFileSync(bundledConfig, 'utf8')) as { training: object };
  const config = parseConfig(
    {
      ...json,
      vocabulary: { size: vocabulary },
      model: sizes,
      training: { ...json.training, threads: 2, tokensPerBatch: 1_024, accumulate: 1 },
    },
    bundledConfig,
  );
  if (config.task !== 'translation') throw new Error('the bundled model translates');
  return config;
}

function bucketOfSixteen(config: TranslationConfig): number {
  const bucket = bucketsOf(config).findIndex(({ source, target }) => source === 16 && target === 16);
  if (bucket < 0) throw new Error('the bundled config has no bucket of 16 → 16 tokens');
  return bucket;
}

function fullBatch(config: TranslationConfig, bucket: number, random: Random): PairBatch {
  const lengths = bucketsOf(config)[bucket];
  if (lengths === undefined) throw new RangeError(`no bucket ${bucket}`);
  const { batch, source, target } = shapeOf(lengths, config.training.tokensPerBatch);
  return { bucket, pairs: Array.from({ length: batch }, () => randomPair(source, target - 1, random)) };
}

/** A source of so many tokens, its end token counted, and a target of so many without one. */
function randomPair(source: number, target: number, random: Random): EncodedPair {
  const ids = (count: number): number[] => Array.from({ length: count }, () => 7 + random.below(vocabulary - 7));
  return { source: [...ids(source - 1), 2], target: ids(target) };
}

interface Examples {
  readonly examples: readonly TrainingExample[];
  readonly lengths: string;
}

/** Every fourth pair of the bundled model's corpus, where it is there, in a vocabulary learnt from them. */
async function realExamples(config: TranslationConfig): Promise<Examples | undefined> {
  if (config.data.format !== 'tsv') return undefined;
  const { file } = config.data;
  const folders = [process.env['ATTENTION_SCOPE_DATA'], underRoot('..', 'shared', 'data')].filter(folder => folder !== undefined);
  const found = folders.map(folder => join(folder, file)).find(existsSync);
  if (found === undefined) return undefined;
  const pairs: { source: string; target: string }[] = [];
  let read = 0;
  for await (const { source, target } of readPairs({ kind: 'tsv', file: found })) {
    if (read++ % 4 === 0) pairs.push({ source: normalizeForModel(source), target: normalizeForModel(target) });
  }
  const special = [specialTokens.pad, specialTokens.start, specialTokens.end, ...specialTokens.slots];
  const learned = trainBytePair(pairs.flatMap(({ source, target }) => [source, target]), { size: vocabulary, special });
  const tokenizer = TextTokenizer.parse(learned, 'the vocabulary just learnt');
  const examples = pairs.map(({ source, target }) => ({
    plain: { source: [...tokenizer.encodeIds(source), 2], target: tokenizer.encodeIds(target) },
    slotted: undefined,
  }));
  return { examples, lengths: `${pairs.length} pairs of ${file}` };
}

/** Lengths as those of short sentences in conversation: log-normal around 7 tokens, the target a little longer. */
function syntheticExamples(random: Random): Examples {
  const examples = Array.from({ length: 20_000 }, () => {
    const source = Math.min(40, Math.max(3, Math.round(Math.exp(2 + 0.35 * random.normal())) + 1));
    const target = Math.min(47, Math.max(2, Math.round(source * Math.exp(0.12 + 0.2 * random.normal()))));
    return { plain: randomPair(source, target, random), slotted: undefined };
  });
  return { examples, lengths: 'drawn at random, since the corpus is not there' };
}
