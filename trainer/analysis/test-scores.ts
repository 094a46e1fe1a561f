/** Scores a model on a held-out test set, as a whole and by length. */
import type { Pair } from '../text/pairs.ts';
import { normalizeForModel } from '../text/normalize.ts';
import { corpusBleu } from './bleu.ts';
import { corpusChrf } from './chrf.ts';

/** A source and all of its references. */
export interface TestCase {
  readonly source: string;
  readonly references: readonly string[];
}

/** Groups pairs by source, references in the order of the pairs. */
export function testCases(pairs: readonly Pair[]): TestCase[] {
  const references = new Map<string, string[]>();
  for (const { source, target } of pairs) {
    const key = normalizeForModel(source);
    references.set(key, [...(references.get(key) ?? []), target]);
  }
  return Array.from(references, ([source, targets]) => ({ source, references: targets }));
}

export interface Scores {
  readonly sentences: number;
  readonly bleu: number;
  /** Against the first reference alone. */
  readonly bleuSingle: number;
  readonly chrf: number;
  readonly signatures: { readonly bleu: string; readonly chrf: string };
}

export function scoreOf(cases: readonly TestCase[], translations: readonly string[]): Scores {
  const references = cases.map(test => test.references);
  const bleu = corpusBleu(translations, references);
  const chrf = corpusChrf(translations, references);
  return {
    sentences: cases.length,
    bleu: bleu.score,
    bleuSingle: corpusBleu(translations, references.map(all => all.slice(0, 1))).score,
    chrf: chrf.score,
    signatures: { bleu: bleu.signature, chrf: chrf.signature },
  };
}

/** Words of the source, from and to, that scores are reported by. */
export const lengthClasses = [[1, 5], [6, 10], [11, 15], [16, Infinity]] as const;

export interface LengthScores extends Scores {
  /** "6–10", in words of the source. */
  readonly words: string;
}

export function scoresByLength(cases: readonly TestCase[], translations: readonly string[]): LengthScores[] {
  return lengthClasses.flatMap(([from, to]) => {
    const chosen = cases.flatMap((test, index) => {
      const words = test.source.split(/\s+/u).length;
      return words >= from && words <= to ? [index] : [];
    });
    if (chosen.length === 0) return [];
    const scores = scoreOf(
      chosen.flatMap(index => cases[index] ?? []),
      chosen.map(index => translations[index] ?? ''),
    );
    return [{ words: to === Infinity ? `${from} or more` : `${from}–${to}`, ...scores }];
  });
}

/** Two to four consecutive cases as one text, which a model must translate as one sentence. */
export function joinCases(cases: readonly TestCase[]): TestCase[] {
  const joined: TestCase[] = [];
  for (let next = 0, size = 2; next + size <= cases.length; next += size, size = size === 4 ? 2 : size + 1) {
    const parts = cases.slice(next, next + size);
    joined.push({
      source: parts.map(({ source }) => source).join(' '),
      references: [parts.map(({ references }) => references[0] ?? '').join(' ')],
    });
  }
  return joined;
}
