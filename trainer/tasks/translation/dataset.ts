/** A corpus made ready: split, its vocabulary learnt from the training part alone, every pair as token ids. */
import { createHash, type Hash } from 'node:crypto';
import { Failure } from '../../../protocol/failure.ts';
import { MemoryBound } from '../../corpora/memory-bound.ts';
import { trainBytePair, type TokenizerJson } from '../../text/byte-pair.ts';
import { normalizeForModel } from '../../text/normalize.ts';
import { type Pair, type PairSource, readPairs } from '../../text/pairs.ts';
import { slotAugment } from '../../text/slot-augment.ts';
import { encodePieces } from '../../text/slots.ts';
import { type Split, splitByComponent, splitKey } from '../../text/split.ts';
import { TextTokenizer } from '../../text/tokenizer.ts';
import { bucketOf, type EncodedPair, type SpecialIds } from '../../training/batch.ts';
import { Random } from '../../training/random.ts';
import { mapYielding } from '../map-yielding.ts';
import { tokenLinks } from './token-links.ts';
import { bucketsOf, type PairSources, type TranslationConfig } from './config.ts';

export const specialTokens = {
  pad: '<pad>',
  start: '<s>',
  end: '</s>',
  slots: ['<slot1>', '<slot2>', '<slot3>', '<slot4>'],
} as const;

const specialList = [specialTokens.pad, specialTokens.start, specialTokens.end, ...specialTokens.slots];

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
 * Reads a corpus and the sets to validate and to test, or holds out those that have no file of their own.
 * @param print hears what is left out of the training since it stands in a held-out set too
 * @throws Failure `bad-corpus`
 */
export async function readParts(
  sources: PairSources,
  { split }: Pick<TranslationConfig, 'split'>,
  print: (line: string) => void = () => undefined,
): Promise<{ split: PairParts; hash: string }> {
  const digest = createHash('sha256');
  const corpus = await readAll(sources.corpus, digest);
  const given = {
    validation: sources.validation && (await readAll(sources.validation, digest)),
    test: sources.test && (await readAll(sources.test, digest)),
  };
  const held = { validation: given.validation ? 0 : (split?.validation ?? 0), test: given.test ? 0 : (split?.test ?? 0) };
  const drawn = splitByComponent(corpus, { ...held, seed: split?.seed ?? 1 });
  const parts = { validation: given.validation ?? drawn.validation, test: given.test ?? drawn.test };
  const train = given.validation || given.test ? without(drawn.train, [...parts.validation, ...parts.test]) : drawn.train;
  if (train.length < drawn.train.length) {
    print(`${drawn.train.length - train.length} pairs share a side with a held-out pair and are left out of the training`);
  }
  if (train.length === 0 || parts.validation.length === 0) {
    throw new Failure(
      'bad-corpus',
      `The corpus has ${corpus.length} pairs: ${train.length} are left for training and ${parts.validation.length} ` +
        `for validation when ${parts.test.length} pairs are held out for the test and ${parts.validation.length} for validation.`,
      'Use a larger corpus, or hold fewer sources out ("split" in the config).',
    );
  }
  return { split: { ...parts, train }, hash: digest.digest('hex') };
}

async function readAll(source: PairSource, digest: Hash): Promise<Pair[]> {
  const pairs: Pair[] = [];
  const bound = new MemoryBound('pairs');
  for await (const pair of readPairs(source)) {
    bound.add(pair.source.length + pair.target.length);
    digest.update(`${pair.source}\t${pair.target}\n`);
    pairs.push(pair);
  }
  return pairs;
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
): Promise<Dataset> {
  const { split, hash } = await readParts(sources, config, print);
  print(`${split.train.length} pairs to train on, ${split.validation.length} to validate, ${split.test.length} to test`);
  signal?.throwIfAborted();
  const tokenizerJson = trainBytePair(texts(split.train), { size: config.vocabulary.size, special: specialList });
  const tokenizer = TextTokenizer.parse(tokenizerJson, 'the vocabulary just learnt');
  const special = {
    pad: tokenizer.idOf(specialTokens.pad),
    start: tokenizer.idOf(specialTokens.start),
    end: tokenizer.idOf(specialTokens.end),
  };
  print(`a vocabulary of ${tokenizer.size} tokens`);
  const slotIds = specialTokens.slots.map(slot => tokenizer.idOf(slot));
  const random = new Random(config.training.seed, 'slots');
  const encode = (pair: Pair): EncodedPair => ({
    source: [...tokenizer.encodeIds(pair.source), special.end],
    target: tokenizer.encodeIds(pair.target),
    ...(pair.links !== undefined && { links: tokenLinks(pair, pair.links, tokenizer) }),
  });
  const example = (pair: Pair): TrainingExample => {
    const pieces = slotAugment(pair, random.uniform);
    const slotted = pieces && {
      source: [...encodePieces(pieces.source, tokenizer, slotIds), special.end],
      target: encodePieces(pieces.target, tokenizer, slotIds),
    };
    return { plain: encode(pair), slotted };
  };
  const train = await mapYielding(split.train, pair => example(normalized(pair)), signal);
  const validation = await mapYielding(split.validation, pair => encode(normalized(pair)), signal);
  checkLengths(train.map(({ plain }) => plain), 'to train on', config, print);
  checkLengths(validation, 'to validate', config, print);
  return { split, tokenizerJson, tokenizer, special, train, validation, hash };
}

/** Says how many pairs no bucket has room for. @throws Failure `bad-corpus` where that is all of them */
export function checkLengths(
  pairs: readonly EncodedPair[],
  purpose: string,
  config: { readonly training: Pick<DatasetConfig['training'], 'buckets'> },
  print: (line: string) => void,
): void {
  const buckets = bucketsOf(config);
  const tooLong = pairs.filter(pair => bucketOf(pair, buckets) < 0).length;
  const longest = buckets.at(-1);
  const largest = `the largest bucket (${longest?.source} source tokens, ${longest?.target} target tokens, end tokens counted)`;
  if (tooLong === pairs.length) {
    throw new Failure(
      'bad-corpus',
      `All ${tooLong} pairs ${purpose} are longer than ${largest}.`,
      'Add larger buckets ("training.buckets" in the config), or use a corpus of shorter sentences.',
    );
  }
  if (tooLong === 0) return;
  const share = ((100 * tooLong) / pairs.length).toFixed(1);
  const are = tooLong === 1 ? 'pair is' : 'pairs are';
  print(`${tooLong} ${are} longer than ${largest} and left out: ${share} % of those ${purpose}`);
}

function normalized({ source, target, ...rest }: Pair): Pair {
  return { ...rest, source: normalizeForModel(source), target: normalizeForModel(target) };
}

function* texts(pairs: readonly Pair[]): Generator<string> {
  for (const pair of pairs) {
    const { source, target } = normalized(pair);
    yield source;
    yield target;
  }
}
