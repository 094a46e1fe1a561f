import { isSpecial } from '../../protocol/special-token.ts';
import type { AlignmentLink, AttentionRow, Span, Token } from '../../protocol/trace.ts';
import { wordMap, wordOfTokens } from '../../protocol/words.ts';

/**
 * A word that gets less than this of a target word's attention is no link. Attention is then spread so wide that its
 * peak says little: with 0.2, at least four other things could have had as much.
 */
export const leastLinkWeight = 0.2;

interface Side {
  readonly tokens: readonly Token[];
  readonly words: readonly Span[];
}

/** The parts of a trace that links are drawn from. */
export interface Aligned {
  readonly source: Side;
  readonly target: Side;
  /** One a target token. */
  readonly rows: readonly AttentionRow[];
}

/**
 * Hard links between words, the one-best rule of Luong et al. (2015, "Effective Approaches to Attention-based Neural
 * Machine Translation", section 5.4): each target word is linked to the source word it attends to most (the first of
 * equals). Two exceptions leave it unlinked, since a peak alone is no alignment (Ghader and Monz 2017, "What does
 * Attention in Neural Machine Translation Pay Attention to?"): the peak is under `leastLinkWeight`, or the sentence's
 * special tokens, where a decoder looks when no word helps, got as much.
 *
 * Links come in the order of the target words; a weight is between 0 and 1.
 */
export function alignWords(trace: Aligned): AlignmentLink[] {
  const special = specialWeights(trace);
  return wordMap(trace).flatMap((weights, word) => {
    const weight = Math.max(0, ...weights);
    const source = trace.source.words[weights.indexOf(weight)];
    const target = trace.target.words[word];
    if (source === undefined || target === undefined) return [];
    if (weight < leastLinkWeight || weight <= (special[word] ?? 0)) return [];
    return [{ source: spanOf(source), target: spanOf(target), weight }];
  });
}

/** How much of each target word's attention went to special tokens: the mean over its tokens, as in `wordMap`. */
function specialWeights({ source, target, rows }: Aligned): number[] {
  const words = wordOfTokens(target.tokens, target.words);
  const sums = target.words.map(() => 0);
  const counts = target.words.map(() => 0);
  rows.forEach((row, index) => {
    const word = words[index] ?? -1;
    if (word < 0) return;
    counts[word] = (counts[word] ?? 0) + 1;
    row.weights.forEach((weight, offset) => {
      const token = source.tokens[row.firstSource + offset];
      if (token !== undefined && isSpecial(token)) sums[word] = (sums[word] ?? 0) + weight;
    });
  });
  return sums.map((sum, word) => sum / Math.max(1, counts[word] ?? 0));
}

function spanOf({ start, end }: Span): Span {
  return { start, end };
}

/** How much attention each source token received over all rows: the column sums of the map. */
export function receivedBy(rows: readonly AttentionRow[], sourceTokenCount: number): number[] {
  const received = new Array<number>(sourceTokenCount).fill(0);
  for (const { firstSource, weights } of rows) {
    weights.forEach((weight, offset) => {
      const column = firstSource + offset;
      if (column < sourceTokenCount) received[column] = (received[column] ?? 0) + weight;
    });
  }
  return received;
}
