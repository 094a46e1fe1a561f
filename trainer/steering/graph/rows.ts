/**
 * Weights as a layer is told to have them: rows and heads that are told something are taken out, changed, and put back where they
 * were. So nothing else is touched, to the last bit, and whoever infers shapes knows as much as before.
 */
import type { Appender } from '../../taps/appender.ts';
import type { ValueReading } from '../../taps/tap.ts';
import { putBack } from './put-back.ts';

/** Inputs that a graph is given for a layer. None is ever empty: one that tells nothing tells one row or head that it is free. */
export interface Rudder {
  /** int64 `[some]`: heads. */
  readonly heads: string;
  /** float32 `[some]`: 0 where that head writes nothing, else 1. */
  readonly keep: string;
  /** int64 `[rows]`: queries, each of them once. One that a run has not is passed over. */
  readonly queries: string;
  /** float32 `[head or 1, rows, keys]`: what they are told, 0 and more; below 0, and behind the last key, where the model has its way. */
  readonly pinned: string;
  /** float32 `[some]`: above 0 where no query looks, by key; behind the last of them all are seen. */
  readonly hidden: string;
}

export interface SteeredWeights {
  /** What a map shows: rows as they are pinned, of silent heads too. */
  readonly told: string;
  /** What weighs the values. */
  readonly written: string;
}

/** How weights lie, keys on their last axis. What ranks stand for, `taps/normalise.ts` says; there are at most four axes. */
export type Lie = Pick<ValueReading, 'rank' | 'heads' | 'oneQuery' | 'dtype' | 'quantised'>;

/** `[batch, head, query, key]`, float32 */
export const plain: Lie = { rank: 4, heads: undefined, dtype: 'float32' };

/** @returns weights that lie as those given do */
export function steeredWeights(to: Appender, weights: string, lie: Lie, rudder: Rudder): SteeredWeights {
  const { rank = 4 } = lie;
  // A step of one query has no axis of queries; it gets one for a while.
  const open = lie.oneQuery === true ? to.unsqueeze(weights, [rank - 1]) : weights;
  const opened = lie.oneQuery === true ? rank + 1 : rank;
  const told = withRows(to, withoutKeys(to, open, lie, rudder), { ...lie, rank: opened }, rudder);
  const written = withoutHeads(to, told, { ...lie, rank: opened }, rudder);
  return lie.oneQuery === true ? { told: to.squeeze(told, [rank - 1]), written: to.squeeze(written, [rank - 1]) } : { told, written };
}

/** What hidden keys had of a row is shared out among the others as the model shared it; where there are none, the row looks nowhere. */
function withoutKeys(to: Appender, weights: string, lie: Lie, { hidden }: Rudder): string {
  const last = (lie.rank ?? 4) - (lie.oneQuery === true ? 0 : 1);
  const zero = to.float(0);
  const isHidden = to.node('Less', [zero, overKeys(to, hidden, to.lengths(weights, [last]), 0, zero)]);
  const seen = to.node('Where', [isHidden, zero, asFloats(to, weights, lie)]);
  const mass = to.sum(seen, last);
  const shares = to.node('Div', [seen, to.node('Where', [to.node('Less', [zero, mass]), mass, to.float(1)])]);
  const isAny = to.node('Less', [zero, to.node('ReduceMax', [hidden], { keepdims: 0 })]);
  return to.node('Where', [isAny, asBefore(to, shares, weights, lie), weights]);
}

function withRows(to: Appender, weights: string, lie: Lie, rudder: Rudder): string {
  const { rank = 4 } = lie;
  const { queries, pinned } = presentRows(to, to.lengths(weights, [rank - 2]), rudder);
  const rows = to.node('Gather', [weights, queries], { axis: rank - 2 });
  const before = apart(to, asFloats(to, rows, lie), lie, pinned);
  const after = pinnedRows(to, before, overKeys(to, pinned, to.lengths(before, [3]), 2, to.float(-1)));
  const changed = rank === 4 ? after : to.node('Reshape', [after, to.node('Shape', [rows])]);
  return putBack(to, weights, { indices: queries, axis: rank - 2, rank, updates: asBefore(to, changed, weights, lie) });
}

/**
 * Rows that this run has, as many as were told: the first of them stands for each that it has not, and says the same twice. Where it
 * has none, query 0 is told that it is free.
 * @param count how many queries there are
 */
function presentRows(to: Appender, count: string, { queries, pinned }: Rudder): Pick<Rudder, 'queries' | 'pinned'> {
  const isPresent = to.node('Less', [queries, count]);
  const first = to.node('ArgMax', [to.cast(isPresent, 'float32')], { axis: 0, keepdims: 1 });
  const chosen = to.node('Where', [isPresent, to.countTo(to.lengths(queries, [0])), first]);
  const found = to.node('Gather', [queries, chosen], { axis: 0 });
  const isFound = to.node('Less', [found, count]);
  return {
    queries: to.node('Where', [isFound, found, to.integers([0])]),
    pinned: to.node('Where', [to.reshape(isFound, [1, -1, 1]), to.node('Gather', [pinned, chosen], { axis: 1 }), to.float(-1)]),
  };
}

