/** The word-level reading of a classification: what a word got and says is the sum over its tokens. */
import type { TextClassification } from './classification.ts';
import { wordOfTokens } from './words.ts';

export interface ClassifiedWords {
  /** The pooling's attention to each word. */
  readonly attention: readonly number[];
  /** What each word says for the most probable label and for the runner-up. */
  readonly evidence: readonly { readonly label: string; readonly weights: readonly number[] }[];
  /**
   * `[query word][key word]` of one of the classification's maps; a pooling has one query. Worked out anew each time: there
   * may be many, and few are looked at.
   */
  map(index: number): readonly Float32Array[];
}

const readings = new WeakMap<TextClassification, ClassifiedWords>();

/** Worked out once a classification. */
export function classifiedWords(classification: TextClassification): ClassifiedWords {
  const known = readings.get(classification);
  if (known !== undefined) return known;
  const { source, attention, evidence, maps, weights } = classification;
  const wordOf = wordOfTokens(source.tokens, source.words);
  const summed = (values: readonly number[]): Float32Array => sumByWord(values, wordOf, source.words.length);
  const reading: ClassifiedWords = {
    attention: Array.from(summed(attention)),
    evidence: evidence.map(({ label, weights: positions }) => ({ label, weights: Array.from(summed(positions)) })),
    map: index => {
      const queries = maps[index]?.queries ?? 0;
      const rows = rowsOf(weights[index] ?? [], queries).map(summed);
      return queries === 1 ? rows : meanByWord(rows, wordOf, source.words.length);
    },
  };
  readings.set(classification, reading);
  return reading;
}

/** A map's rows, `[query][key]`. */
export function rowsOf(weights: readonly number[], queries: number): number[][] {
  const keys = weights.length / Math.max(1, queries);
  return Array.from({ length: queries }, (_, query) => weights.slice(query * keys, (query + 1) * keys));
}

/** Softmax spends one unit over all tokens: a word's share is the sum over its own. */
function sumByWord(values: readonly number[], wordOf: readonly number[], words: number): Float32Array {
  const sums = new Float32Array(words);
  values.forEach((value, token) => {
    const word = wordOf[token] ?? -1;
    if (word >= 0) sums[word] = (sums[word] ?? 0) + value;
  });
  return sums;
}

/** Each token looks by itself: a word's row is the mean of its tokens' rows. */
function meanByWord(rows: readonly Float32Array[], wordOf: readonly number[], words: number): Float32Array[] {
  const means = Array.from({ length: words }, () => new Float32Array(words));
  const counts = new Uint32Array(words);
  for (const word of wordOf) if (word >= 0) counts[word] = (counts[word] ?? 0) + 1;
  rows.forEach((row, token) => {
    const word = wordOf[token] ?? -1;
    const into = means[word];
    if (into === undefined) return;
    row.forEach((weight, column) => (into[column] = (into[column] ?? 0) + weight / (counts[word] ?? 1)));
  });
  return means;
}
