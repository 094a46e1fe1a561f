import type { TextClassification } from '../../protocol/classification.ts';
import type { Outcome, Written } from '../../protocol/outcome.ts';
import { sourceOf } from '../../protocol/outcome.ts';
import type { Span, Trace } from '../../protocol/trace.ts';
import type { DoneAnnotation } from './annotation.ts';

/** Words as stretches between spaces. */
function wordsOf(text: string): Span[] {
  return [...text.matchAll(/\S+/g)].map(({ index, 0: word }) => ({ start: index, end: index + word.length }));
}

/**
 * A trace whose tokens are words (and the end of each side).
 * @param weights `[target word][source word]`; what is left of a row goes to the end token, as does the end's own row
 */
export function traceOf(source: string, target: string, weights: readonly (readonly number[])[]): Trace {
  const sourceWords = wordsOf(source);
  const targetWords = wordsOf(target);
  const withEnd = (text: string, words: readonly Span[]) => [
    ...words.map(word => ({ ...word, text: text.slice(word.start, word.end) })),
    { text: '</s>', start: text.length, end: text.length },
  ];
  const rows = [
    ...weights.map(row => ({ firstSource: 0, weights: [...row, 1 - row.reduce((sum, weight) => sum + weight, 0)] })),
    { firstSource: 0, weights: [...sourceWords.map(() => 0), 1] },
  ];
  return {
    model: 'en-fr',
    source: { text: source, tokens: withEnd(source, sourceWords), words: sourceWords },
    target: { text: target, tokens: withEnd(target, targetWords).map(token => ({ ...token, logProb: -0.1 })), words: targetWords },
    sentences: [{ source: { first: 0, end: sourceWords.length + 1 }, target: { first: 0, end: targetWords.length + 1 } }],
    map: { kind: 'cross', layer: 0, head: 0 },
    maps: [{ kind: 'cross', layer: 0, head: 0 }],
    rows,
    received: [...sourceWords, undefined].map((_, token) => rows.reduce((sum, row) => sum + (row.weights[token] ?? 0), 0)),
    alignment: [],
    warnings: [],
  };
}

export const dog = traceOf('the old dog', 'le vieux chien', [
  [0.9, 0.1, 0],
  [0.05, 0.7, 0.15],
  [0, 0.004, 0.9],
]);

/** As a translation. */
export function translated(trace: Trace): Written {
  return { kind: 'translation', trace };
}

/**
 * A classification as `positive` or `negative` whose tokens are words.
 * @param attention of each word
 * @param evidence of each word for `positive`; against `negative` as much
 */
export function classificationOf(text: string, attention: readonly number[], evidence: readonly number[]): TextClassification {
  const words = wordsOf(text);
  return {
    model: 'sentiment',
    source: { text, words, tokens: words.map(word => ({ ...word, text: text.slice(word.start, word.end) })) },
    labels: [{ label: 'positive', probability: 0.97 }, { label: 'negative', probability: 0.03 }],
    evidence: [{ label: 'positive', weights: evidence }, { label: 'negative', weights: evidence.map(value => -value) }],
    attention,
    maps: [{ kind: 'pooling', layer: 0, head: 0, queries: 1, keys: words.length }],
    weights: [attention],
    warnings: [],
  };
}

export const review = classificationOf('a truly great film', [0.05, 0.2, 0.7, 0.05], [0.01, 0.3, 1.23, -0.2]);

export function annotationOf(outcome: Trace | Outcome, start = 0, id = 1): DoneAnnotation {
  const of = 'kind' in outcome ? outcome : translated(outcome);
  return { ...of, state: 'done', id, uri: 'file:///a.txt', span: { start, end: start + sourceOf(of).text.length } };
}
