/** What the two gated cells have in common: encoder and decoder do not know which one they are made of. */
import { mul } from '../../graph/operators/elementwise.ts';
import { gemm } from '../../graph/operators/linear.ts';
import { chunk, reshape } from '../../graph/operators/shape.ts';
import { lengthOf, type Value } from '../../graph/value.ts';
import type { ParameterSource, ParameterSpec } from '../parameters.ts';

/** The hidden state h, which is the cell's output, then whatever else it keeps, each `[rows, hidden]`. */
export type CellState = readonly [hidden: Value, ...kept: Value[]];

export interface Cell {
  /** Gates, the candidate counted: a cell's matrices have this many times `hidden` rows. */
  readonly gates: number;
  /** Tensors that a state is made of. */
  readonly parts: number;
  /** `<name>.input [gates·hidden, input]`, `<name>.recurrent [gates·hidden, hidden]` and biases. */
  parameters(name: string, input: number, hidden: number): ParameterSpec[];
  layer(parameters: ParameterSource, name: string): CellLayer;
  /** A whole sequence by ONNX' own operator, of symbolic length, in as many directions as there are names. */
  sequence(parameters: ParameterSource, names: readonly string[], x: Value): Sequence;
}

/** One layer's cell, its parameters found. */
export interface CellLayer {
  /** What the input contributes to the gates, `x Wᵀ + b`; computed for all steps at once where all are known. */
  gateInputs(x: Value): Value;
  /** Cuts `[rows, gates·hidden]` into the pieces that `step` takes. */
  cut(gateInputs: Value): readonly Value[];
  step(pieces: readonly Value[], state: CellState): CellState;
}

export interface Sequence {
  /** `[source, directions, 1, hidden]` */
  readonly outputs: Value;
  /** A state's parts after each direction's last step, `[directions, 1, hidden]` each. */
  readonly last: readonly Value[];
}

/** The first layer of a stack bears the stack's own name, those above it a number, from 1. */
export const layerName = (stack: string, layer: number): string => (layer === 0 ? stack : `${stack}.${layer}`);

/** `x Wᵀ + share`: adds another input's share of the gates without a copy. */
export function addGateInputs(x: Value, weight: Value, share: Value): Value {
  return gemm(x, weight, share, { transB: true });
}

export interface UnrollOptions {
  readonly steps: number;
  readonly reverse: boolean;
  /**
   * One `[batch, 1]` a step, 0 where the sequence is padding: there the state is held at zero, so that a reversed run
   * starts afresh at each sequence's own end.
   */
  readonly mask?: readonly Value[] | undefined;
}

/**
 * Runs over a whole sequence, unrolled.
 * @param x `[time · batch, input]`, time-major
 * @returns the state after each step, in time order
 */
export function unroll(layer: CellLayer, x: Value, start: CellState, { steps, reverse, mask }: UnrollOptions): CellState[] {
  const pieces = layer.cut(layer.gateInputs(x)).map(piece => chunk(piece, 0, steps));
  const states = new Array<CellState>(steps);
  let state = start;
  for (let step = 0; step < steps; step++) {
    const time = reverse ? steps - 1 - step : step;
    const next = layer.step(pieces.map(chunks => known(chunks[time])), state);
    const kept = mask === undefined ? undefined : known(mask[time]);
    state = kept === undefined ? next : mapState(next, part => mul(part, kept));
    states[time] = state;
  }
  return states;
}

export function mapState([hidden, ...kept]: CellState, change: (part: Value, index: number) => Value): CellState {
  return [change(hidden, 0), ...kept.map((part, index) => change(part, index + 1))];
}

/** @throws where there are no parts at all */
export function asState([hidden, ...kept]: readonly Value[]): CellState {
  return [known(hidden), ...kept];
}

/** Each direction's weights as ONNX' recurrent operators want them, with a leading axis of directions. */
export function withDirection(weight: Value): Value {
  return reshape(weight, [1, ...weight.shape.map((_, axis) => lengthOf(weight, axis))]);
}

/** A piece of something that was cut, which is there. */
export function known<T>(piece: T | undefined): T {
  if (piece === undefined) throw new Error('a piece is missing');
  return piece;
}
