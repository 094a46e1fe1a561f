/**
 * A classification: which class a model gives a text or an image, and what it looked at. Offsets are in UTF-16 units of
 * the text that was given.
 */
import type { SourceSide } from './trace.ts';

export interface LabelProbability {
  readonly label: string;
  /** In 0 … 1; those of all labels sum to 1. */
  readonly probability: number;
}

/**
 * What each position — a token, or a patch of an image — says for one label: the attention it got times what its value
 * adds to the label's logit. Summed over positions, with the label's own bias, this is the logit itself.
 */
export interface Evidence {
  readonly label: string;
  readonly weights: readonly number[];
}

/** One head's attention: over the positions as a whole (`query` 1), or from each position to each (`query` = `key`). */
export interface ClassifierMap {
  /** `pooling` decides what the class is read from; `encoder` is one layer's attention among positions. */
  readonly kind: 'pooling' | 'encoder';
  readonly layer: number;
  readonly head: number;
  readonly queries: number;
  readonly keys: number;
}

/** What texts and images have in common. */
export interface ClassifiedAs {
  readonly model: string;
  /** Most probable first. */
  readonly labels: readonly LabelProbability[];
  /** Of the most probable label and the runner-up, in this order. */
  readonly evidence: readonly Evidence[];
  /** Attention of the pooling, the mean over its heads: one weight a position; they sum to 1. */
  readonly attention: readonly number[];
  /** Every map there is, the pooling's heads first. */
  readonly maps: readonly ClassifierMap[];
  /** `[map][query · key]`, in the order of `maps`. */
  readonly weights: readonly (readonly number[])[];
  /** What the user should know of this pass, in words: that the text was cut, say. */
  readonly warnings: readonly string[];
}

export interface TextClassification extends ClassifiedAs {
  readonly source: SourceSide;
}

/** A rectangle of an image, in its own pixels. */
export interface Patch {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface ImageClassification extends ClassifiedAs {
  /** The image as it was given. */
  readonly image: { readonly width: number; readonly height: number };
  /** Where each position stands in it. */
  readonly patches: readonly Patch[];
}
