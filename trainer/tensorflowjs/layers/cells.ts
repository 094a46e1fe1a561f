/**
 * Keras' recurrent cells as ONNX' operators take them (keras.io, "LSTMCell", "GRUCell", "SimpleRNNCell"). Keras stacks the
 * gates of a kernel `[input, gates · units]` side by side, ONNX on top of each other, in other orders.
 */
import * as z from 'zod';
import type { OperatorAttributes } from '../../graph/attributes.ts';
import type { Value } from '../../graph/value.ts';
import { hardSigmoidSlope } from '../activations.ts';
import { type LayerCall, settings, unsupported, weight } from '../call.ts';
import { activation, flag, size } from '../schema.ts';
import type { StoredWeight } from '../weights.ts';

/** A cell with its weights. */
export interface Cell {
  readonly operator: 'RNN' | 'GRU' | 'LSTM';
  readonly units: number;
  /** Tensors that its state is made of, the output first. */
  readonly parts: 1 | 2;
  /** `[1, gates · units, input]`, `[1, gates · units, units]`, `[1, 2 · gates · units]`. */
  readonly input: Value;
  readonly recurrent: Value;
  readonly bias: Value | undefined;
  readonly attributes: Pick<OperatorAttributes['LSTM'], 'activations' | 'activation_alpha' | 'activation_beta'> & { readonly linear_before_reset?: 0 | 1 };
}

interface Kind {
  readonly operator: Cell['operator'];
  readonly parts: Cell['parts'];
  /** For each of ONNX' gates, which of Keras' it is. */
  readonly gates: readonly number[];
}

const kinds = {
  // Keras: the one.
  SimpleRNN: { operator: 'RNN', parts: 1, gates: [0] },
  // Both: update, reset, candidate.
  GRU: { operator: 'GRU', parts: 1, gates: [0, 1, 2] },
  // Keras: input, forget, candidate, output; ONNX: input, output, forget, candidate.
  LSTM: { operator: 'LSTM', parts: 2, gates: [0, 3, 1, 2] },
} as const satisfies Record<string, Kind>;

export type CellName = keyof typeof kinds;

/** How many tensors a cell's state is made of. */
export const partsOf = (name: CellName): Cell['parts'] => kinds[name].parts;

const schema = z.looseObject({
  units: size,
  activation,
  recurrent_activation: activation,
  use_bias: flag(true),
  reset_after: z.boolean().nullish(),
});

/** @param input how many features a step is fed */
export function cellOf(call: LayerCall, name: CellName, input: number): Cell {
  const { operator, parts, gates }: Kind = kinds[name];
  const config = settings(call, schema);
  const { units } = config;
  const all = gates.length * units;
  const kernel = weight(call, 'kernel', 0, [input, all]);
  const recurrent = weight(call, 'recurrent_kernel', 1, [units, all]);
  const resetAfter = name === 'GRU' && config.use_bias ? hasTwoBiases(call, config.reset_after) : config.reset_after === true;
  const bias = config.use_bias ? weight(call, 'bias', 2, resetAfter ? [2, all] : [all]) : undefined;
  const given = (key: string, otherwise: string): string => (Object.hasOwn(call.layer.config, key) ? 'linear' : otherwise);
  const gate = config.recurrent_activation ?? given('recurrent_activation', call.build.library.name === 'keras' ? 'sigmoid' : 'hard_sigmoid');
  const candidate = config.activation ?? given('activation', 'tanh');
  const used = name === 'SimpleRNN' ? [candidate] : name === 'GRU' ? [gate, candidate] : [gate, candidate, candidate];
  return {
    operator,
    units,
    parts,
    input: stacked(call, kernel, gates, units),
    recurrent: stacked(call, recurrent, gates, units),
    bias: bias === undefined ? undefined : joined(call, bias, gates, units),
    attributes: { ...activations(call, used), ...(name === 'GRU' ? { linear_before_reset: resetAfter ? 1 : 0 } : {}) },
  };
}

/** A unit that resets after its product has a bias for each of its kernels; the setting is missing in old files. */
function hasTwoBiases(call: LayerCall, resetAfter: boolean | null | undefined): boolean {
  return resetAfter ?? call.build.weights.shapeOf(call.place, { name: 'bias', index: 2 })?.length === 2;
}

/** `[rows, gates · units]` → `[1, gates · units, rows]`, its gates in ONNX' order. */
function stacked(call: LayerCall, kernel: StoredWeight, gates: readonly number[], units: number): Value {
  const [rows = 0, columns = 0] = kernel.shape;
  return call.build.stored(kernel, 'stacked', [1, columns, rows], () => {
    const turned = new Float32Array(kernel.data.length);
    gates.forEach((from, to) => {
      for (let unit = 0; unit < units; unit++) {
        for (let row = 0; row < rows; row++) turned[(to * units + unit) * rows + row] = kernel.data[row * columns + from * units + unit] ?? 0;
      }
    });
    return turned;
  });
}

/** The biases of both kernels, one behind the other; the recurrent one is zero where there is none. */
function joined(call: LayerCall, bias: StoredWeight, gates: readonly number[], units: number): Value {
  const all = gates.length * units;
  return call.build.stored(bias, 'joined', [1, 2 * all], () => {
    const both = new Float32Array(2 * all);
    for (let start = 0; start < bias.data.length; start += all) {
      gates.forEach((from, to) => both.set(bias.data.subarray(start + from * units, start + (from + 1) * units), start + to * units));
    }
    return both;
  });
}

/** What ONNX calls an activation, and its numbers; `alpha` and `beta` stand in the operator's lists only where it has them. */
interface OnnxActivation {
  readonly name: string;
  readonly alpha?: number;
  readonly beta?: number;
}

const onnx: Readonly<Record<string, OnnxActivation>> = {
  sigmoid: { name: 'Sigmoid' },
  tanh: { name: 'Tanh' },
  relu: { name: 'Relu' },
  softsign: { name: 'Softsign' },
  softplus: { name: 'Softplus' },
  elu: { name: 'Elu', alpha: 1 },
  leaky_relu: { name: 'LeakyRelu', alpha: 0.2 },
  linear: { name: 'Affine', alpha: 1, beta: 0 },
};

function activations(call: LayerCall, names: readonly string[]): Cell['attributes'] {
  const found = names.map((name): OnnxActivation => {
    if (name === 'hard_sigmoid') return { name: 'HardSigmoid', alpha: hardSigmoidSlope(call.build.library), beta: 0.5 };
    const known = Object.hasOwn(onnx, name) ? onnx[name] : undefined;
    if (known === undefined) throw unsupported(call, `the activation "${name}" of a recurrent layer`, `one of ${[...Object.keys(onnx), 'hard_sigmoid'].join(', ')}`);
    return known;
  });
  const numbers = (key: 'alpha' | 'beta'): number[] => found.flatMap(each => each[key] ?? []);
  const [alpha, beta] = [numbers('alpha'), numbers('beta')];
  return {
    activations: { texts: found.map(({ name }) => name) },
    ...(alpha.length === 0 ? {} : { activation_alpha: { floats: alpha } }),
    ...(beta.length === 0 ? {} : { activation_beta: { floats: beta } }),
  };
}
