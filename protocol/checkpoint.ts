/** What can be seen of a checkpoint, of whatever format: its tensors, what attends in it, and of a trace its attention over a text. */
import type { Task } from './server.ts';
import type { AttentionKind, MapId, SourceSide } from './trace.ts';

/** One line of a summary: "Producer", "pytorch 2.1". */
export interface Fact {
  readonly label: string;
  readonly value: string;
}

/** An input or output of a graph. */
export interface Port {
  readonly name: string;
  readonly dtype: string;
  /** A length that only a run knows is a name. */
  readonly shape: readonly (number | string)[];
}

export interface TensorInfo {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: number;
}

/** How much there is of one element type. */
export interface DtypeShare {
  readonly dtype: string;
  readonly tensors: number;
  readonly elements: number;
  readonly bytes: number;
}

export interface TapInfo {
  readonly name: string;
  readonly layer: number;
  /** `null`: known only when it runs. */
  readonly heads: number | null;
  readonly kind: AttentionKind;
  readonly operator: string;
}

/** What attends and cannot be read. */
export interface UntappedInfo {
  readonly operator: string;
  readonly node: string;
  readonly why: string;
}

export interface CheckpointSummary {
  readonly path: string;
  /** "ONNX", "Hugging Face folder", "safetensors" … */
  readonly format: string;
  readonly bytes: number;
  readonly facts: readonly Fact[];
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly parameters: readonly DtypeShare[];
  readonly tensors: readonly TensorInfo[];
  /** Tensors beyond the most that are listed. */
  readonly unlisted: number;
  readonly taps: readonly TapInfo[];
  readonly untapped: readonly UntappedInfo[];
  /** What it can be asked here; empty where it can only be looked at. */
  readonly tasks: readonly (Task | 'attention')[];
  /** Whether it reads two texts as a pair: left out, it reads one. */
  readonly readsPairs?: true;
  /** Whether it holds attention over a text of its own (docs/python.md): `tracedAttention` tells of that, and nothing is run. */
  readonly isTrace: boolean;
  /** Why it cannot be run, or what it would need. */
  readonly warnings: readonly string[];
}

/** Client → server. */
export const inspectMethod = 'attentionScope/inspect';
export interface InspectParams {
  /** Absolute path of a file or folder. */
  readonly path: string;
}
export type InspectResult = CheckpointSummary;

/** Client → server: measures one tensor. */
export const tensorStatisticsMethod = 'attentionScope/tensorStatistics';
export interface TensorStatisticsParams {
  readonly path: string;
  readonly tensor: string;
}
export interface TensorStatistics {
  readonly elements: number;
  /** Of the finite values; `null` where there is none. */
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly mean: number | null;
  /** The population's standard deviation. */
  readonly deviation: number | null;
  readonly zeros: number;
  readonly nans: number;
  readonly infinities: number;
  /** Counts of finite values in bins of equal width from minimum to maximum. */
  readonly histogram: readonly number[];
}
export type TensorStatisticsResult = TensorStatistics;

/** Client → server: what differs between two checkpoints. Progress: `CompareProgress` under `partialResultToken`. */
export const compareCheckpointsMethod = 'attentionScope/compareCheckpoints';
export interface CompareCheckpointsParams {
  readonly path: string;
  readonly other: string;
  readonly partialResultToken?: string | number;
}
export interface CompareProgress {
  /** In bytes. */
  readonly read: number;
  readonly of: number;
}
export interface TensorDifference {
  readonly name: string;
  /** Largest and mean |a − b|, and ‖a − b‖₂ ∕ ‖a‖₂ (infinite, as `null`, where a is zero and b is not). */
  readonly largest: number;
  readonly mean: number;
  readonly relative: number | null;
}
export interface CheckpointComparison {
  /** The most different first, by `relative`. */
  readonly changed: readonly TensorDifference[];
  readonly equal: number;
  /** Only in the other; only in the first. */
  readonly added: readonly TensorInfo[];
  readonly missing: readonly TensorInfo[];
  /** Of one name but of other shapes, or not of numbers. */
  readonly incomparable: readonly { readonly name: string; readonly why: string }[];
}
export type CompareCheckpointsResult = CheckpointComparison;

/** One map of a text, and which others there are. */
export interface TextAttention {
  readonly model: string;
  /** What was given. */
  readonly source: SourceSide;
  /** What the model wrote, where it writes. */
  readonly target?: SourceSide;
  readonly map: MapId;
  /** Layers and how many heads each has: every map that can be asked for. */
  readonly layers: readonly { readonly kind: AttentionKind; readonly layer: number; readonly heads: number }[];
  /** What its rows and columns are. */
  readonly queries: 'source' | 'target';
  readonly keys: 'source' | 'target';
  /** `[query][key]`, row by row. */
  readonly weights: readonly number[];
  readonly warnings: readonly string[];
}

/** Client → server: one map of those that a trace file holds, and which others there are. */
export const tracedAttentionMethod = 'attentionScope/tracedAttention';
export interface TracedAttentionParams {
  /** Absolute. */
  readonly path: string;
  /** Left out, the first that there is. */
  readonly map?: MapId;
}
export type TracedAttentionResult = TextAttention;
