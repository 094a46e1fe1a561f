/** A tap: a place of a graph where attention can be read. */
import type { AttentionKind } from '../../protocol/trace.ts';
import type { Dtype } from '../formats/dtype.ts';
import type { OnnxFunction, OnnxGraph, OnnxNode } from '../onnx/model.ts';
import type { Parts } from './parts/parts.ts';

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
  /** Where it is read: one place, or one in each branch of an `If` that computes it in both. */
  readonly places: readonly TapPlace[];
}

export interface TapPlace {
  readonly node: OnnxNode;
  /** From the main graph to where what is read stands. */
  readonly path: Path;
  readonly reading: Reading;
  /** The numbers behind the weights, or one sentence on why they cannot be told. */
  readonly parts?: Parts | string;
}

/** The graphs and functions that something stands in, the outermost first; empty in the main graph. */
export type Path = readonly Enclosure[];

export type Enclosure =
  /** A branch of an `If`, which runs or not. */
  | { readonly form: 'branch'; readonly node: OnnxNode; readonly attribute: string; readonly graph: OnnxGraph }
  /** The body of a `Loop` or `Scan`, which runs many times. */
  | { readonly form: 'turns'; readonly node: OnnxNode; readonly attribute: string; readonly graph: OnnxGraph }
  /** A graph that an operator runs as it likes: the decoder of a beam search. */
  | { readonly form: 'search'; readonly node: OnnxNode; readonly attribute: string; readonly graph: OnnxGraph }
  /** The model's own function, where it is called. */
  | { readonly form: 'call'; readonly node: OnnxNode; readonly body: OnnxFunction };

/** How the weights are got out. */
export type Reading =
  | ValueReading
  /** The operator gives them out itself when it is asked to. */
  | { readonly from: 'operator'; readonly dtype: OperatorDtype }
  /** They are computed once more, beside the operator, from what it is given. */
  | { readonly from: 'shadow'; readonly dtype: OperatorDtype; readonly maskRank: number; readonly queryWidth: number };

/** What an operator that attends as a whole gives. */
export type OperatorDtype = 'float32' | 'float16' | 'bfloat16';

/** The weights are a value of the graph. */
export interface ValueReading {
  readonly from: 'value';
  readonly value: string;
  /** `undefined` where the graph does not say; then they are taken to be `[batch, head, query, key]`. */
  readonly rank: number | undefined;
  /** Whether the keys are the last axis; else they are the one before it. */
  readonly keysLast: boolean;
  /** They are of one query, which has no axis: `[batch, key]` or `[batch, head, key]`. */
  readonly oneQuery?: true;
  /** Of rank 3: what the first axis is beside the batch. */
  readonly heads: number | undefined;
  /** What they are, where that is known. */
  readonly dtype: Dtype | undefined;
  /** Names of scale and zero point, where they are stored in 8 bits. */
  readonly quantised?: { readonly scale: string; readonly zeroPoint: string | undefined };
}

/** An operator that attends, or looks as if it did, and from which nothing can be read. */
export interface Untapped {
  readonly operator: string;
  readonly node: string;
  /** One sentence, for the user. */
  readonly why: string;
}