/** Heads on an axis of their own: `[batch, head, row, key]`. */
function apart(to: Appender, rows: string, lie: Lie, pinned: string): string {
  if (lie.rank === 4) return rows;
  if (lie.rank === 2) return to.unsqueeze(rows, [0, 1]);
  if (isOneHead(lie)) return to.unsqueeze(rows, [1]);
  const heads = headsOf(to, lie, pinned);
  const texts = to.node('Div', [to.lengths(rows, [0]), heads]);
  return to.node('Reshape', [rows, to.node('Concat', [texts, heads, to.lengths(rows, [1, 2])], { axis: 0 })]);
}

function withoutHeads(to: Appender, weights: string, lie: Lie, rudder: Rudder): string {
  const { rank = 4 } = lie;
  const { indices, keep } = rank === 4 ? { indices: rudder.heads, keep: rudder.keep } : headsOfTexts(to, weights, lie, rudder);
  const axis = rank === 4 ? 1 : 0;
  const maps = asFloats(to, to.node('Gather', [weights, indices], { axis }), lie);
  const isSilent = to.node('Less', [to.reshape(keep, Array.from({ length: rank }, (_, at) => (at === axis ? -1 : 1))), to.float(0.5)]);
  const updates = asBefore(to, to.node('Where', [isSilent, to.float(0), maps]), weights, lie);
  return putBack(to, weights, { indices, axis, rank, updates });
}

/** Where heads share the first axis with the texts: places of the same heads of every text. */
function headsOfTexts(to: Appender, weights: string, lie: Lie, { heads, keep, pinned }: Rudder): { readonly indices: string; readonly keep: string } {
  const count = lie.rank === 2 || isOneHead(lie) ? to.integers([1]) : headsOf(to, lie, pinned);
  const firsts = to.node('Mul', [to.countTo(to.node('Div', [to.lengths(weights, [0]), count])), count]);
  const places = to.node('Add', [to.reshape(firsts, [-1, 1]), to.unsqueeze(heads, [0])]);
  const all = to.node('Expand', [to.unsqueeze(keep, [0]), to.node('Shape', [places])]);
  return { indices: to.reshape(places, [-1]), keep: to.reshape(all, [-1]) };
}

/** Of rank 3. */
const isOneHead = ({ heads, oneQuery }: Lie): boolean => heads === 1 || oneQuery === true;

/** How many heads there are: where the graph does not say, what is pinned has as many. */
const headsOf = (to: Appender, { heads }: Lie, pinned: string): string => (heads === undefined ? to.lengths(pinned, [0]) : to.integers([heads]));

/**
 * What is told of keys, which lie on an axis, for as many as there are.
 * @param beyond what stands where nothing is told
 */
function overKeys(to: Appender, told: string, count: string, axis: number, beyond: string): string {
  const keys = to.countTo(count);
  const known = to.lengths(told, [axis]);
  const isTold = to.node('Less', [keys, known]);
  const columns = to.node('Where', [isTold, keys, to.node('Sub', [known, to.integers([1])])]);
  return to.node('Where', [isTold, to.node('Gather', [told, columns], { axis }), beyond]);
}

/** A row that sums to 1 but for so much is as it was told, to the last bit. */
const rounding = 1e-6;

/**
 * A pinned weight is as it is told; what it leaves of the row is shared out among the others as the model shared the row. Where the
 * model looks at no others, as in a row that is told whole, the pinned ones make up the row between themselves.
 */
function pinnedRows(to: Appender, weights: string, pinned: string): string {
  const zero = to.float(0);
  const isFree = to.node('Less', [pinned, zero]);
  const fixed = to.node('Relu', [pinned]);
  const free = to.node('Where', [isFree, weights, zero]);
  const given = to.sum(fixed, 2);
  const left = to.node('Relu', [to.node('Sub', [to.float(1), given])]);
  const mass = to.sum(free, 3);
  const hasOthers = to.node('Less', [zero, mass]);
  // Divided first: what is left of the row, over a mass below the smallest normal number, would be infinite.
  const shares = to.node('Div', [free, to.node('Where', [hasOthers, mass, to.float(1)])]);
  const isPart = to.node('And', [to.node('Less', [zero, given]), to.node('Less', [given, to.float(1 - rounding)])]);
  const whole = to.node('Where', [to.node('And', [isPart, to.node('Not', [hasOthers])]), given, to.float(1)]);
  const shared = to.node('Add', [to.node('Div', [fixed, whole]), to.node('Mul', [shares, left])]);
  const isTold = to.node('Less', [zero, to.sum(to.node('Where', [isFree, zero, to.float(1)]), 2)]);
  return to.node('Where', [isTold, shared, weights]);
}

function asFloats(to: Appender, value: string, { dtype, quantised }: Lie): string {
  if (quantised !== undefined) return to.dequantised(value, quantised.scale, quantised.zeroPoint);
  return dtype === 'float32' ? value : to.cast(value, 'float32');
}

function asBefore(to: Appender, value: string, weights: string, { dtype, quantised }: Lie): string {
  if (quantised !== undefined) {
    const { scale, zeroPoint } = quantised;
    return to.node('QuantizeLinear', [value, scale, ...(zeroPoint === undefined ? [] : [zeroPoint])]);
  }
  if (dtype === undefined) return to.node('CastLike', [value, weights]);
  return dtype === 'float32' ? value : to.cast(value, dtype);
}
