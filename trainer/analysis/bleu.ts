import { countMatches, countNgrams } from './ngrams.ts';
import { checkReferences, referenceCount } from './references.ts';
import { tokenize13a } from './tokenize-13a.ts';
import { trimTrailingWhitespace } from './whitespace.ts';

const orders = [1, 2, 3, 4] as const;

export interface BleuScore {
  /** 0 to 100. */
  readonly score: number;
  /** Of 1-grams to 4-grams, in percent, smoothed. */
  readonly precisions: readonly number[];
  readonly brevityPenalty: number;
  /** In words. */
  readonly hypothesisLength: number;
  /** In words: of each sentence's references, the one nearest in length. */
  readonly referenceLength: number;
  /** How the score was made, in sacreBLEU's notation, without its version. */
  readonly signature: string;
}

/**
 * Corpus BLEU (Papineni et al. 2002) as sacreBLEU 2 computes it by default (Post 2018): 13a tokenizer, case kept,
 * 1-grams to 4-grams, exponential smoothing (Chen and Cherry 2014, method 3), any number of references a sentence.
 * `references[i]` are those of `hypotheses[i]`. Throws `Failure` `bad-argument` where a sentence has no reference.
 */
export function corpusBleu(hypotheses: readonly string[], references: readonly (readonly string[])[]): BleuScore {
  checkReferences(hypotheses, references);
  const matches = orders.map(() => 0);
  const totals = orders.map(() => 0);
  let hypothesisLength = 0;
  let referenceLength = 0;

  hypotheses.forEach((hypothesis, index) => {
    const words = wordsOf(hypothesis);
    const referenceWords = (references[index] ?? []).map(wordsOf);
    hypothesisLength += words.length;
    referenceLength += closestLength(words.length, referenceWords);
    orders.forEach((order, slot) => {
      const found = countNgrams(words, order, ' ');
      matches[slot] = (matches[slot] ?? 0) + countMatches(found, mostFrequent(referenceWords, order));
      totals[slot] = (totals[slot] ?? 0) + Math.max(0, words.length - order + 1);
    });
  });

  const brevityPenalty = brevity(hypothesisLength, referenceLength);
  const precisions = smoothedPrecisions(matches, totals);
  const meanLog = precisions.reduce((sum, precision) => sum + Math.log(precision), 0) / orders.length;
  return {
    score: brevityPenalty * Math.exp(meanLog),
    precisions,
    brevityPenalty,
    hypothesisLength,
    referenceLength,
    signature: `nrefs:${referenceCount(references)}|case:mixed|eff:no|tok:13a|smooth:exp`,
  };
}

function wordsOf(text: string): string[] {
  return tokenize13a(trimTrailingWhitespace(text));
}

/** Of the references' lengths the nearest to the hypothesis'; of two as near, the shorter. */
function closestLength(length: number, references: readonly (readonly string[])[]): number {
  return references
    .map(words => words.length)
    .reduce((best, candidate) => {
      const nearer = Math.abs(candidate - length) - Math.abs(best - length);
      return nearer < 0 || (nearer === 0 && candidate < best) ? candidate : best;
    });
}

/** How often each n-gram occurs in the reference that has it most: the clip of "modified precision". */
function mostFrequent(references: readonly (readonly string[])[], order: number): Map<string, number> {
  const most = new Map<string, number>();
  for (const words of references) {
    for (const [ngram, count] of countNgrams(words, order, ' ')) {
      most.set(ngram, Math.max(count, most.get(ngram) ?? 0));
    }
  }
  return most;
}

function brevity(hypothesisLength: number, referenceLength: number): number {
  if (hypothesisLength >= referenceLength) return 1;
  return hypothesisLength === 0 ? 0 : Math.exp(1 - referenceLength / hypothesisLength);
}

/** The k-th order without a match gets 1 / 2ᵏ of one; but a corpus without any match at all, or too short, gets 0. */
function smoothedPrecisions(matches: readonly number[], totals: readonly number[]): number[] {
  if (matches.every(count => count === 0)) return matches.map(() => 0);
  let halvings = 1;
  return matches.map((count, slot) => {
    const total = totals[slot] ?? 0;
    if (total === 0) return 0;
    if (count > 0) return (100 * count) / total;
    halvings *= 2;
    return 100 / (halvings * total);
  });
}
