/** A corpus made ready without ever being held in memory: it is read twice, and its training pairs encoded into a file. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { learnBytePair, type TokenizerJson } from '../../../text/byte-pair.ts';
import { type Pair, readPairs } from '../../../text/pairs.ts';
import { TextTokenizer } from '../../../text/tokenizer.ts';
import { bucketOf } from '../../../training/batch.ts';
import { Random } from '../../../training/random.ts';
import { mapYielding } from '../../map-yielding.ts';
import type { SequenceDataset } from '../../sequence-task.ts';
import { bucketsOf, type PairSources, type TranslationConfig } from '../config.ts';
import { checkLengths, tellTooLong, tooSmall } from '../dataset.ts';
import { normalized, PairEncoder, specialList } from '../encoder.ts';
import type { PairBatch, PlanSettings } from '../epoch-plan.ts';
import { planStreamedEpoch } from './epoch-plan.ts';
import { PairCache } from './pair-cache.ts';
import type { PairCounts } from './pair-index.ts';
import { Pulse } from './pulse.ts';
import { type Survey, surveyCorpus } from './survey.ts';

/** Of a change of the cache's format, of how pairs are encoded, or of which are held out. */
const cacheVersion = 2;
/** Words that the vocabulary is learnt from. */
const mostWords = 250_000;

/** Training pairs that lie in a file. */
export interface StreamedPairs {
  readonly length: number;
  readonly batchesPerEpoch: number;
  plan(epoch: number): AsyncIterable<PairBatch>;
  /** Removes the file, when nobody trains on them any more. */
  remove(): Promise<void>;
}

export interface StreamedDataset extends SequenceDataset {
  readonly train: StreamedPairs;
  readonly split: { readonly validation: readonly Pair[]; readonly test: readonly Pair[] };
}

/** What a dataset depends on of a config. */
export type StreamedConfig = Pick<TranslationConfig, 'split' | 'vocabulary'> & {
  readonly training: Pick<TranslationConfig['training'], 'buckets' | 'seed' | 'tokensPerBatch' | 'join'>;
};

/**
 * @param folder where the encoded pairs are kept while they are trained on
 * @param print hears how far it is, how many pairs there are, and how many are left out
 * @throws Failure `bad-corpus`, `no-such-file`, `disk-full`; AbortError
 */
export async function prepareStreamedDataset(
  sources: PairSources,
  config: StreamedConfig,
  folder: string,
  print: (line: string) => void,
  signal?: AbortSignal,
): Promise<StreamedDataset> {
  print('the corpus is read from the disk, not held in memory');
  const { survey, tokenizerJson } = await firstPass(sources, config, print, signal);
  const { heldOut, hash } = survey;
  const tokenizer = TextTokenizer.parse(tokenizerJson, 'the vocabulary just learnt');
  print(`a vocabulary of ${tokenizer.size} tokens`);
  const encoder = new PairEncoder(tokenizer);
  const plan = { ...config.training, buckets: bucketsOf(config) };
  const cache = await cacheOf(join(folder, 'pairs'), survey, encoder, { sources, config, plan, print, signal });
  const { pairs, tooLong, leftOut } = cache.counts;
  if (leftOut > 0) print(`${leftOut} pairs of the corpus are held out or share a side with a pair that is`);
  print(`${pairs} pairs to train on, ${heldOut.validation.length} to validate, ${heldOut.test.length} to test`);
  tellTooLong(tooLong, pairs, 'to train on', config, print);
  const validation = await mapYielding(heldOut.validation, pair => encoder.encode(normalized(pair)), signal);
  checkLengths(validation, 'to validate', config, print);
  return {
    split: heldOut,
    tokenizerJson,
    tokenizer,
    special: encoder.special,
    validation,
    hash,
    train: {
      length: pairs,
      batchesPerEpoch: cache.batches,
      plan: epoch => planStreamedEpoch(cache, epoch, plan),
      remove: () => cache.remove(),
    },
  };
}

