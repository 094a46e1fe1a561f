/**
 * A recurrent cell over a sequence, in either direction, with Keras' masks: at a masked step the state stays what it was.
 *
 * ONNX' operators know sequences of different lengths, with all padding behind; Keras' masks may have holes, and padding
 * before. Since a masked step changes nothing, the steps that count are moved to the front, run through, and what came out at
 * each is put back to where its step was.
 */
import { add, cast, greater, only, sub, where } from '../../graph/operators/elementwise.ts';
import { sum, sumBefore } from '../../graph/operators/reduce.ts';
import { at, pick, squeeze, transpose, unsqueeze } from '../../graph/operators/shape.ts';
import type { Value } from '../../graph/value.ts';
import type { LayerCall } from '../call.ts';
import type { Cell } from './cells.ts';

export interface SequenceOptions {
  readonly reverse: boolean;
  /** Bool `[batch, time]`. */
  readonly mask: Value | undefined;
  /** `[batch, units]`, one for each part of the state; zero where there are none. */
  readonly initial: readonly Value[];
  /** Whether a masked step's output is zero; else it is that of the step before. */
  readonly zeroWhereMasked: boolean;
}

export interface SequenceOutput {
  /** `[batch, time, units]`, in the order of time whichever way it went. */
  readonly outputs: Value;
  /** Of the step that comes last on its way, `[batch, units]`. */
  readonly last: Value;
  /** `[batch, units]` each. */
  readonly states: readonly Value[];
}

/** @param x float32 `[batch, time, features]` */
export function runOver(call: LayerCall, cell: Cell, x: Value, options: SequenceOptions): SequenceOutput {
  if (options.mask === undefined) {
    const { outputs, states } = run(cell, x, options, undefined);
    return { outputs, last: states[0] ?? outputs, states };
  }
  return runMasked(call, cell, x, options, options.mask);
}

function run(cell: Cell, x: Value, { reverse, initial }: SequenceOptions, lengths: Value | undefined): { outputs: Value; states: Value[] } {
  const { operator, units, attributes, parts } = cell;
  const start = initial.map(state => unsqueeze(state, 0));
  const inputs = [transpose(x, [1, 0, 2]), cell.input, cell.recurrent, cell.bias, lengths, ...start];
  const settings = { hidden_size: units, direction: reverse ? 'reverse' : 'forward', ...attributes } as const;
  const made =
    operator === 'GRU'
      ? x.graph.node('GRU', inputs, { linear_before_reset: 0, ...settings })
      : x.graph.node(operator, inputs, settings);
  const [all, ...last] = made;
  if (all === undefined || last.length !== parts) throw new Error(`${operator} gave ${made.length} outputs`);
  return { outputs: transpose(squeeze(all, 1), [1, 0, 2]), states: last.map(state => squeeze(state, 0)) };
}

function runMasked(call: LayerCall, cell: Cell, x: Value, options: SequenceOptions, mask: Value): SequenceOutput {
  const { graph } = x;
  const { reverse, initial, zeroWhereMasked } = options;
  const counts = cast(mask, 'int64');
  const gaps = sub(1, counts);
  const before = sumBefore(counts, 1);
  const count = sum(counts, [1]);
  const places = sumBefore(add(counts, gaps), 1);
  // Where each step goes: those that count to the front, the others behind them.
  const slot = where(mask, before, add(count, sumBefore(gaps, 1)));
  const order = only(graph.node('ScatterElements', [places, slot, places], { axis: 1, reduction: 'none' }));
  const { outputs, states } = run(cell, pick(x, order), options, cast(squeeze(count, 1), 'int32'));
  // What is in force at each step: what the last one that counts put out, seen in the direction of the run.
  const latest = reverse ? before : sub(add(before, counts), 1);
  const known = reverse ? greater(count, before) : greater(add(before, counts), 0);
  const held = pick(outputs, where(known, latest, 0));
  const [first] = initial;
  // Keras begins with an output of zero whatever the state is; TensorFlow.js puts out the state.
  const beginning = call.build.library.name === 'tensorflow.js' && first !== undefined ? unsqueeze(first, 1) : undefined;
  const kept = where(column(known), held, beginning ?? 0);
  const shown = zeroWhereMasked ? where(column(mask), kept, 0) : kept;
  const any = greater(count, 0);
  return {
    outputs: shown,
    last: reverse ? at(shown, 1, 0) : at(shown, 1, -1),
    states: states.map((state, index) => where(any, state, initial[index] ?? 0)),
  };
}

/** `[batch, time]` → `[batch, time, 1]` */
const column = (x: Value): Value => unsqueeze(x, -1);
