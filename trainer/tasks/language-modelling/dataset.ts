/** A corpus made ready: split, its vocabulary learnt from the training part alone, every text as token ids. */
import { createHash, type Hash } from 'node:crypto';
import { Failure } from '../../../protocol/failure.ts';
import { MemoryBound } from '../../corpora/memory-bound.ts';
import { type PlainTextSource, readPlainText } from '../../corpora/plain-text.ts';
import { trainBytePair, type TokenizerJson } from '../../text/byte-pair.ts';
import { splitForFold } from '../../text/folds.ts';
import { normalizeForModel } from '../../text/normalize.ts';
import { splitKey } from '../../text/split.ts';
import { TextTokenizer } from '../../text/tokenizer.ts';
import type { SpecialIds } from '../../training/batch.ts';
import type { Fold } from '../../training/fold.ts';
import { mapYielding } from '../map-yielding.ts';
import type { LanguageModellingConfig, TextSources } from './config.ts';
import { type Sequence, sequencesOf } from './sequence.ts';

export const specialTokens = { pad: '<pad>', start: '<s>', end: '</s>' } as const;

/** Normalised texts to train on, to validate and to test. */
export interface TextParts {
  readonly train: readonly string[];
  readonly validation: readonly string[];
  readonly test: readonly string[];
}

export interface LanguageDataset {
  readonly split: TextParts;
  readonly tokenizerJson: TokenizerJson;
  readonly tokenizer: TextTokenizer;
  readonly special: SpecialIds;
  readonly train: readonly Sequence[];
  readonly validation: readonly Sequence[];
  /** SHA-256 over all texts: tells whether a run is resumed on the data it was started on. */
  readonly hash: string;
}

/** What a dataset depends on of a config. */
export interface LanguageDatasetConfig extends Pick<LanguageModellingConfig, 'split' | 'vocabulary'> {
  readonly data: Pick<LanguageModellingConfig['data'], 'unique'>;
  readonly training: Pick<LanguageModellingConfig['training'], 'buckets'>;
}

/**
 * Reads a corpus and the sets to validate and to test, or holds out those that have no file of their own. No text that is
 * held out stands in the training, letters and digits compared (`splitKey`), and none of a given set is drawn.
 * @param print hears what is left out
 * @throws Failure `bad-corpus`
 */
export async function readParts(
  sources: TextSources,
  { split, data: { unique } }: Pick<LanguageDatasetConfig, 'split' | 'data'>,
  print: (line: string) => void = () => undefined,
  fold?: Fold,
): Promise<{ split: TextParts; hash: string }> {
  const digest = createHash('sha256');
  const once = (texts: string[]): string[] => (unique ? withoutRepeats(texts) : texts);
  const all = await readAll(sources.train, digest);
  const corpus = once(all);
  if (corpus.length < all.length) print(`${all.length - corpus.length} texts stand in the corpus before, and are read once`);
  // A text that moves from one set to another changes the hash: each begins with its role, on a line that no text is.
  const own = async (role: 'validation' | 'test'): Promise<string[] | undefined> => {
    const source = sources[role];
    if (source === undefined) return undefined;
    digest.update(`\f${role}\n`);
    return once(await readAll(source, digest));
  };
  const given = { validation: await own('validation'), test: await own('test') };
  const taken = new Set([...(given.validation ?? []), ...(given.test ?? [])].map(splitKey));
  const free = taken.size === 0 ? corpus : corpus.filter(text => !taken.has(splitKey(text)));
  const held = { validation: given.validation ? 0 : (split?.validation ?? 0), test: given.test ? 0 : (split?.test ?? 0) };
  const drawn = splitForFold(free.map(text => ({ source: text, target: text })), { ...held, seed: split?.seed ?? 1 }, fold);
  const textsOf = (pairs: readonly { readonly source: string }[]): string[] => pairs.map(({ source }) => source);
  const parts = { validation: given.validation ?? textsOf(drawn.validation), test: given.test ?? textsOf(drawn.test) };
  const heldOut = new Set([...parts.validation, ...parts.test].map(splitKey));
  const train = textsOf(drawn.train).filter(text => !heldOut.has(splitKey(text)));
  const left = corpus.length - free.length + drawn.train.length - train.length;
  if (left > 0) print(`${left} texts stand in a held-out set too and are left out of the training`);
  if (train.length === 0 || parts.validation.length === 0) {
    throw new Failure(
      'bad-corpus',
      `The corpus has ${corpus.length} texts: ${train.length} are left for training and ${parts.validation.length} ` +
        `for validation when ${parts.test.length} are held out for the test.`,
      'Use a larger corpus, or hold fewer texts out ("split" in the config).',
    );
  }
  return { split: { ...parts, train }, hash: digest.digest('hex') };
}

async function readAll(source: PlainTextSource, digest: Hash): Promise<string[]> {
  const texts: string[] = [];
  const bound = new MemoryBound('texts');
  for await (const text of readPlainText(source)) {
    const normal = normalizeForModel(text);
    bound.add(normal.length);
    digest.update(`${normal}\n`);
    if (normal !== '') texts.push(normal);
  }
  return texts;
}

function withoutRepeats(texts: readonly string[]): string[] {
  const seen = new Set<string>();
  return texts.filter(text => {
    const { size } = seen;
    return seen.add(splitKey(text)).size > size;
  });
}

/**
 * @param print hears how many texts there are, and how many are cut
 * @throws Failure `bad-corpus`, `no-such-file`; AbortError
 */
export async function prepareDataset(
  sources: TextSources,
  config: LanguageDatasetConfig,
  print: (line: string) => void,
  signal?: AbortSignal,
  fold?: Fold,
): Promise<LanguageDataset> {
  const { split, hash } = await readParts(sources, config, print, fold);
  print(`${split.train.length} texts to train on, ${split.validation.length} to validate, ${split.test.length} to test`);
  signal?.throwIfAborted();
  const tokenizerJson = trainBytePair(split.train, { size: config.vocabulary.size, special: Object.values(specialTokens) });
  const tokenizer = TextTokenizer.parse(tokenizerJson, 'the vocabulary just learnt');
  const special = {
    pad: tokenizer.idOf(specialTokens.pad),
    start: tokenizer.idOf(specialTokens.start),
    end: tokenizer.idOf(specialTokens.end),
  };
  print(`a vocabulary of ${tokenizer.size} tokens`);
  const longest = config.training.buckets.at(-1) ?? 1;
  const encode = (text: string): Sequence[] => sequencesOf(tokenizer.encodeIds(text), special, longest);
  const train = await mapYielding(split.train, encode, signal);
  const validation = await mapYielding(split.validation, encode, signal);
  const cut = [...train, ...validation].filter(parts => parts.length > 1).length;
  if (cut > 0) {
    const share = ((100 * cut) / (train.length + validation.length)).toFixed(1);
    print(`${cut} ${cut === 1 ? 'text is' : 'texts are'} longer than the largest bucket (${longest} tokens) and cut: ${share} % of them`);
  }
  return { split, tokenizerJson, tokenizer, special, train: train.flat(), validation: validation.flat(), hash };
}
