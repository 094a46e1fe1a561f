import type { Constraints } from './constraints.ts';
import type { SearchRecord } from './search-record.ts';
import type { MapRow, Step } from './step.ts';

/** A translation of one sentence, or the beginning of one. */
export interface Hypothesis {
  /** Token ids; a finished one ends with the end token. */
  readonly ids: readonly number[];
  /** Log-probability of each token. */
  readonly logProbs: readonly number[];
  /** What each token's step attended to: `[target][map][key]`, the maps as the decoder's outputs have them. */
  readonly maps: readonly (readonly MapRow[])[];
}

export interface SearchOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with the best hypothesis so far, after each step. */
  readonly onStep?: ((best: Hypothesis) => void) | undefined;
  /** Is told all that is tried, in one search. */
  readonly record?: SearchRecord | undefined;
}

/** A way of looking for a good translation. */
export interface Search {
  /** The most hypotheses it keeps at once. */
  readonly width: number;
  /** Searches from where `step` stands. @throws AbortError */
  readonly run: (step: Step, constraints: Constraints, options: SearchOptions) => Promise<Hypothesis>;
}
