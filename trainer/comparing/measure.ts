/** One model on the test set: its scores in a form that resamples can be drawn from, and its costs. */
import { bleuStatistics, corpusBleu } from '../analysis/bleu.ts';
import type { SentenceStatistics } from '../analysis/bootstrap.ts';
import { corpusChrf } from '../analysis/chrf.ts';
import type { MapStatistics } from '../analysis/map-statistics.ts';
import type { TestCase } from '../analysis/test-scores.ts';
import { readManifest } from '../checkpoints/open.ts';
import { Translator } from '../decoding/translator.ts';
import { defaultThreads } from '../engine/threads.ts';
import { elementCount } from '../graph/value.ts';
import { parametersOf } from '../models/model.ts';
import { translateAll } from '../tasks/translation/score.ts';
import { measureMaps } from './map-measures.ts';

export interface Measures {
  readonly parameters: number;
  /** `[sentence][10]`, in the order of the test set. */
  readonly statistics: SentenceStatistics;
  readonly chrf: number;
  readonly signatures: { readonly bleu: string; readonly chrf: string };
  readonly maps: MapStatistics | undefined;
}

export interface MeasureOptions {
  readonly beam: number;
  readonly print: (line: string) => void;
  readonly signal: AbortSignal;
}

/** @throws Failure `unknown-model`, `broken-model`; AbortError */
export async function measureModel(folder: string, cases: readonly TestCase[], { beam, print, signal }: MeasureOptions): Promise<Measures> {
  const { manifest } = await readManifest(folder);
  const translator = await Translator.open(folder, { threads: defaultThreads });
  const translations = await translateAll(translator, cases, beam, print, signal).finally(() => translator.release());
  const references = cases.map(test => test.references);
  const chrf = corpusChrf(translations, references);
  return {
    parameters: parametersOf(manifest.architecture).reduce((sum, { shape }) => sum + elementCount(shape), 0),
    statistics: bleuStatistics(translations, references),
    chrf: chrf.score,
    signatures: { bleu: corpusBleu(translations, references).signature, chrf: chrf.signature },
    maps: await measureMaps(folder, cases.map(({ source }) => source), signal),
  };
}

/** Sentences that are timed, and how often. */
const timed = { sentences: 200, rounds: 3 } as const;

/**
 * Words of its translations that a model writes in a second, alone and on one thread: the median of three rounds over the
 * first sentences of the test set, after one that warms it up.
 * @throws Failure `unknown-model`, `broken-model`; AbortError
 */
export async function measureSpeed(folder: string, cases: readonly TestCase[], { beam, signal }: Omit<MeasureOptions, 'print'>): Promise<number> {
  const sample = cases.slice(0, timed.sentences);
  const translator = await Translator.open(folder, { threads: defaultThreads });
  const round = (): Promise<string[]> => translateAll(translator, sample, beam, () => undefined, signal);
  try {
    await round();
    const speeds: number[] = [];
    for (let count = 0; count < timed.rounds; count++) {
      const began = performance.now();
      const translations = await round();
      const seconds = (performance.now() - began) / 1000;
      speeds.push(translations.reduce((sum, text) => sum + countWords(text), 0) / seconds);
    }
    return speeds.toSorted((one, other) => one - other)[Math.floor(speeds.length / 2)] ?? 0;
  } finally {
    await translator.release();
  }
}

/** By white space. */
export function countWords(text: string): number {
  return text.split(/\s+/u).filter(word => word !== '').length;
}
