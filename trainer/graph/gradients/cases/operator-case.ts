/** What the tests know of an operator: how to use it on random shapes, and the same thing in PyTorch. */
import { Random } from '../../../training/random.ts';
import { only } from '../../operators/elementwise.ts';
import { elementCount, type Value } from '../../value.ts';
import type { Operator } from '../../attributes.ts';

/** One use of an operator. */
export interface OperatorCase {
  readonly about: string;
  readonly operands: readonly Operand[];
  readonly build: (...operands: Value[]) => Value;
  /** The same in PyTorch; operands are a, b, c … in order. */
  readonly torch: string;
}

/** An input of the graph: numbers to differentiate by, or whole ones that name rows. */
export type Operand =
  | { readonly kind: 'real'; readonly shape: readonly number[]; readonly numbers: readonly number[] }
  | { readonly kind: 'whole'; readonly shape: readonly number[]; readonly numbers: readonly number[] };

export type CasesOf<O extends Operator> = { readonly [P in O]: (draw: Draw) => readonly OperatorCase[] };

/** The letters that PyTorch's expressions call the operands by. */
export const letters = ['a', 'b', 'c', 'd', 'e'] as const;

/** Draws shapes and numbers. */
export class Draw {
  readonly #random: Random;

  constructor(...names: readonly (string | number)[]) {
    this.#random = new Random(...names);
  }

  /** 1 … 4: small enough to move every number, and every so often the 1 that broadcasts. */
  length(): number {
    return 1 + this.#random.below(4);
  }

  lengths(rank: number): number[] {
    return Array.from({ length: rank }, () => this.length());
  }

  /** A whole number from `low` to `high`. */
  between(low: number, high: number): number {
    return low + this.#random.below(high - low + 1);
  }

  /** A shape that broadcasts to the given one: leading axes left out, others of length 1. */
  broadcast(shape: readonly number[]): number[] {
    return shape.slice(this.#random.below(shape.length + 1)).map(length => (this.#random.uniform() < 0.4 ? 1 : length));
  }

  permutation(rank: number): number[] {
    return this.#random.shuffle([...Array(rank).keys()]);
  }

  real(shape: readonly number[]): Operand {
    return this.#operand(shape, () => this.#random.normal());
  }

  /** Between a half and two. */
  positive(shape: readonly number[]): Operand {
    return this.#operand(shape, () => 0.5 + 1.5 * this.#random.uniform());
  }

  /** Of either sign, and away from zero, where some functions have a kink or a pole. */
  nonzero(shape: readonly number[]): Operand {
    return this.#operand(shape, () => (this.#random.uniform() < 0.5 ? -1 : 1) * (0.5 + this.#random.uniform()));
  }

  /** Whole numbers below a bound; from six numbers on, some come twice. */
  rows(shape: readonly number[], bound: number): Operand {
    return { ...this.#operand(shape, () => this.#random.below(bound)), kind: 'whole' };
  }

  #operand(shape: readonly number[], number: () => number): Operand {
    return { kind: 'real', shape, numbers: Array.from({ length: elementCount(shape) }, number) };
  }
}

/** A node whose builder has no name of its own. */
export const identity = (x: Value): Value => only(x.graph.node('Identity', [x], {}));

/** A Python list. */
export const list = (numbers: readonly number[]): string => `[${numbers.join(', ')}]`;
