/**
 * A trace: one pass of a model over one text. Every offset is in UTF-16 code units of the text that was given,
 * start inclusive, end exclusive.
 */

/** A stretch of a text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A token of the vocabulary as it stands in a text. Special tokens are listed too, with `start === end`. */
export interface Token extends Span {
  readonly text: string;
  /** As the vocabulary has it, where that is otherwise: `Ġthe`, `▁the`, `##ing`. */
  readonly piece?: string;
}

export interface TargetToken extends Token {
  /** Natural logarithm of the probability that the model gave this token. */
  readonly logProb: number;
}

export const attentionKinds = ['encoder', 'decoder', 'cross'] as const;
/** `encoder`: of a text over itself, both ways; `decoder`: over what stands before; `cross`: over another text or an image. */
export type AttentionKind = (typeof attentionKinds)[number];

export const mapKinds = [...attentionKinds, 'pooling'] as const;
/** What a map can be of: attention, or the `pooling` that a classifier reads its class from, one row over every position. */
export type MapKind = (typeof mapKinds)[number];

/** Which map of the model: the kind of attention, and 0-based layer and head, or the mean of a layer's heads. */
export interface MapId {
  readonly kind: AttentionKind;
  readonly layer: number;
  readonly head: number | 'mean';
}

/**
 * What one target token attended to: weights of the source tokens `firstSource … firstSource + weights.length - 1`,
 * which are the tokens of its sentence. The model's own softmax, never renormalised; zero outside the sentence.
 */
export interface AttentionRow {
  readonly firstSource: number;
  readonly weights: readonly number[];
  /** The share that went elsewhere: of a text that is continued, to what was written before. */
  readonly elsewhere?: number;
}

/** A sentence is translated by itself: its tokens are `[first, end)` of the trace's source and target tokens. */
export interface Sentence {
  readonly source: TokenRange;
  readonly target: TokenRange;
}

export interface TokenRange {
  readonly first: number;
  readonly end: number;
}

export interface SourceSide {
  readonly text: string;
  readonly tokens: readonly Token[];
  /** Words, as a reader sees them; tokens fall into them by their offsets. */
  readonly words: readonly Span[];
}

export interface TargetSide {
  readonly text: string;
  readonly tokens: readonly TargetToken[];
  readonly words: readonly Span[];
}

/** A hard link between a source word and a target word, drawn from a map. */
export interface AlignmentLink {
  readonly source: Span;
  readonly target: Span;
  readonly weight: number;
}

export interface Trace {
  readonly model: string;
  readonly source: SourceSide;
  readonly target: TargetSide;
  readonly sentences: readonly Sentence[];
  /** The map that `rows` belong to; a model without attention has none, and rows of zeros. */
  readonly map: MapId | undefined;
  /** Every map of the model that `rows` could be of, this one among them. */
  readonly maps: readonly MapId[];
  /** One row a target token. */
  readonly rows: readonly AttentionRow[];
  /** How much attention each source token received: the column sums of the map. */
  readonly received: readonly number[];
  readonly alignment: readonly AlignmentLink[];
  /** What the user should know of this pass, in words: a sentence longer than any in training, say. */
  readonly warnings: readonly string[];
}

/**
 * Partial results, in order: one `source`, then for each sentence any number of `target`, then the reply. A greedy
 * search appends; a beam may take back what it showed: `from` is the index of the first target token that `tokens`
 * and `rows` replace, `at` the offset in the translation so far of the first character that `text` replaces; everything
 * after them is dropped. Token offsets are into the whole translation.
 */
export type TraceProgress =
  | { readonly kind: 'source'; readonly model: string; readonly source: SourceSide; readonly map: MapId | undefined }
  | {
      readonly kind: 'target';
      readonly sentence: number;
      readonly from: number;
      readonly at: number;
      readonly text: string;
      readonly tokens: readonly TargetToken[];
      readonly rows: readonly AttentionRow[];
    };
