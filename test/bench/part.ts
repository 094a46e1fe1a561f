/** What a part of the benchmark is given, and what it gives back. */

/** What a measurement is held against. */
export type Limit =
  /** At most so much, in the measurement's unit. */
  | { readonly kind: 'budget'; readonly most: number; readonly of: 'median' | 'p95' | 'value' }
  /** At most so many times as much as another program took in the same run: as medians, or summed where runs differ. */
  | {
      readonly kind: 'ratio';
      readonly most: number;
      readonly to: string;
      readonly theirs: readonly number[];
      readonly by: 'median' | 'total';
    }
  /** Told for information. */
  | { readonly kind: 'none' };

/** Something that was measured, several times or once. */
export interface Measurement {
  readonly name: string;
  readonly unit: 'ms' | 'MB';
  /** Every single value. */
  readonly values: readonly number[];
  readonly limit: Limit;
}

export interface BenchContext {
  /** How often each thing is measured; starts of a whole VS Code are a quarter of it. */
  readonly runs: number;
  /** Also race against a current PyTorch from the Python package index. */
  readonly wheel: boolean;
  readonly print: (line: string) => void;
}

export interface Part {
  readonly name: string;
  /** What it measures, in one line. */
  readonly about: string;
  readonly run: (context: BenchContext) => Promise<readonly Measurement[]>;
}
