import type { Span } from '../../protocol/trace.ts';

/** A stretch of a document that a model is asked about. */
export interface Passage {
  /** The document, as its URI's string. */
  readonly uri: string;
  readonly languageId: string;
  readonly span: Span;
  readonly text: string;
}
