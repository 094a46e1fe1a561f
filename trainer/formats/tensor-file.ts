/** What every format of checkpoints is read as: its tensors, listed from the headers and read only when they are asked for. */
import type { Fact } from '../../protocol/checkpoint.ts';
import type { Dtype } from './dtype.ts';

export interface TensorEntry {
  /** As the file calls it: `encoder.layer.0.attention.self.query.weight`. Unique in its file. */
  readonly name: string;
  /** Of the values that `read` gives. */
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** As it is stored. */
  readonly bytes: number;
  /** Where the values lie, where that is one stretch of one file, row by row, little-endian, as they are. */
  readonly place?: TensorPlace;
}

/** A stretch of a file: what ONNX calls external data. */
export interface TensorPlace {
  /** Absolute path. */
  readonly file: string;
  readonly offset: number;
}

export interface TensorFile {
  /** "safetensors", "PyTorch", "GGUF" … */
  readonly format: string;
  /** Absolute path of the file or folder. */
  readonly path: string;
  /** Of all its files, in bytes. */
  readonly size: number;
  /** What else the headers say, in the order a reader wants it. */
  readonly facts: readonly Fact[];
  readonly tensors: readonly TensorEntry[];
  /**
   * The values of a tensor, little-endian and row by row, in stretches of whole elements (or blocks) of at most some MB.
   * @throws Failure `broken-model` where they are not there
   */
  read(tensor: TensorEntry): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}
