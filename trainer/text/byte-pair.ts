import { spell, symbolOfByte, wordPattern } from './byte-level.ts';
import { normalizeForModel } from './normalize.ts';
import { PairCounts, type Word } from './pair-counts.ts';

/** A byte-level byte-pair vocabulary as Hugging Face's libraries read it. */
export interface TokenizerJson {
  readonly version: '1.0';
  readonly truncation: null;
  readonly padding: null;
  readonly added_tokens: readonly AddedToken[];
  readonly normalizer: null;
  readonly pre_tokenizer: ByteLevelSettings;
  readonly post_processor: null;
  readonly decoder: ByteLevelSettings;
  readonly model: BytePairModel;
}

export interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly single_word: false;
  readonly lstrip: false;
  readonly rstrip: false;
  readonly normalized: false;
  readonly special: true;
}

export interface ByteLevelSettings {
  readonly type: 'ByteLevel';
  readonly add_prefix_space: true;
  readonly trim_offsets: true;
  readonly use_regex: true;
}

export interface BytePairModel {
  readonly type: 'BPE';
  readonly dropout: null;
  readonly unk_token: null;
  readonly continuing_subword_prefix: null;
  readonly end_of_word_suffix: null;
  readonly fuse_unk: false;
  readonly byte_fallback: false;
  readonly ignore_merges: false;
  readonly vocab: Readonly<Record<string, number>>;
  readonly merges: readonly (readonly [string, string])[];
}

export interface BytePairOptions {
  /** Tokens in the vocabulary, special tokens and the 256 bytes included. Fewer when the texts hold no more pairs. */
  readonly size: number;
  /** Special tokens: they get ids 0, 1, 2 … and no text is ever encoded as one of them. */
  readonly special: readonly string[];
  /** About how many distinct words are counted at most, where texts are too many to count them all; the rarest are forgotten. */
  readonly mostWords?: number;
}

/**
 * Learns a vocabulary by merging the most frequent pair of neighbouring tokens again and again (Sennrich et al. 2016,
 * "Neural Machine Translation of Rare Words with Subword Units", §3.2) over bytes (Radford et al. 2019, §2.2).
 *
 * Texts are normalised with `normalizeForModel` first. Ids: special tokens, then the 256 bytes, then merges in the
 * order they were learned. The same texts, in any order, give the same vocabulary: of pairs equally frequent the one
 * that comes first in the alphabet of `symbolOfByte` is merged. A pair seen only once is not merged.
 */
export function trainBytePair(texts: Iterable<string>, options: BytePairOptions): TokenizerJson {
  const learning = learnBytePair(texts, options);
  for (;;) {
    const step = learning.next();
    if (step.done === true) return step.value;
  }
}

/** As `trainBytePair`, in small steps, between which others have their turn. */
export function* learnBytePair(texts: Iterable<string>, options: BytePairOptions): Generator<void, TokenizerJson> {
  const tokens = [...options.special, ...symbolOfByte];
  const merges: [string, string][] = [];
  const special = new Set(options.special);
  const known = new Set(tokens);
  const pairs = new PairCounts(yield* countWords(texts, options.mostWords));
  while (tokens.length < options.size) {
    const pair = pairs.takeMostFrequent();
    if (pair === undefined) break;
    const [left, right] = pair;
    if (special.has(left + right)) continue;
    pairs.merge(left, right);
    merges.push([left, right]);
    // Two merges may spell the same token ("a"+"bc", "ab"+"c"); the vocabulary holds it once.
    if (!known.has(left + right)) tokens.push(left + right);
    known.add(left + right);
    yield;
  }
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: options.special.map((content, id) => ({
      id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true,
    })),
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE', dropout: null, unk_token: null, continuing_subword_prefix: null, end_of_word_suffix: null,
      fuse_unk: false, byte_fallback: false, ignore_merges: false,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges,
    },
  };
}

/** How often each word occurs, as the pre-tokenizer cuts words: with the space before it, in the byte alphabet. */
function* countWords(texts: Iterable<string>, most = Infinity): Generator<void, Word[]> {
  const counts = new Map<string, number>();
  for (const text of texts) {
    yield;
    const normal = normalizeForModel(text);
    if (normal === '') continue;
    for (const word of ` ${normal}`.match(wordPattern) ?? []) counts.set(word, (counts.get(word) ?? 0) + 1);
    if (counts.size > most) forgetRarest(counts, most / 2);
  }
  return Array.from(counts, ([word, count]) => ({ symbols: [...spell(word)], count }));
}

/** Forgets those that occurred once, then twice …, until few are left (lossy counting, Manku & Motwani 2002, section 4.2). */
function forgetRarest(counts: Map<string, number>, few: number): void {
  for (let rarest = 1; counts.size > few; rarest++) {
    for (const [word, count] of counts) if (count <= rarest) counts.delete(word);
  }
}
