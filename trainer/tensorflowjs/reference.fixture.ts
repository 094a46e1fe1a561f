/**
 * Keras' layers as keras.io describes them, written out in loops and float64. Sequences are `[batch][time][features]`; weights
 * are laid out as Keras stores them.
 */
import type { NamedArray } from './saved-model.fixture.ts';

export type Vector = readonly number[];
export type Matrix = readonly Vector[];
export type Batch = readonly Matrix[];
/** `[batch][time]` */
export type Mask = readonly (readonly boolean[])[];

const range = (length: number): number[] => Array.from({ length }, (_, index) => index);
const at = (array: ArrayLike<number>, index: number): number => array[index] ?? NaN;
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Flat numbers by their shape. */
export function nested(data: ArrayLike<number>, [batch = 0, time = 0, features = 0]: readonly number[]): Batch {
  return range(batch).map(b => range(time).map(t => range(features).map(f => at(data, (b * time + t) * features + f))));
}

export const flat = (values: unknown): number[] => (Array.isArray(values) ? values.flatMap(flat) : [Number(values)]);

/** x W + b; the kernel is `[in, out]`. */
export function dense(x: Vector, kernel: NamedArray, bias?: NamedArray): Vector {
  const out = kernel.shape.slice(1).reduce((product, length) => product * length, 1);
  return range(out).map(j => sum(x.map((value, i) => value * at(kernel.data, i * out + j))) + (bias === undefined ? 0 : at(bias.data, j)));
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
export const hardSigmoid3 = (x: number): number => Math.min(1, Math.max(0, x / 6 + 0.5));

export interface CellWeights {
  readonly kernel: NamedArray;
  readonly recurrent: NamedArray;
  readonly bias: NamedArray | undefined;
}

export type CellStep = (x: Vector, state: readonly Vector[]) => readonly Vector[];

/** i, f, c, o. */
export function lstmStep({ kernel, recurrent, bias }: CellWeights, gate = sigmoid): CellStep {
  return (x, [h = [], c = []]) => {
    const units = h.length;
    const z = dense(x, kernel, bias).map((value, index) => value + at(dense(h, recurrent), index));
    const part = (index: number): Vector => z.slice(index * units, (index + 1) * units);
    const [i, f, candidate, o] = [part(0).map(gate), part(1).map(gate), part(2).map(Math.tanh), part(3).map(gate)];
    const next = c.map((value, index) => at(f, index) * value + at(i, index) * at(candidate, index));
    return [next.map((value, index) => at(o, index) * Math.tanh(value)), next];
  };
}

/** z, r, h; `reset_after` where there are two biases. */
export function gruStep({ kernel, recurrent, bias }: CellWeights, gate = sigmoid): CellStep {
  const after = bias === undefined || bias.shape.length === 2;
  return (x, [h = []]) => {
    const units = h.length;
    const biasAt = (row: number, index: number): number => (bias === undefined ? 0 : at(bias.data, row * 3 * units + index));
    const input = dense(x, kernel).map((value, index) => value + biasAt(0, index));
    const inner = dense(h, recurrent).map((value, index) => value + (after ? biasAt(1, index) : 0));
    const z = range(units).map(u => gate(at(input, u) + at(inner, u)));
    const r = range(units).map(u => gate(at(input, units + u) + at(inner, units + u)));
    const reset = h.map((value, u) => value * at(r, u));
    const before = dense(reset, recurrent);
    const candidate = range(units).map(u => Math.tanh(at(input, 2 * units + u) + (after ? at(r, u) * at(inner, 2 * units + u) : at(before, 2 * units + u))));
    return [h.map((value, u) => at(z, u) * value + (1 - at(z, u)) * at(candidate, u))];
  };
}

export interface Ran {
  /** In the order in which the steps were made. */
  readonly outputs: Batch;
  readonly states: readonly Matrix[];
}

/** A masked step keeps the state; its output is that of the step before, zero to begin with, or always zero. */
export function recur(step: CellStep, x: Batch, initial: readonly Matrix[], options: { readonly mask?: Mask; readonly backwards?: boolean; readonly zero?: boolean } = {}): Ran {
  const ran = x.map((rows, b) => {
    let state = initial.map(each => each[b] ?? []);
    let output: Vector = (state[0] ?? []).map(() => 0);
    const order = options.backwards === true ? range(rows.length).reverse() : range(rows.length);
    const outputs = order.map(t => {
      const seen = options.mask?.[b]?.[t] ?? true;
      if (seen) {
        state = [...step(rows[t] ?? [], state)];
        output = state[0] ?? [];
      }
      return !seen && options.zero === true ? output.map(() => 0) : output;
    });
    return { outputs, state };
  });
  return { outputs: ran.map(({ outputs }) => outputs), states: initial.map((_, part) => ran.map(({ state }) => state[part] ?? [])) };
}

export function softmax(scores: Vector): Vector {
  const most = Math.max(...scores);
  const exps = scores.map(score => Math.exp(score - most));
  return exps.map(value => value / sum(exps));
}

/** What each query sees, and how much of it: `[query][key]` of one text. */
export interface Attended {
  readonly weights: Matrix;
  readonly output: Matrix;
}

/** @param seen false where a key must not be looked at */
export function attend(query: Matrix, value: Matrix, score: (q: number, k: number) => number, seen: (q: number, k: number) => boolean): Attended {
  const weights = query.map((_, q) => softmax(value.map((_row, k) => (seen(q, k) ? score(q, k) : -1e9))));
  const output = weights.map(row => range(value[0]?.length ?? 0).map(f => sum(row.map((weight, k) => weight * at(value[k] ?? [], f)))));
  return { weights, output };
}

export const product = (a: Vector, b: Vector): number => sum(a.map((value, index) => value * at(b, index)));
