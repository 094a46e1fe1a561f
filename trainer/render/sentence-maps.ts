import type { Span, Token, TokenRange, Trace } from '../../protocol/trace.ts';
import { wordMap, wordOfTokens } from '../../protocol/words.ts';

/** What stands in a map's place where the model has no attention. */
export const noAttention = 'no attention';

export interface MapWord {
  /** Its place among the words of its side of the trace. */
  readonly index: number;
  readonly text: string;
}

/** The word-level map of one sentence. Sentences are translated by themselves, so nothing lies outside these. */
export interface SentenceMap {
  readonly source: readonly MapWord[];
  readonly target: readonly MapWord[];
  /** `[target][source]`, 0 to 1. */
  readonly weights: readonly (readonly number[])[];
  /** For each target word the column of `source` it is linked to, or -1. */
  readonly links: readonly number[];
}

/** The maps of a trace's sentences, without those that have nothing to draw; none of a model without attention. */
export function sentenceMaps(trace: Trace): SentenceMap[] {
  if (trace.map === undefined) return [];
  const map = wordMap(trace);
  const sourceWords = wordOfTokens(trace.source.tokens, trace.source.words);
  const targetWords = wordOfTokens(trace.target.tokens, trace.target.words);
  const linkedSource = new Map(trace.alignment.map(link => [link.target.start, link.source.start]));
  return trace.sentences.flatMap(sentence => {
    const source = wordsIn(sentence.source, trace.source, sourceWords);
    const target = wordsIn(sentence.target, trace.target, targetWords);
    if (source.length === 0 || target.length === 0) return [];
    const links = target.map(({ index }) => {
      const start = linkedSource.get(trace.target.words[index]?.start ?? -1);
      return source.findIndex(word => trace.source.words[word.index]?.start === start);
    });
    const weights = target.map(row => source.map(column => map[row.index]?.[column.index] ?? 0));
    return [{ source, target, weights, links }];
  });
}

interface Side {
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly words: readonly Span[];
}

function wordsIn(range: TokenRange, side: Side, wordOfToken: readonly number[]): MapWord[] {
  const indices = new Set(wordOfToken.slice(range.first, range.end).filter(index => index >= 0));
  return [...indices].flatMap(index => {
    const span = side.words[index];
    return span === undefined ? [] : [{ index, text: side.text.slice(span.start, span.end) }];
  });
}

export function percent(weight: number): number {
  return Math.round(100 * weight);
}
