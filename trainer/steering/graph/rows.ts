/**
 * Weights as a layer is told to have them: rows and heads that are told something are taken out, changed, and put back where they
 * were. So nothing else is touched, to the last bit, and whoever infers shapes knows as much as before.
 */
import type { Appender } from '../../taps/appender.ts';
import type { ValueReading } from '../../taps/tap.ts';
import { indexingsOf, indicesOf } from './indexing.ts';

/** Inputs that a graph is given for a layer. */
export interface Rudder {
  /** int64 `[heads]`: heads that write nothing. */
  readonly silent: string;
  /** int64 `[rows, 2]`: head and query of the rows that are told something. A query that a run has not is passed over. */
  readonly rows: string;
  /** float32 `[rows, keys]`: what they are told, 0 and more; below 0, and behind the last one, where the model has its way. */
  readonly pinned: string;
}

export interface SteeredWeights {
  /** What a map shows: rows as they are pinned, of silent heads too. */
  readonly told: string;
  /** What weighs the values. */
  readonly written: string;
}

/** How weights lie. */
export type Lie = Pick<ValueReading, 'rank' | 'heads' | 'oneQuery' | 'dtype' | 'quantised'>;

/** Of weights that lie otherwise no number is float32: `[batch, head, query, key]`. */
export const plain: Lie = { rank: 4, heads: undefined, dtype: 'float32' };

/** @param weights keys on their last axis; what comes of it lies as they do */
export function steeredWeights(to: Appender, weights: string, lie: Lie, rudder: Rudder): SteeredWeights {
  const told = withRows(to, weights, lie, rudder);
  return { told, written: withoutHeads(to, told, lie, rudder) };
}

function withRows(to: Appender, weights: string, lie: Lie, rudder: Rudder): string {
  const { rows, pinned } = presentRows(to, weights, lie, rudder);
  const [head, query] = [to.slice(rows, 1, 0, 1), to.slice(rows, 1, 1, 2)];
  const places = indicesOf(to, weights, indexingsOf(lie).row, { head, query });
  const before = asFloats(to, to.node('GatherND', [weights, places]), lie);
  const after = pinnedRows(to, before, to.unsqueeze(overKeys(to, pinned, before), [0]));
  return to.node('ScatterND', [weights, places, asBefore(to, after, weights, lie)]);
}

function withoutHeads(to: Appender, weights: string, lie: Lie, { silent }: Rudder): string {
  const places = indicesOf(to, weights, indexingsOf(lie).map, { head: to.unsqueeze(silent, [1]) });
  const nothing = to.node('ConstantOfShape', [to.node('Shape', [to.node('GatherND', [weights, places])])]);
  return to.node('ScatterND', [weights, places, asBefore(to, nothing, weights, lie)]);
}

/** Those whose query this run has. */
function presentRows(to: Appender, weights: string, { rank = 4, oneQuery }: Lie, { rows, pinned }: Rudder): Pick<Rudder, 'rows' | 'pinned'> {
  const queries = oneQuery === true ? to.integers([1]) : to.lengths(weights, [rank - 2]);
  const isPresent = to.node('Less', [to.reshape(to.slice(rows, 1, 1, 2), [-1]), queries]);
  const present = to.reshape(to.node('NonZero', [isPresent]), [-1]);
  const among = (value: string): string => to.node('Gather', [value, present], { axis: 0 });
  return { rows: among(rows), pinned: among(pinned) };
}

/** As long as the rows are: `[rows, key]`. */
function overKeys(to: Appender, pinned: string, rows: string): string {
  const keys = to.positions(rows, 2);
  const [told, last] = [to.lengths(pinned, [1]), to.node('Sub', [to.lengths(pinned, [1]), to.integers([1])])];
  const isTold = to.node('Less', [keys, told]);
  const column = to.reshape(to.node('Where', [isTold, keys, last]), [-1]);
  return to.node('Where', [isTold, to.node('Gather', [pinned, column], { axis: 1 }), to.float(-1)]);
}

/** A pinned weight is as it is told; what it leaves of the row is shared out among the others as the model shared the row. */
function pinnedRows(to: Appender, weights: string, pinned: string): string {
  const zero = to.float(0);
  const fixed = to.node('Relu', [pinned]);
  const free = to.node('Where', [to.node('Less', [pinned, zero]), weights, zero]);
  const left = to.node('Relu', [to.node('Sub', [to.float(1), sumOfRows(to, fixed)])]);
  const mass = sumOfRows(to, free);
  // A row that is pinned whole, or that has nothing elsewhere, has nothing to share out.
  const scale = to.node('Where', [to.node('Less', [zero, mass]), to.node('Div', [left, mass]), zero]);
  return to.node('Add', [fixed, to.node('Mul', [free, scale])]);
}

/** Axes are an input from operator set 13 on. */
const sumOfRows = (to: Appender, value: string): string => (to.opset < 13 ? to.node('ReduceSum', [value], { axes: [2] }) : to.node('ReduceSum', [value, to.integers([2])]));

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

/** Texts of a batch in which anything is told: int64 `[texts]`, all of them or none. @param weights `[batch, head, query, key]` */
export function steeredTexts(to: Appender, weights: string, rudder: Rudder): string {
  const count = to.node('Add', [to.lengths(rudder.silent, [0]), to.lengths(rudder.rows, [0])]);
  // 1 or 0 for every text.
  const isSteered = to.node('Less', [to.node('Mul', [to.positions(weights, 0), to.integers([0])]), count]);
  return to.reshape(to.node('NonZero', [to.reshape(isSteered, [-1])]), [-1]);
}
