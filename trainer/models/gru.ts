/**
 * The gated recurrent unit (Cho et al. 2014, appendix A.1), in the form that ONNX' `GRU` computes with
 * `linear_before_reset = 1`: gates stacked in the order update z, reset r, candidate c.
 */
import { add, mul, sigmoid, sub, tanh } from '../graph/operators/elementwise.ts';
import { gemm, linear } from '../graph/operators/linear.ts';
import { chunk, split } from '../graph/operators/shape.ts';
import { lengthOf, type Value } from '../graph/value.ts';
import { type ParameterSource, type ParameterSpec } from './parameters.ts';

/** `<name>.input [3·hidden, input]`, `<name>.recurrent [3·hidden, hidden]` and a bias for each. */
export function gruParameters(name: string, input: number, hidden: number): ParameterSpec[] {
  return [
    { name: `${name}.input`, shape: [3 * hidden, input], start: { kind: 'glorot' } },
    { name: `${name}.recurrent`, shape: [3 * hidden, hidden], start: { kind: 'glorot' } },
    { name: `${name}.input_bias`, shape: [3 * hidden], start: { kind: 'zeros' } },
    { name: `${name}.recurrent_bias`, shape: [3 * hidden], start: { kind: 'zeros' } },
  ];
}

/** What the input contributes to the gates, `x Wᵀ + b`; computed for all steps at once. */
export function gateInputs(parameters: ParameterSource, name: string, x: Value): Value {
  return linear(x, parameters(`${name}.input`), parameters(`${name}.input_bias`));
}

/** The input's share of one step's gates: update and reset side by side, and the candidate. */
export interface GateInputs {
  readonly gates: Value;
  readonly candidate: Value;
}

/** Cuts `[rows, 3·hidden]` into its gates `[rows, 2·hidden]` and candidate `[rows, hidden]`. */
export function cutGates(x: Value): GateInputs {
  const hidden = lengthOf(x, -1) / 3;
  const [gates, candidate] = split(x, 1, [2 * hidden, hidden]);
  if (gates === undefined || candidate === undefined) throw new Error('the gates could not be cut');
  return { gates, candidate };
}

/** One step: state `[batch, hidden]` and the input's share of the gates give the next state. */
export function gruStep(parameters: ParameterSource, name: string, x: GateInputs, state: Value): Value {
  const recurrent = cutGates(linear(state, parameters(`${name}.recurrent`), parameters(`${name}.recurrent_bias`)));
  const [update, reset] = chunk(sigmoid(add(x.gates, recurrent.gates)), 1, 2);
  if (update === undefined || reset === undefined) throw new Error('the gates could not be cut');
  const candidate = tanh(add(x.candidate, mul(reset, recurrent.candidate)));
  return add(candidate, mul(update, sub(state, candidate)));
}

/**
 * Runs over a whole sequence, unrolled.
 * @param x `[time · batch, input]`, time-major
 * @param options.mask one `[batch, 1]` a step, 0 where the sequence is padding: there the state is held at zero, so that
 *   a reversed run starts afresh at each sequence's own end
 * @returns the state after each step, in time order, `[batch, hidden]` each
 */
export function unrollGru(
  parameters: ParameterSource,
  name: string,
  x: Value,
  start: Value,
  options: { readonly steps: number; readonly reverse: boolean; readonly mask?: readonly Value[] },
): Value[] {
  const { gates, candidate } = cutGates(gateInputs(parameters, name, x));
  const gateSteps = chunk(gates, 0, options.steps);
  const candidateSteps = chunk(candidate, 0, options.steps);
  const states = new Array<Value>(options.steps);
  let state = start;
  for (let step = 0; step < options.steps; step++) {
    const time = options.reverse ? options.steps - 1 - step : step;
    const [stepGates, stepCandidate, mask] = [gateSteps[time], candidateSteps[time], options.mask?.[time]];
    if (stepGates === undefined || stepCandidate === undefined) throw new Error('a step is missing');
    const next = gruStep(parameters, name, { gates: stepGates, candidate: stepCandidate }, state);
    state = mask === undefined ? next : mul(next, mask);
    states[time] = state;
  }
  return states;
}


/** `x Wᵀ + share`: adds another input's share of the gates without a copy. */
export function addGateInputs(x: Value, weight: Value, share: Value): Value {
  return gemm(x, weight, share, { transB: true });
}
