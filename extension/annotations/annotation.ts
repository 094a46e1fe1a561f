import type { Span, Trace } from '../../protocol/trace.ts';
import { wordMap, wordOfTokens } from '../../protocol/words.ts';

interface Place {
  readonly id: number;
  /** The document, as its URI's string. */
  readonly uri: string;
  /** Where the text stands in the document now, in UTF-16 code units. */
  readonly span: Span;
}

/** A stretch of a document that is being translated: edits move it already. */
export interface PendingAnnotation extends Place {
  readonly state: 'pending';
}

/** A stretch of a document with the trace of its translation. */
export interface DoneAnnotation extends Place {
  readonly state: 'done';
  readonly trace: Trace;
}

export type Annotation = PendingAnnotation | DoneAnnotation;

/** What hovers and tints ask of a trace, worked out once. */
export interface WordReading {
  /** Attention between words, `[target word][source word]`. */
  readonly map: readonly Float32Array[];
  /** How much attention each source word received from all target tokens. */
  readonly received: readonly number[];
}

const readings = new WeakMap<Trace, WordReading>();

export function readingOf(trace: Trace): WordReading {
  const known = readings.get(trace);
  if (known !== undefined) return known;
  const received = new Array<number>(trace.source.words.length).fill(0);
  wordOfTokens(trace.source.tokens, trace.source.words).forEach((word, token) => {
    if (word >= 0) received[word] = (received[word] ?? 0) + (trace.received[token] ?? 0);
  });
  const reading = { map: wordMap(trace), received };
  readings.set(trace, reading);
  return reading;
}

/** The index of the source word that holds a character, or `undefined` between words. */
export function sourceWordAt(trace: Trace, offset: number): number | undefined {
  const index = trace.source.words.findIndex(word => word.start <= offset && offset < word.end);
  return index < 0 ? undefined : index;
}