/** What is needed further on; the sample is not. */
type Found = Omit<Survey, 'sample'>;

async function firstPass(
  sources: PairSources,
  config: StreamedConfig,
  print: (line: string) => void,
  signal: AbortSignal | undefined,
): Promise<{ survey: Found; tokenizerJson: TokenizerJson }> {
  const { sample, ...survey } = await surveyCorpus(sources, config, print, signal);
  const { heldOut, pairs } = survey;
  if (sample.length === 0 || heldOut.validation.length === 0) throw tooSmall(pairs, { ...heldOut, train: sample });
  return { survey, tokenizerJson: await learnVocabulary(sample, config.vocabulary.size, print, signal) };
}

/** From a bounded sample, letting signals through meanwhile. */
async function learnVocabulary(
  sample: readonly Pair[],
  size: number,
  print: (line: string) => void,
  signal: AbortSignal | undefined,
): Promise<TokenizerJson> {
  const pulse = new Pulse(() => 'still learning the vocabulary', print, signal);
  const learning = learnBytePair(textsOf(sample), { size, special: specialList, mostWords });
  for (;;) {
    const step = learning.next();
    if (step.done === true) return step.value;
    if (pulse.beat()) await pulse.breathe();
  }
}

function* textsOf(pairs: readonly Pair[]): Generator<string> {
  for (const { source, target } of pairs) {
    yield source;
    yield target;
  }
}

interface CacheOptions {
  readonly sources: PairSources;
  readonly config: StreamedConfig;
  readonly plan: PlanSettings;
  readonly print: (line: string) => void;
  readonly signal: AbortSignal | undefined;
}

/** The training pairs as they were encoded by an earlier attempt, or else encoded now. */
async function cacheOf(file: string, survey: Found, encoder: PairEncoder, options: CacheOptions): Promise<PairCache> {
  const { config: { split, vocabulary, training }, print, signal, plan } = options;
  const { buckets, seed, tokensPerBatch, join: joined } = training;
  const settings = [cacheVersion, survey.hash, split, vocabulary, buckets, seed, tokensPerBatch, joined, options.sources.corpus.links?.firstIndex];
  const key = createHash('sha256').update(JSON.stringify(settings)).digest('hex');
  const known = await PairCache.find(file, key);
  if (known !== undefined) return known;
  print('encoding the training pairs …');
  return PairCache.make(file, key, add => encodeAll(add, survey, encoder, options), async cache => {
    const pulse = new Pulse(count => `counting batches: ${count} pairs so far`, print, signal);
    let batches = 0;
    for await (const { pairs } of planStreamedEpoch(cache, 0, plan)) {
      batches++;
      if (pulse.beat(pairs.length)) await pulse.breathe();
    }
    return batches;
  });
}

/** The second pass. @throws Failure `bad-corpus` where nothing is left to train on; AbortError */
async function encodeAll(
  add: (example: ReturnType<PairEncoder['example']>) => Promise<void>,
  { heldOut, pairs: all }: Found,
  encoder: PairEncoder,
  { sources, config, print, signal }: CacheOptions,
): Promise<PairCounts> {
  const random = new Random(config.training.seed, 'slots');
  const buckets = bucketsOf(config);
  const pulse = new Pulse(count => `encoding: ${count} pairs so far`, print, signal);
  const counts = { pairs: 0, tooLong: 0, leftOut: 0 };
  for await (const pair of readPairs(sources.corpus)) {
    if (pulse.beat()) await pulse.breathe();
    if (heldOut.shares(pair)) {
      counts.leftOut++;
      continue;
    }
    counts.pairs++;
    const example = encoder.example(normalized(pair), random.uniform);
    if (bucketOf(example.plain, buckets) < 0) counts.tooLong++;
    else await add(example);
  }
  if (counts.pairs === 0) throw tooSmall(all, { ...heldOut, train: [] });
  return counts;
}
