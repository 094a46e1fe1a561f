/** The first of two passes over a corpus that is not held in memory: what is held out, what the vocabulary is learnt from. */
import { createHash } from 'node:crypto';
import { MemoryBound } from '../../../corpora/memory-bound.ts';
import { type Pair, type PairSource, readPairs } from '../../../text/pairs.ts';
import { byText, splitKey } from '../../../text/split.ts';
import { Random } from '../../../training/random.ts';
import type { PairSources, TranslationConfig } from '../config.ts';
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

/** @throws Failure `bad-corpus`, `no-such-file`; AbortError */
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
  const draw = new KeyDraw(count.test + count.validation, split?.seed ?? 1);
  const sample = new PairSample(sampled.pairs, sampled.characters, new Random(training.seed, 'vocabulary'));
  const pulse = new Pulse(count => `reading the corpus: ${count} pairs so far`, print, signal);
  for await (const pair of readPairs(sources.corpus)) {
    if (pulse.beat()) await pulse.breathe();
    digest.add(pair);
    draw.add(splitKey(pair.source), pair);
    sample.add(pair);
  }
  const drawn = draw.drawn();
  const validation = sources.validation && (await readAll(sources.validation, digest));
  const test = sources.test && (await readAll(sources.test, digest));
  const heldOut = new HeldOut({
    test: test ?? drawn.slice(0, count.test).flat().toSorted(byText),
    validation: validation ?? drawn.slice(count.test).flat().toSorted(byText),
  });
  return { heldOut, sample: sample.pairs.filter(pair => !heldOut.shares(pair)), pairs: pulse.count, hash: digest.end() };
}

async function readAll(source: PairSource, digest: PairDigest): Promise<Pair[]> {
  const pairs: Pair[] = [];
  const bound = new MemoryBound('pairs');
  for await (const pair of readPairs(source)) {
    bound.add(pair.source.length + pair.target.length);
    digest.add(pair);
    pairs.push(pair);
  }
  return pairs;
}

/** A hash over pairs, in chunks: of many small ones each costs more than its share. */
class PairDigest {
  readonly #hash = createHash('sha256');
  #pending = '';

  add({ source, target, links }: Pair): void {
    this.#pending += `${source}\t${target}\n`;
    if (links !== undefined) this.#pending += `${links.map(link => `${link.source}-${link.target}`).join(' ')}\n`;
    if (this.#pending.length >= 65_536) this.#flush();
  }

  /** Of the same pairs others are held out than where they are held in memory, so the hash is another. */
  end(): string {
    this.#flush();
    return this.#hash.update('streamed\n').digest('hex');
  }

  #flush(): void {
    this.#hash.update(this.#pending);
    this.#pending = '';
  }
}
