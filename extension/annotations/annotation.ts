import { sourceOf, type Classified, type Outcome, type Written } from '../../protocol/outcome.ts';
import type { Span, Trace } from '../../protocol/trace.ts';
import { wordMap, wordOfTokens } from '../../protocol/words.ts';

interface Place {
  readonly id: number;
  /** The document, as its URI's string. */
  readonly uri: string;
  /** Where the text stands in the document now, in UTF-16 code units. */
  readonly span: Span;
}

/** A stretch of a document that a model is asked about: edits move it already. */
export interface PendingAnnotation extends Place {
  readonly state: 'pending';
}

/** What decided an outcome besides its text, to ask for another map of it. */
export interface AskedWith {
  readonly model: string;
  readonly beam: number;
  readonly languageId: string;
}

interface Done extends Place {
  readonly state: 'done';
  /** Unknown of what an earlier session asked for. */
  readonly asked?: AskedWith | undefined;
}

/** A stretch of a document with the trace of what was written from it. */
export type WrittenAnnotation = Done & Written;

/** A stretch of a document with its class. */
export type ClassifiedAnnotation = Done & Classified;

export type DoneAnnotation = WrittenAnnotation | ClassifiedAnnotation;

export type Annotation = PendingAnnotation | DoneAnnotation;

export function isWritten(annotation: Annotation | undefined): annotation is WrittenAnnotation {
  return annotation?.state === 'done' && annotation.kind !== 'classification';
}

/** An annotation's outcome without its place. */
export function outcomeOf(annotation: DoneAnnotation): Outcome {
  return annotation.kind === 'classification'
    ? { kind: annotation.kind, classification: annotation.classification }
    : { kind: annotation.kind, trace: annotation.trace };
}

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
export function sourceWordAt(outcome: Outcome, offset: number): number | undefined {
  const index = sourceOf(outcome).words.findIndex(word => word.start <= offset && offset < word.end);
  return index < 0 ? undefined : index;
}
