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
  const statistics = bleuStatistics(hypotheses, references);
  const sums = statistics.reduce((totals, row) => totals.map((total, slot) => total + (row[slot] ?? 0)));
  return {
    ...bleuOf(sums),
    signature: `nrefs:${referenceCount(references)}|case:mixed|eff:no|tok:13a|smooth:exp`,
  };
}

/**
 * All that BLEU needs to know of each sentence, `[sentence][10]`: its length in words, that of its nearest reference, then
 * of each order the n-grams found in a reference, then of each order the n-grams. Summed over any choice of sentences and
 * given to `bleuOf` they give its score, as often as one likes. Throws as `corpusBleu` does.
 */
export function bleuStatistics(hypotheses: readonly string[], references: readonly (readonly string[])[]): number[][] {
  checkReferences(hypotheses, references);
  return hypotheses.map((hypothesis, index) => {
    const words = wordsOf(hypothesis);
    const referenceWords = (references[index] ?? []).map(wordsOf);
    return [
      words.length,
      closestLength(words.length, referenceWords),
      ...orders.map(order => countMatches(countNgrams(words, order, ' '), mostFrequent(referenceWords, order))),
      ...orders.map(order => Math.max(0, words.length - order + 1)),
    ];
  });
}

/** BLEU of summed `bleuStatistics`, `[10]`. */
export function bleuOf(sums: ArrayLike<number>): Omit<BleuScore, 'signature'> {
  const [hypothesisLength = 0, referenceLength = 0, ...counts] = Array.from(sums);
  const brevityPenalty = brevity(hypothesisLength, referenceLength);
  const precisions = smoothedPrecisions(counts.slice(0, orders.length), counts.slice(orders.length));
  const meanLog = precisions.reduce((sum, precision) => sum + Math.log(precision), 0) / orders.length;
  return { score: brevityPenalty * Math.exp(meanLog), precisions, brevityPenalty, hypothesisLength, referenceLength };
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
