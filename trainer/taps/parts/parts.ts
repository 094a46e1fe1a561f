/** The numbers behind an attention's weights, by the values of the graph that hold them. */
import type { Dtype } from '../../formats/dtype.ts';
import type { Path } from '../tap.ts';

/** A value of the graph, and where its name is known. */
export interface PartValue {
  readonly name: string;
  readonly path: Path;
  readonly dtype: Dtype | undefined;
}

/** One axis of both operands is summed over. */
export interface Product {
  readonly left: PartValue;
  readonly right: PartValue;
  readonly out: PartValue;
  /** What each sum is multiplied by. */
  readonly factor: number;
  readonly axes: ProductAxes;
}

/** How the axes of both operands and of what comes out belong together. */
export type ProductAxes =
  /** Of both the last two are matrices. */
  | { readonly form: 'matrices'; readonly left: MatrixLayout; readonly right: MatrixLayout }
  /** Letters of an Einsum. */
  | { readonly form: 'letters'; readonly left: string; readonly right: string; readonly out: string }
  /** Element by element, then a sum over one axis. */
  | { readonly form: 'elements'; readonly summed: number; readonly isKept: boolean };

export interface MatrixLayout {
  /** Its columns stand before its rows. */
  readonly isTransposed: boolean;
  /** Batch axes stand between the two of the matrix (FusedMatMul's transBatchA). */
  readonly isBatchInside: boolean;
}

/** What happens to numbers between two values; what keeps all of them in their order is left out. */
export type PartStep =
  | { readonly form: 'turned'; readonly perm: readonly number[] | undefined; readonly after: PartValue }
  | { readonly form: 'times' | 'over' | 'plus' | 'minus'; readonly by: PartValue; readonly after: PartValue }
  /** Some are replaced. */
  | { readonly form: 'hidden'; readonly before: PartValue; readonly after: PartValue };

/** W q + U k; or, where no query comes in, as in a pooling, what is made of a key alone. */
export interface AddedTerms {
  readonly terms: { readonly left: PartValue; readonly right: PartValue } | undefined;
  readonly out: PartValue;
}

export interface Parts {
  /** What is compared: queries with keys; of an additive score v with tanh(W q + U k). */
  readonly compared: Product;
  /** What the tanh of an additive score is taken of. */
  readonly added: AddedTerms | undefined;
  /** From the products to the scores. */
  readonly toScores: readonly PartStep[];
  /** What the softmax is taken of. */
  readonly scores: PartValue;
  /** From the softmax to the weights that are read, and from there to the product in which they weigh. */
  readonly toRead: readonly PartStep[];
  readonly read: PartValue & { readonly keysLast: boolean; readonly oneQuery: boolean };
  readonly toWeighing: readonly PartStep[];
  readonly weighing: Product;
  readonly weights: 'left' | 'right';
}
