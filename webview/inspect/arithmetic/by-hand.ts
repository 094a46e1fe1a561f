/**
 * One row worked out as one does by hand: each number from those that are shown, and rounded to what is shown of it. So every line
 * checks to its last digit. The model, which rounds to float32 and adds in the order of its kernels, is a little off.
 */
import type { Arithmetic } from '../../../protocol/inspection.ts';

/** Numbers are shown to so many digits: they tell any float32 from its neighbours. */
export const digits = 9;

const powersOfTen = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

/** A number as it is shown, to be worked on with. */
export function shown(value: number): number {
  const places = digits - 1 - Math.floor(Math.log10(Math.abs(value)));
  const by = powersOfTen[Math.abs(places)];
  const moved = by === undefined ? NaN : places < 0 ? value / by : value * by;
  // Which way a tie goes, every digit counts, as it does where the number is shown.
  if (by === undefined || Math.abs(moved - Math.floor(moved) - 0.5) < 1e-6) return Number(value.toPrecision(digits));
  return places < 0 ? Math.round(moved) * by : Math.round(moved) / by;
}

/** Products, one by one, and their sum so far. */
export interface Summed {
  readonly parts: readonly number[];
  readonly sums: readonly number[];
  readonly sum: number;
}

export function summed(one: readonly number[], other: readonly number[]): Summed {
  const parts = one.map((value, at) => shown(shown(value) * shown(other[at] ?? 0)));
  let sum = 0;
  const sums = parts.map(part => (sum = shown(sum + part)));
  return { parts, sums, sum };
}

/** tanh(W q + U k) of one key; without a query, tanh(U k). */
export function tanhOf({ query, keys }: Extract<Arithmetic, { readonly score: 'additive' }>, key: number): readonly number[] {
  return (keys[key] ?? []).map((value, at) => shown(Math.tanh(shown(query?.[at] ?? 0) + shown(value))));
}

export interface WorkedRow {
  /** q·k, and times the scale; of additive attention v · tanh, twice. */
  readonly products: readonly number[];
  readonly scaled: readonly number[];
  /** `null` where it may not look. */
  readonly scores: readonly (number | null)[];
  readonly largest: number;
  readonly powers: readonly number[];
  readonly sum: number;
  readonly weights: readonly number[];
}

const known = new WeakMap<Arithmetic, WorkedRow>();

export function workOut(arithmetic: Arithmetic): WorkedRow {
  const found = known.get(arithmetic) ?? workedRow(arithmetic);
  known.set(arithmetic, found);
  return found;
}

function workedRow(arithmetic: Arithmetic): WorkedRow {
  const products = arithmetic.keys.map((key, at) =>
    (arithmetic.score === 'dot-product' ? summed(arithmetic.query, key) : summed(arithmetic.direction, tanhOf(arithmetic, at))).sum);
  const scaled = arithmetic.score === 'dot-product' ? products.map(product => shown(product * shown(arithmetic.scale))) : products;
  const maskOf = (key: number): number => (arithmetic.score === 'dot-product' ? shown(arithmetic.mask[key] ?? 0) : 0);
  const scores = scaled.map((value, key) => (arithmetic.scores[key] === null ? null : shown(value + maskOf(key))));
  const largest = Math.max(...scores.map(score => score ?? -Infinity));
  const powers = scores.map(score => (score === null ? 0 : shown(Math.exp(shown(score - largest)))));
  const sum = powers.reduce((total, power) => shown(total + power), 0);
  return { products, scaled, scores, largest, powers, sum, weights: powers.map(power => shown(power / sum)) };
}

/** One element of what the head writes, key by key. */
export function elementOf(arithmetic: Arithmetic, element: number): Summed {
  return summed(workOut(arithmetic).weights, arithmetic.values.map(value => value[element] ?? 0));
}

/** How far the model's own numbers are from those worked out, at most; keys that may not be looked at have none. */
export function furthest(own: readonly (number | null)[], worked: readonly (number | null)[]): number {
  return own.reduce<number>((most, value, at) => (value === null ? most : Math.max(most, Math.abs(value - (worked[at] ?? 0)))), 0);
}
