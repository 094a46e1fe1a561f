/**
 * What one use of a value adds to that value's gradient. Most uses add a tensor. Two kinds are left unfinished,
 * because finishing them together is cheaper:
 *
 * - a **product**: the gradient of a matrix that many products share, an RNN's weights say, is Σ LᵀR over its uses,
 *   which is one product of all L stacked on all R stacked;
 * - **rows**: an embedding's gradient is zero but in the rows that were looked up, so the rows are handed out as they
 *   are and added up outside the graph.
 */
import type { Value } from '../value.ts';

export interface ProductContribution {
  readonly kind: 'product';
  /** Gemm works on plain matrices, FusedMatMul on batches of them. */
  readonly operator: 'Gemm' | 'FusedMatMul';
  /** `[…, inner, m]`: the gradient is `leftᵀ right`. */
  readonly left: Value;
  /** `[…, inner, n]`. */
  readonly right: Value;
  readonly alpha: number;
}

export interface RowsContribution {
  readonly kind: 'rows';
  /** int64 `[…]`. */
  readonly indices: Value;
  /** `[…, features]`: what to add to each of those rows. */
  readonly rows: Value;
}

export interface DenseContribution {
  readonly kind: 'dense';
  readonly value: Value;
}

/** The gradient of a bias: the sum of these over all rows. Stacked like products before they are summed. */
export interface ColumnSumContribution {
  readonly kind: 'column-sum';
  /** `[rows, n]`; the gradient is its sum over rows, `[n]`. */
  readonly rows: Value;
}

export type Contribution = DenseContribution | ProductContribution | RowsContribution | ColumnSumContribution;

export const dense = (value: Value): Contribution => ({ kind: 'dense', value });
