/** What both sides of the training race train: the same architectures, settings and batches. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { underRoot } from '../../scripts/root.ts';
import type { GruTranslatorArchitecture } from '../../trainer/models/gru-translator.ts';
import type { TransformerTranslatorArchitecture } from '../../trainer/models/transformer-translator.ts';
import { trainBytePair } from '../../trainer/text/byte-pair.ts';
import { normalizeForModel } from '../../trainer/text/normalize.ts';
import { readPairs } from '../../trainer/text/pairs.ts';
import { TextTokenizer } from '../../trainer/text/tokenizer.ts';
import { type EncodedPair, shapeOf, type SpecialIds } from '../../trainer/training/batch.ts';
import { bucketsOf, parseConfig, type TrainingConfig } from '../../trainer/training/config.ts';
import { specialTokens, type TrainingExample } from '../../trainer/training/dataset.ts';
import { planEpoch, type PlannedBatch } from '../../trainer/training/epoch-plan.ts';
import { Random } from '../../trainer/training/random.ts';
import { planSettingsOf } from '../../trainer/training/trainer.ts';

export interface StepPlan {
  readonly config: TrainingConfig;
  readonly special: SpecialIds;
  readonly models: Readonly<Record<string, GruTranslatorArchitecture | TransformerTranslatorArchitecture>>;
  readonly sets: {
    /** One full batch of each bucket, every place of it filled: the most memory there can be. */
    readonly everyBucket: readonly PlannedBatch[];
    /** 64 pairs of 16 → 16 tokens. */
    readonly equal: readonly PlannedBatch[];
    /** As they come in training. */
    readonly mixed: readonly PlannedBatch[];
  };
  /** Where the lengths of the mixed batches are from. */
  readonly lengths: string;
}

const vocabulary = 8_000;
const sizes = { kind: 'gru-additive', embedding: 256, hidden: 384, attention: 384 } as const;
/** 8.2 million parameters. Its gradients are compared with PyTorch's, too. */
export const gruOfBench: GruTranslatorArchitecture = { ...sizes, vocabulary };
/** 7.6 million parameters. */
export const transformerOfBench: TransformerTranslatorArchitecture = {
  kind: 'transformer', vocabulary, width: 256, feedForward: 1_024, heads: 4, layers: 3,
};
const bundledConfig = underRoot('media', 'models', 'en-fr.attention.json');

/** @param batches how many of the equal and of the mixed ones */
export async function makeStepPlan(batches: number): Promise<StepPlan> {
  const config = stepConfig();
  const special: SpecialIds = { pad: 0, start: 1, end: 2 };
  const random = new Random(1, 'bench');
  const { examples, lengths } = await realExamples(config) ?? syntheticExamples(random);
  const mixed = planEpoch(examples, 0, planSettingsOf(config));
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
function stepConfig(): TrainingConfig {
  const json = JSON.parse(readFileSync(bundledConfig, 'utf8')) as { training: object };
  return parseConfig(
    {
      ...json,
      vocabulary: { size: vocabulary },
      model: sizes,
      training: { ...json.training, threads: 2, tokensPerBatch: 1_024, accumulate: 1 },
    },
    bundledConfig,
  );
}

function bucketOfSixteen(config: TrainingConfig): number {
  const bucket = bucketsOf(config).findIndex(({ source, target }) => source === 16 && target === 16);
  if (bucket < 0) throw new Error('the bundled config has no bucket of 16 → 16 tokens');
  return bucket;
}

function fullBatch(config: TrainingConfig, bucket: number, random: Random): PlannedBatch {
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
async function realExamples(config: TrainingConfig): Promise<Examples | undefined> {
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
