/** A corpus made ready: split, its vocabulary learnt from the training part alone, every pair as token ids. */
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { Failure } from '../../protocol/failure.ts';
import { trainBytePair, type TokenizerJson } from '../text/byte-pair.ts';
import { normalizeForModel } from '../text/normalize.ts';
import { type Pair, type PairSource, readPairs } from '../text/pairs.ts';
import { slotAugment } from '../text/slot-augment.ts';
import { encodePieces } from '../text/slots.ts';
import { type Split, splitByComponent } from '../text/split.ts';
import { TextTokenizer } from '../text/tokenizer.ts';
import { bucketOf, type EncodedPair, type SpecialIds } from './batch.ts';
import { bucketsOf, type TrainingConfig } from './config.ts';
import { Random } from './random.ts';

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
  readonly split: Split;
  readonly tokenizerJson: TokenizerJson;
  readonly tokenizer: TextTokenizer;
  readonly special: SpecialIds;
  readonly train: readonly TrainingExample[];
  readonly validation: readonly EncodedPair[];
  /** SHA-256 over all pairs: tells whether a run is resumed on the data it was started on. */
  readonly hash: string;
}

/** What fits in memory with all that is derived from it; a small archive may unpack to any size. */
const mostCharacters = 250e6;

/** Reads a corpus and holds pairs out, as the config says. @throws Failure `bad-corpus` */
export async function readSplit(source: PairSource, { split }: TrainingConfig): Promise<{ split: Split; hash: string }> {
  const pairs: Pair[] = [];
  const digest = createHash('sha256');
  let characters = 0;
  for await (const pair of readPairs(source)) {
    characters += pair.source.length + pair.target.length;
    if (characters > mostCharacters) {
      throw new Failure(
        'bad-corpus',
        `The corpus has more than ${mostCharacters / 1e6} million characters (found in its first ${pairs.length.toLocaleString('en')} pairs): it is held in memory, and at most so many are.`,
        'Train on a part of it.',
      );
    }
    digest.update(`${pair.source}\t${pair.target}\n`);
    pairs.push(pair);
  }
  const parts = splitByComponent(pairs, split);
  if (parts.train.length === 0 || parts.validation.length === 0) {
    throw new Failure(
      'bad-corpus',
      `The corpus has ${pairs.length} pairs: ${parts.train.length} are left for training and ${parts.validation.length} ` +
        `for validation when ${split.test} sources are held out for the test and ${split.validation} for validation.`,
      'Use a larger corpus, or hold fewer sources out ("split" in the config).',
    );
  }
  return { split: parts, hash: digest.digest('hex') };
}

/**
 * @param print hears how many pairs there are, and how many are left out
 * @throws Failure `bad-corpus`, `no-such-file`; AbortError
 */
export async function prepareDataset(
  source: PairSource,
  config: TrainingConfig,
  print: (line: string) => void,
  signal?: AbortSignal,
): Promise<Dataset> {
  const { split, hash } = await readSplit(source, config);
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
function checkLengths(
  pairs: readonly EncodedPair[],
  purpose: string,
  config: TrainingConfig,
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

/** Maps, letting signals and the end of the parent process through every now and then. */
async function mapYielding<From, To>(items: readonly From[], map: (item: From) => To, signal?: AbortSignal): Promise<To[]> {
  const mapped: To[] = [];
  for (const [index, item] of items.entries()) {
    if (index % 1000 === 0) await setImmediate();
    signal?.throwIfAborted();
    mapped.push(map(item));
  }
  return mapped;
}

function normalized({ source, target }: Pair): Pair {
  return { source: normalizeForModel(source), target: normalizeForModel(target) };
}

function* texts(pairs: readonly Pair[]): Generator<string> {
  for (const pair of pairs) {
    const { source, target } = normalized(pair);
    yield source;
    yield target;
  }
}
