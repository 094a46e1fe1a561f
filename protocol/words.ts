/** Tokens read as words, and as sentences; of a trace: subword rows averaged, subword columns summed. */
import type { Axis, MapUnit } from './inspection.ts';
import type { AttentionRow, Span, Token } from './trace.ts';

/** The index of the word that each token falls into, or -1 (special tokens, spaces). */
export function wordOfTokens(tokens: readonly Span[], words: readonly Span[]): number[] {
  let word = 0;
  return tokens.map(token => {
    if (token.start === token.end) return -1;
    while (word < words.length && (words[word]?.end ?? 0) <= token.start) word++;
    const candidate = words[word];
    return candidate !== undefined && token.end > candidate.start ? word : -1;
  });
}

/** The index of the word or the sentence that each token is of, or -1: it stands for itself. */
export function unitOfTokens({ tokens, words, sentences }: Pick<Axis, 'tokens' | 'words' | 'sentences'>, unit: MapUnit): readonly number[] {
  if (unit === 'words') return wordOfTokens(tokens, words);
  const units = tokens.map(() => -1);
  if (unit === 'sentences') sentences.forEach(({ first, end }, sentence) => units.fill(sentence, first, end));
  return units;
}

interface Sides {
  readonly source: { readonly tokens: readonly Token[]; readonly words: readonly Span[] };
  readonly target: { readonly tokens: readonly Token[]; readonly words: readonly Span[] };
  readonly rows: readonly AttentionRow[];
}

/**
 * Attention between words, `[target word][source word]`. A word's row is the mean of its tokens' rows; within a row a
 * source word's weight is the sum over its tokens, since softmax spends one unit over all of them. Rows therefore sum
 * to at most 1: what special tokens and spaces received is left out, not spread.
 */
export function wordMap(trace: Sides): Float32Array[] {
  const sourceWord = wordOfTokens(trace.source.tokens, trace.source.words);
  const targetWord = wordOfTokens(trace.target.tokens, trace.target.words);
  const map = trace.target.words.map(() => new Float32Array(trace.source.words.length));
  const counts = new Uint32Array(trace.target.words.length);
  trace.rows.forEach((row, index) => {
    const word = targetWord[index] ?? -1;
    const into = map[word];
    if (into === undefined) return;
    counts[word] = (counts[word] ?? 0) + 1;
    row.weights.forEach((weight, offset) => {
      const column = sourceWord[row.firstSource + offset] ?? -1;
      if (column >= 0) into[column] = (into[column] ?? 0) + weight;
    });
  });
  map.forEach((row, word) => {
    const count = counts[word] ?? 0;
    if (count > 1) for (let column = 0; column < row.length; column++) row[column] = (row[column] ?? 0) / count;
  });
  return map;
}

/** Of each target word the share of its attention that went to what was written before: the mean over its tokens. */
export function wordElsewhere({ target, rows }: Pick<Sides, 'target' | 'rows'>): number[] {
  const shares = target.words.map(() => 0);
  const counts = target.words.map(() => 0);
  wordOfTokens(target.tokens, target.words).forEach((word, token) => {
    if (word < 0) return;
    shares[word] = (shares[word] ?? 0) + (rows[token]?.elsewhere ?? 0);
    counts[word] = (counts[word] ?? 0) + 1;
  });
  return shares.map((share, word) => share / Math.max(1, counts[word] ?? 0));
}
