/** A tap: a place of a graph where attention can be read. */
import type { AttentionKind } from '../../protocol/checkpoint.ts';
import type { OnnxNode } from '../onnx/model.ts';

export interface Tap {
  /** Unique in its model, and stable: `encoder.0`, `cross.3`. */
  readonly name: string;
  readonly kind: AttentionKind;
  /** 0-based among those of its kind, as the model's authors number their layers. */
  readonly layer: number;
  /** How many heads; `undefined` where only a run tells. */
  readonly heads: number | undefined;
  /** The operator that computes it: `Softmax`, `com.microsoft.MultiHeadAttention` … */
  readonly operator: string;
  readonly node: OnnxNode;
  /** Where the node stands: names of the nodes whose subgraphs lead there, and of their attributes; empty in the main graph. */
  readonly within: readonly { readonly node: string; readonly attribute: string }[];
}

/** An operator that attends, or looks as if it did, and from which nothing can be read. */
export interface Untapped {
  readonly operator: string;
  readonly node: string;
  /** One sentence, for the user. */
  readonly why: string;
}
