import type { Span } from '../../protocol/trace.ts';

/** The map that the inspector shows of a text: its document's tints and hovers are of this one instead of the usual. */
export interface FollowedMap {
  /** The document, as its URI's string, and where the text stands in it now. */
  readonly uri: string;
  readonly span: Span;
  /** The text's words, in offsets of the text. */
  readonly words: readonly Span[];
  /** What hovers call it: "layer 3, head 5". */
  readonly name: string;
  /** By word: what it received of all rows; empty where the map's columns are no part of the text. */
  readonly received: readonly number[];
  /** What each word of the written text looks at, `[word][word of the text]`; `undefined` where its rows are something else. */
  readonly map: readonly (readonly number[])[] | undefined;
  /** By word: how much of the weight is on it of what is pointed at; `undefined` while nothing is. */
  readonly pointed: readonly number[] | undefined;
  /** The largest of `received`, and of `pointed`, of all words that the inspector shows: also of those that were written behind the text. */
  readonly largest: { readonly received: number; readonly pointed: number };
}
