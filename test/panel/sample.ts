/** Traces for the panel's tests: the shape of real ones, with attention that is plain to see. */
import type { AttentionRow, Span, TargetToken, Token, Trace, TraceProgress } from '../../protocol/trace.ts';
import type { Writing } from '../../protocol/outcome.ts';
import type { ToPanel } from '../../protocol/panel.ts';

/** For each target word the source words it was made from, by index. */
export type Links = readonly (readonly number[])[];

const wordPattern = /[\p{L}\p{M}\p{N}]+['’]?|[^\s\p{L}\p{M}\p{N}]/gu;

export function wordsIn(text: string): Span[] {
  return Array.from(text.matchAll(wordPattern), match => ({ start: match.index, end: match.index + match[0].length }));
}

/** Words of more than six letters are two tokens; the sentence ends with `</s>`. */
function tokensOf(text: string, words: readonly Span[]): Token[] {
  const tokens = words.flatMap(({ start, end }) => {
    const cut = end - start > 6 ? start + Math.ceil((end - start) / 2) : end;
    return [{ start, end: cut }, { start: cut, end }].filter(span => span.end > span.start);
  });
  return [
    ...tokens.map(span => ({ ...span, text: text.slice(span.start, span.end) })),
    { text: '</s>', start: text.length, end: text.length },
  ];
}

const wordAt = (words: readonly Span[], token: Token): number =>
  token.start === token.end ? -1 : words.findIndex(word => token.start >= word.start && token.start < word.end);

export function sampleTrace(source: string, target: string, links: Links, warnings: readonly string[] = []): Trace {
  const sourceWords = wordsIn(source);
  const targetWords = wordsIn(target);
  const sourceTokens = tokensOf(source, sourceWords);
  const targetTokens: TargetToken[] = tokensOf(target, targetWords).map((token, index) => ({ ...token, logProb: -0.05 - 0.02 * index }));
  const sourceWordOf = sourceTokens.map(token => wordAt(sourceWords, token));
  // A word's own weight stays about the same, however many others share the rest.
  const peak = 2.4 + Math.log(sourceTokens.length);
  const rows: AttentionRow[] = targetTokens.map((token, index) => {
    const linked = links[wordAt(targetWords, token)] ?? [-1];
    const scores = sourceTokens.map((_, column) => {
      const word = sourceWordOf[column] ?? -1;
      const near = Math.min(...linked.map(link => Math.abs(link - word)));
      return Math.exp(peak * Math.exp(-near * 1.3) + 0.8 * Math.sin(7 * index + 3 * column) - 1);
    });
    const total = scores.reduce((sum, score) => sum + score, 0);
    return { firstSource: 0, weights: scores.map(score => score / total) };
  });
  const received = sourceTokens.map((_, column) => rows.reduce((sum, row) => sum + (row.weights[column] ?? 0), 0));
  return {
    model: 'en-fr',
    source: { text: source, tokens: sourceTokens, words: sourceWords },
    target: { text: target, tokens: targetTokens, words: targetWords },
    sentences: [{ source: { first: 0, end: sourceTokens.length }, target: { first: 0, end: targetTokens.length } }],
    map: { kind: 'cross', layer: 0, head: 0 },
    maps: [{ kind: 'cross', layer: 0, head: 0 }],
    rows, received, alignment: [], warnings,
  };
}

export const cat = sampleTrace(
  'The black cat sleeps on the old sofa because it is raining outside.',
  "Le chat noir dort sur le vieux canapé parce qu'il pleut dehors.",
  [[0], [2], [1], [3], [4], [5], [6], [7], [8], [8], [9], [10, 11], [12], [13]],
);

/** A text of `count` words on each side, each attending to its own place: as long as a selection can be. */
export function longTrace(count: number): Trace {
  const words = (stem: string): string => Array.from({ length: count }, (_, index) => `${stem}${index}`).join(' ');
  return sampleTrace(words('word'), words('mot'), Array.from({ length: count }, (_, index) => [index]));
}

/** What the extension sends while this trace is being made, one token at a time. */
export function messagesOf(trace: Trace, kind: Writing = 'translation'): ToPanel[] {
  const source: TraceProgress = { kind: 'source', model: trace.model, source: trace.source, map: trace.map };
  const steps = trace.target.tokens.map((token, from): TraceProgress => ({
    kind: 'target', sentence: 0, from, at: 0, text: trace.target.text.slice(0, token.end), tokens: [token], rows: trace.rows.slice(from, from + 1),
  }));
  return [
    { type: 'begin', kind, model: trace.model },
    ...[source, ...steps].map((progress): ToPanel => ({ type: 'progress', progress })),
    { type: 'end', outcome: { kind, trace } },
  ];
}
