/** What a part of the benchmark is given, and what it gives back. */
import type { OptimizationLevel } from './session-options.ts';

/** What a measurement is held against. */
export type Limit =
  /** At most so much, in the measurement's unit. */
  | { readonly kind: 'budget'; readonly most: number; readonly of: 'median' | 'p95' | 'value' }
  /**
   * At most so many times as much as another program took in the same run: as medians, or summed where runs differ. Without a
   * most the ratio is told, and nothing is claimed.
   */
  | {
      readonly kind: 'ratio';
      readonly most?: number;
      readonly to: string;
      readonly theirs: readonly number[];
      readonly by: 'median' | 'total';
    }
  /** Told for information. */
  | { readonly kind: 'none' };

/** Something that was measured, several times or once. */
export interface Measurement {
  readonly name: string;
  readonly unit: 'ms' | 'MB' | 'KB' | 'GFLOP/s' | '%' | 'bits per character';
  /** Every single value. */
  readonly values: readonly number[];
  readonly limit: Limit;
}

export interface BenchContext {
  /** How often each thing is measured; starts of a whole VS Code are a quarter of it. */
  readonly runs: number;
  /** Of the larger of two corpora that are read. */
  readonly pairs: number;
  /** Also race against a current PyTorch from the Python package index. */
  readonly wheel: boolean;
  /** Of the exercises of a part that has several: these alone. */
  readonly only: readonly string[] | undefined;
  /** ONNX Runtime's optimization of the training graphs that are raced. */
  readonly level: OptimizationLevel;
  /** A language model's folder and its config, where there is one to score. */
  readonly languageModel: { readonly folder: string; readonly config: string } | undefined;
  /** The folder that pictures and their page are written into. */
  readonly docs: string;
  /** What it is measured on, in words. */
  readonly machine: string;
  readonly print: (line: string) => void;
}

export interface Part {
  readonly name: string;
  /** What it measures, in one line. */
  readonly about: string;
  /** Takes an hour or more: only run when it is asked for. */
  readonly long?: true;
  readonly run: (context: BenchContext) => Promise<readonly Measurement[]>;
}
