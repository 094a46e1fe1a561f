/** A corpus made ready: split, its vocabulary learnt from the training part alone, every pair as token ids. */
import { Failure } from '../../../protocol/failure.ts';
import { trainBytePair, type TokenizerJson } from '../../text/byte-pair.ts';
import { splitForFold } from '../../text/folds.ts';
import type { Pair } from '../../text/pairs.ts';
import { type Split, splitKey } from '../../text/split.ts';
import { TextTokenizer } from '../../text/tokenizer.ts';
import { bucketOf, type EncodedPair, type SpecialIds } from '../../training/batch.ts';
import type { Fold } from '../../training/fold.ts';
import { Random } from '../../training/random.ts';
import { mapYielding } from '../map-yielding.ts';
import { bucketsOf, type PairSources, type TranslationConfig } from './config.ts';
import { normalized, PairEncoder, specialList } from './encoder.ts';
import { addGiven, PairDigest, readAll } from './pair-digest.ts';

/** A training pair, and the same with names and numbers as slots where it has some. */
export interface TrainingExample {
  readonly plain: EncodedPair;
  readonly slotted: EncodedPair | undefined;
}

export interface Dataset {
  readonly split: PairParts;
  readonly tokenizerJson: TokenizerJson;
  readonly tokenizer: TextTokenizer;
  readonly special: SpecialIds;
  readonly train: readonly TrainingExample[];
  readonly validation: readonly EncodedPair[];
  /** SHA-256 over all pairs: tells whether a run is resumed on the data it was started on. */
  readonly hash: string;
}

/** What a dataset depends on of a config. */
export type DatasetConfig = Pick<TranslationConfig, 'split' | 'vocabulary'> & {
  readonly training: Pick<TranslationConfig['training'], 'buckets' | 'seed'>;
};

/** Pairs to train on, to validate and to test. */
export type PairParts = Pick<Split, 'train' | 'validation' | 'test'>;

/**
 * Reads a corpus and the sets to validate and to test, or holds out those that have no file of their own, from what stands
 * in none that has.
 * @param print hears what is left out of the training since it stands in a held-out set too
 * @param fold what validates instead of what the config says
 * @throws Failure `bad-corpus`
 */
export async function readParts(
  sources: PairSources,
  { split }: Pick<TranslationConfig, 'split'>,
  print: (line: string) => void = () => undefined,
  fold?: Fold,
): Promise<{ split: PairParts; hash: string }> {
  const digest = new PairDigest();
  const corpus = await readAll(sources.corpus);
  const given = {
    validation: sources.validation && (await readAll(sources.validation)),
    test: sources.test && (await readAll(sources.test)),
  };
  for (const pair of corpus) digest.add(pair);
  addGiven(digest, given);
  const held = { validation: given.validation ? 0 : (split?.validation ?? 0), test: given.test ? 0 : (split?.test ?? 0) };
  const free = given.validation || given.test ? without(corpus, [...(given.validation ?? []), ...(given.test ?? [])]) : corpus;
  if (free.length < corpus.length) {
    print(`${corpus.length - free.length} pairs share a side with a held-out pair and are left out of the training`);
  }
  const drawn = splitForFold(free, { ...held, seed: split?.seed ?? 1 }, fold);
  const parts = { validation: given.validation ?? drawn.validation, test: given.test ?? drawn.test };
  const { train } = drawn;
  if (train.length === 0 || parts.validation.length === 0) throw tooSmall(corpus.length, { ...parts, train });
  return { split: { ...parts, train }, hash: digest.end() };
}

/** @param pairs of the corpus */
export function tooSmall(pairs: number, { train, validation, test }: PairParts): Failure {
  return new Failure(
    'bad-corpus',
    `The corpus has ${pairs} pairs: ${train.length} are left for training and ${validation.length} ` +
      `for validation when ${test.length} pairs are held out for the test and ${validation.length} for validation.`,
    'Use a larger corpus, or hold fewer sources out ("split" in the config).',
  );
}

/** Pairs of which neither side, letters and digits alone, stands in a held-out pair. */
function without(pairs: readonly Pair[], held: readonly Pair[]): Pair[] {
  const sources = new Set(held.map(pair => splitKey(pair.source)));
  const targets = new Set(held.map(pair => splitKey(pair.target)));
  return pairs.filter(pair => !sources.has(splitKey(pair.source)) && !targets.has(splitKey(pair.target)));
}

/**
 * @param print hears how many pairs there are, and how many are left out
 * @throws Failure `bad-corpus`, `no-such-file`; AbortError
 */
export async function prepareDataset(
  sources: PairSources,
  config: DatasetConfig,
  print: (line: string) => void,
  signal?: AbortSignal,
  fold?: Fold,
): Promise<Dataset> {
  const { split, hash } = await readParts(sources, config, print, fold);
  print(`${split.train.length} pairs to train on, ${split.validation.length} to validate, ${split.test.length} to test`);
  signal?.throwIfAborted();
  const tokenizerJson = trainBytePair(texts(split.train), { size: config.vocabulary.size, special: specialList });
  const tokenizer = TextTokenizer.parse(tokenizerJson, 'the vocabulary just learnt');
  print(`a vocabulary of ${tokenizer.size} tokens`);
  const random = new Random(config.training.seed, 'slots');
  const encoder = new PairEncoder(tokenizer);
  const train = await mapYielding(split.train, pair => encoder.example(normalized(pair), random.uniform), signal);
  const validation = await mapYielding(split.validation, pair => encoder.encode(normalized(pair)), signal);
  checkLengths(train.map(({ plain }) => plain), 'to train on', config, print);
  checkLengths(validation, 'to validate', config, print);
  return { split, tokenizerJson, tokenizer, special: encoder.special, train, validation, hash };
}

/** Says how many pairs no bucket has room for. @throws Failure `bad-corpus` where that is all of them */
export function checkLengths(
  pairs: readonly EncodedPair[],
  purpose: string,
  config: { readonly training: Pick<DatasetConfig['training'], 'buckets'> },
  print: (line: string) => void,
): void {
  const buckets = bucketsOf(config);
  tellTooLong(pairs.filter(pair => bucketOf(pair, buckets) < 0).length, pairs.length, purpose, config, print);
}

/** Says of how many pairs of all no bucket has room for them. @throws Failure `bad-corpus` where that is all of them */
export function tellTooLong(
  tooLong: number,
  all: number,
  purpose: string,
  config: { readonly training: Pick<DatasetConfig['training'], 'buckets'> },
  print: (line: string) => void,
): void {
  const longest = bucketsOf(config).at(-1);
  const largest = `the largest bucket (${longest?.source} source tokens, ${longest?.target} target tokens, end tokens counted)`;
  if (tooLong === all) {
    throw new Failure(
      'bad-corpus',
      `All ${tooLong} pairs ${purpose} are longer than ${largest}.`,
      'Add larger buckets ("training.buckets" in the config), or use a corpus of shorter sentences.',
    );
  }
  if (tooLong === 0) return;
  const share = ((100 * tooLong) / all).toFixed(1);
  const are = tooLong === 1 ? 'pair is' : 'pairs are';
  print(`${tooLong} ${are} longer than ${largest} and left out: ${share} % of those ${purpose}`);
}

function* texts(pairs: readonly Pair[]): Generator<string> {
  for (const pair of pairs) {
    const { source, target } = normalized(pair);
    yield source;
    yield target;
  }
}
