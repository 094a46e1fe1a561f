/** The first of two passes over a corpus that is not held in memory: what is held out, what the vocabulary is learnt from. */
import { type Pair, readPairs } from '../../../text/pairs.ts';
import { byText, splitKey } from '../../../text/split.ts';
import { Random } from '../../../training/random.ts';
import type { PairSources, TranslationConfig } from '../config.ts';
import { addGiven, PairDigest, readAll } from '../pair-digest.ts';
import { KeyDraw, PairSample } from './draw.ts';
import { HeldOut } from './held-out.ts';
import { Pulse } from './pulse.ts';

/** What the vocabulary is learnt from: so many pairs, of each side so many characters. */
const sampled = { pairs: 65_536, characters: 512 } as const;

export interface Survey {
  readonly heldOut: HeldOut;
  /** Training pairs for the vocabulary. */
  readonly sample: readonly Pair[];
  /** Pairs of the corpus. */
  readonly pairs: number;
  /** SHA-256 over all pairs, and over how they are told apart. */
  readonly hash: string;
}

export type SurveyConfig = Pick<TranslationConfig, 'split'> & { readonly training: Pick<TranslationConfig['training'], 'seed'> };

/**
 * What is drawn stands in no set that was given, and what validates shares no side with what tests: sources are drawn one by
 * one, so that another translation's target may be a test pair's.
 * @throws Failure `bad-corpus`, `no-such-file`; AbortError
 */
export async function surveyCorpus(
  sources: PairSources,
  { split, training }: SurveyConfig,
  print: (line: string) => void,
  signal?: AbortSignal,
): Promise<Survey> {
  const digest = new PairDigest();
  const count = {
    test: sources.test === undefined ? (split?.test ?? 0) : 0,
    validation: sources.validation === undefined ? (split?.validation ?? 0) : 0,
  };
  const own = {
    validation: sources.validation && (await readAll(sources.validation)),
    test: sources.test && (await readAll(sources.test)),
  };
  const given = new HeldOut({ validation: own.validation ?? [], test: own.test ?? [] });
  const draw = new KeyDraw(count.test + count.validation, split?.seed ?? 1);
  const sample = new PairSample(sampled.pairs, sampled.characters, new Random(training.seed, 'vocabulary'));
  const pulse = new Pulse(count => `reading the corpus: ${count} pairs so far`, print, signal);
  for await (const pair of readPairs(sources.corpus)) {
    if (pulse.beat()) await pulse.breathe();
    digest.add(pair);
    if (!given.shares(pair)) draw.add(splitKey(pair.source), pair);
    sample.add(pair);
  }
  addGiven(digest, own);
  // Of the same pairs others are held out than where they are held in memory, so the hash is another.
  digest.mark('streamed');
  const drawn = draw.drawn();
  const test = own.test ?? drawn.slice(0, count.test).flat().toSorted(byText);
  const tested = new HeldOut({ validation: [], test });
  const validation = own.validation ?? drawn.slice(count.test).flat().filter(pair => !tested.shares(pair)).toSorted(byText);
  const heldOut = new HeldOut({ test, validation });
  return { heldOut, sample: sample.pairs.filter(pair => !heldOut.shares(pair)), pairs: pulse.count, hash: digest.end() };
}
