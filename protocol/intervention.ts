/**
 * What if: a change to how a model is run, as data. A list of them is applied in its order; the same list can be copied as
 * JSON and run from the command line (`attention-scope attend --interventions FILE`).
 */
import type { MapKind } from './trace.ts';

/** Heads of one layer; `all`: the whole layer. */
export interface HeadSet {
  readonly kind: MapKind;
  readonly layer: number;
  readonly heads: readonly number[] | 'all';
}

export type Intervention =
  /** What these heads write becomes zero (Michel et al. 2019, section 2.2). */
  | ({ readonly do: 'knock-out' } & HeadSet)
  /** Every other head of its layer is knocked out. */
  | { readonly do: 'keep-only'; readonly kind: MapKind; readonly layer: number; readonly head: number }
  /**
   * One weight, 0…1, of every one of `heads`; what is left of the row is shared out as the model shared it. Where the model looks at
   * nothing else, what is pinned makes up the row.
   */
  | ({ readonly do: 'pin'; readonly query: number; readonly key: number; readonly weight: number } & HeadSet)
  /** A whole row, one weight a key, each 0 or more; divided by their sum. */
  | ({ readonly do: 'row'; readonly query: number; readonly weights: readonly number[] } & HeadSet)
  /** What the model is made to write first, before it goes on by itself. */
  | { readonly do: 'prefix'; readonly text: string }
  /** At this step (0-based, of the tokens written) this token of the vocabulary, and on by itself; what stands before is kept. */
  | { readonly do: 'choose'; readonly step: number; readonly token: number }
  /** Another text in place of a stretch of the source, in UTF-16 units of the text first given; empty: deleted. */
  | { readonly do: 'replace'; readonly start: number; readonly end: number; readonly text: string }
  /** A stretch of the source as the model's own mask or unknown token. */
  | { readonly do: 'mask'; readonly start: number; readonly end: number };

/** As many as one run takes. */
export const mostInterventions = 200;

/** Weights of all its rows together: of 200 rows of a text of 10,000 tokens. */
export const mostRowWeights = 2_000_000;

/** No model has more layers, or heads in one. */
export const mostHeads = 10_000;

/** No text has more tokens. */
export const mostTokens = 1_000_000;
