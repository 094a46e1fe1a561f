/** SimpleRNN, GRU, LSTM, RNN over one such cell, and Bidirectional over any of them. */
import * as z from 'zod';
import { fieldsOf } from '../../formats/json.ts';
import { add, mul } from '../../graph/operators/elementwise.ts';
import { concat, flip } from '../../graph/operators/shape.ts';
import type { Value } from '../../graph/value.ts';
import { features } from '../../graph/operators/linear.ts';
import { inputsOf, inputOfRank, type KerasTensor, type LayerBuilder, type LayerCall, partOf, refused, settings, tensorsIn, unsupported } from '../call.ts';
import { maskOf } from '../masks.ts';
import { flag } from '../schema.ts';
import { cellOf, type CellName, partsOf } from './cells.ts';
import { runOver, type SequenceOutput } from './sequence.ts';

const schema = z.looseObject({
  return_sequences: flag(false),
  return_state: flag(false),
  go_backwards: flag(false),
  stateful: flag(false),
  time_major: flag(false),
  zero_output_for_mask: flag(false),
  cell: z.unknown().optional(),
});
type Settings = z.output<typeof schema>;

const cells: Readonly<Record<string, CellName>> = { SimpleRNN: 'SimpleRNN', GRU: 'GRU', LSTM: 'LSTM', SimpleRNNCell: 'SimpleRNN', GRUCell: 'GRU', LSTMCell: 'LSTM' };
const cellNamed = (name: unknown): CellName | undefined => (typeof name === 'string' && Object.hasOwn(cells, name) ? cells[name] : undefined);
const supported = 'SimpleRNN, GRU or LSTM';

/** A layer as it is asked to run. */
interface Recurrent {
  readonly call: LayerCall;
  readonly settings: Settings;
  readonly cell: CellName;
}

export const recurrent: LayerBuilder = call => {
  const layer = recurrentOf(call);
  const { return_sequences, return_state, go_backwards, zero_output_for_mask } = layer.settings;
  const states = statesOf(call);
  checkStates(call, states.length, partsOf(layer.cell));
  const ran = runLayer(layer, go_backwards, states, zero_output_for_mask);
  const output = return_sequences ? (go_backwards ? flip(ran.outputs, 1) : ran.outputs) : ran.last;
  const mask = return_sequences ? maskOf(call) : undefined;
  return [{ value: output, mask }, ...(return_state ? ran.states.map(value => ({ value })) : [])];
};

const mergeModes = z.enum(['concat', 'sum', 'mul', 'ave']).nullish();
const wrapped = z.looseObject({ class_name: z.string(), config: z.record(z.string(), z.unknown()) });
const bidirectionalSchema = z.looseObject({ layer: wrapped, backward_layer: wrapped.nullish(), merge_mode: mergeModes });

export const bidirectional: LayerBuilder = call => {
  const { layer, backward_layer, merge_mode } = settings(call, bidirectionalSchema);
  const [there, back] = [inside(call, layer, 'forward'), inside(call, backward_layer ?? layer, 'backward')];
  const { return_sequences, return_state, go_backwards } = there.settings;
  const given = statesOf(call);
  checkStates(call, given.length, 2 * partsOf(there.cell));
  const half = given.length / 2;
  // Keras leaves nothing where a step is masked once both directions are laid side by side; TensorFlow.js keeps what was.
  const zero = return_sequences && call.build.library.name === 'keras';
  const [forward, backward] = [
    runLayer(there, go_backwards, given.slice(0, half), zero),
    runLayer(back, backward_layer === null || backward_layer === undefined ? !go_backwards : back.settings.go_backwards, given.slice(half), zero),
  ];
  const pair = [forward, backward].map(({ outputs, last }) => (!return_sequences ? last : go_backwards ? flip(outputs, 1) : outputs));
  const mask = return_sequences ? maskOf(call) : undefined;
  const states = return_state ? [...forward.states, ...backward.states].map(value => ({ value })) : [];
  return [...merged(pair, merge_mode).map(value => ({ value, mask })), ...states];
};

function merged(pair: readonly Value[], mode: z.output<typeof mergeModes>): readonly Value[] {
  const [a, b] = pair;
  if (a === undefined || b === undefined || mode === null) return pair;
  switch (mode ?? 'concat') {
    case 'concat':
      return [concat([a, b], a.rank - 1)];
    case 'sum':
      return [add(a, b)];
    case 'ave':
      return [mul(add(a, b), 0.5)];
    case 'mul':
      return [mul(a, b)];
  }
}

/** The layer of one direction. */
function inside(call: LayerCall, { class_name, config }: z.output<typeof wrapped>, direction: 'forward' | 'backward'): Recurrent {
  const own = typeof config['name'] === 'string' ? config['name'] : '';
  const isPart = (segment: string): boolean => segment.startsWith(`${direction}_`) || segment === own;
  const part = partOf(call, isPart, [`${direction}_layer`]);
  return recurrentOf({ ...part, layer: { name: call.layer.name, className: class_name, config } });
}

/** @throws Failure `broken-model` where it is no recurrent layer, or one that cannot be run */
function recurrentOf(call: LayerCall): Recurrent {
  const { className, config } = call.layer;
  const chosen = settings(call, schema);
  if (chosen.stateful) throw unsupported(call, '"stateful", a state that outlives a run,', 'a layer that begins anew each time');
  if (chosen.time_major) throw unsupported(call, '"time_major"', '[batch, time, features]');
  const inner = className === 'RNN' ? fieldsOf(chosen.cell) : undefined;
  const cell = cellNamed(inner?.get('class_name') ?? className);
  if (cell === undefined) throw unsupported(call, className === 'RNN' ? `the cell ${String(inner?.get('class_name') ?? 'of several')}` : className, supported);
  const saved: LayerCall = { ...call, place: { ...call.place, saved: [...call.place.saved, 'cell'] } };
  const cellConfig = Object.fromEntries(fieldsOf(inner?.get('config')) ?? []);
  return { call: { ...saved, layer: { ...call.layer, config: inner === undefined ? config : cellConfig } }, settings: chosen, cell };
}

function runLayer({ call, cell }: Recurrent, reverse: boolean, initial: readonly KerasTensor[], zeroWhereMasked: boolean): SequenceOutput {
  const x = call.build.numbers(inputOfRank(call, 3).value);
  if (typeof x.shape[2] !== 'number') throw refused(call, `it is fed [${x.shape.join(', ')}]`, 'a known number of features');
  const built = cellOf(call, cell, features(x));
  const states = initial.map(({ value }) => call.build.numbers(value));
  for (const state of states) if (state.rank !== 2 || state.shape[1] !== built.units) throw refused(call, `its state begins with [${state.shape.join(', ')}]`, `[batch, ${built.units}]`);
  return runOver(call, built, x, { reverse, mask: maskOf(call), initial: states, zeroWhereMasked });
}

/** States to begin with, which may come after the input or by name. */
function statesOf(call: LayerCall): readonly KerasTensor[] {
  const byName = (name: string): readonly KerasTensor[] => {
    const given = call.named.get(name);
    return given === undefined ? [] : tensorsIn(given);
  };
  if (byName('constants').length > 0) throw unsupported(call, '"constants"', 'a sequence and its initial state');
  const states = byName('initial_state');
  return states.length > 0 ? states : inputsOf(call).slice(1);
}

function checkStates(call: LayerCall, found: number, wanted: number): void {
  if (found !== 0 && found !== wanted) throw refused(call, `its state begins with ${found} tensors`, `${wanted}, or none`);
}
