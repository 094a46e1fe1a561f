/** What a task — translation, classification … — brings to the training loop, which knows nothing else of it. */
import type { ParameterSpec } from '../models/parameters.ts';
import type { StepGraph, TrainingGraphOptions } from '../models/training-graph.ts';

/** What the loop must know of an architecture: what it learns, and the step of each bucket. */
export interface StepModel {
  readonly parameters: readonly ParameterSpec[];
  /** How many graphs there are, one a shape of batch. */
  readonly buckets: number;
  graph(bucket: number, options: TrainingGraphOptions): StepGraph;
}

/** What the training graph is fed besides parameters and what is drawn at random. */
export interface PaddedBatch {
  readonly tensors: Readonly<Record<string, BigInt64Array | Float32Array>>;
  /** What the loss is a mean over: real target tokens, or examples, each by its class's weight. */
  readonly count: number;
}

/** A batch that is still to be laid out. */
export interface PlannedBatch {
  /** Which of the model's graphs it fits. */
  readonly bucket: number;
  /** Made only when its turn has come, so that no epoch lies in memory twice. */
  pad(): PaddedBatch;
}

/** How good a checkpoint is, seen from outside: by using it. */
export interface Inspection {
  /** The task's own measure by its name, the first being what a run is judged by: `{ bleu: 34.2 }`. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Which way that measure is better; higher where this is left out. */
  readonly better?: 'higher' | 'lower';
  readonly samples: readonly Sample[];
}

export interface Sample {
  readonly source: string;
  readonly target: string;
  readonly reference: string;
}

/** A parameter's values, as a checkpoint stores them. */
export interface TrainedParameter {
  readonly spec: ParameterSpec;
  readonly data: Float32Array;
}

/** A task whose corpus has been read. */
export interface PreparedTask {
  /** SHA-256 over all data: tells whether a run is resumed on the data it was started on. */
  readonly hash: string;
  /** Paths of the files that the corpus was read from. */
  readonly files?: readonly string[];
  readonly model: StepModel;
  /** What a batch's `count` counts, as a reader sees it. */
  readonly unit: 'tokens' | 'examples';
  /**
   * The batches of an epoch, a function of its number, so that it can be made again: all at once, or one after the other
   * where the corpus does not lie in memory.
   */
  planEpoch(epoch: number): readonly PlannedBatch[] | AsyncIterable<PlannedBatch>;
  /** How many batches an epoch has, where they are not planned all at once; later epochs may have a few more or less. */
  readonly batchesPerEpoch?: number;
  planValidation(): PlannedBatch[];
  /** Writes the model as it is at a step into a folder. @throws Failure `disk-full` */
  writeModel(folder: string, parameters: readonly TrainedParameter[], step: number): Promise<void>;
  /** Uses the model in a folder on held-out data; what it attended to goes into `probeFile`. */
  inspect(folder: string, probeFile: string): Promise<Inspection>;
  /** Removes what lies beside the run only to train it, once that is over. */
  release?(): Promise<void>;
}
