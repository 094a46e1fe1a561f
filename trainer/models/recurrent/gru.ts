/**
 * The gated recurrent unit (Cho et al. 2014, appendix A.1), in the form that ONNX' `GRU` computes with
 * `linear_before_reset = 1`: gates stacked in the order update z, reset r, candidate c.
 */
import { add, mul, sigmoid, sub, tanh } from '../../graph/operators/elementwise.ts';
import { linear } from '../../graph/operators/linear.ts';
import { chunk, concat, split } from '../../graph/operators/shape.ts';
import { lengthOf, type Value } from '../../graph/value.ts';
import { type Cell, known, withDirection } from './cell.ts';

export const gru: Cell = {
  gates: 3,
  parts: 1,

  parameters: (name, input, hidden) => [
    { name: `${name}.input`, shape: [3 * hidden, input], start: { kind: 'glorot' } },
    { name: `${name}.recurrent`, shape: [3 * hidden, hidden], start: { kind: 'glorot' } },
    { name: `${name}.input_bias`, shape: [3 * hidden], start: { kind: 'zeros' } },
    { name: `${name}.recurrent_bias`, shape: [3 * hidden], start: { kind: 'zeros' } },
  ],

  layer: (parameters, name) => ({
    gateInputs: x => linear(x, parameters(`${name}.input`), parameters(`${name}.input_bias`)),
    cut,
    /** `h = c + z (h' − c)`, `c = tanh(x_c + r (U_c h' + b_c))` */
    step: ([gates, candidate], [state]) => {
      const [ownGates, ownCandidate] = cut(linear(state, parameters(`${name}.recurrent`), parameters(`${name}.recurrent_bias`)));
      const [update, reset] = chunk(sigmoid(add(known(gates), ownGates)), 1, 2);
      const fresh = tanh(add(known(candidate), mul(known(reset), ownCandidate)));
      return [add(fresh, mul(known(update), sub(state, fresh)))];
    },
  }),

  sequence: (parameters, names, x) => {
    const stacked = (suffix: string): Value => concat(names.map(name => withDirection(parameters(`${name}.${suffix}`))), 0);
    const bias = concat([stacked('input_bias'), stacked('recurrent_bias')], 1);
    const recurrent = stacked('recurrent');
    const [outputs, ...last] = x.graph.node('GRU', [x, stacked('input'), recurrent, bias], {
      hidden_size: lengthOf(recurrent, 2),
      direction: names.length === 2 ? 'bidirectional' : 'forward',
      linear_before_reset: 1,
    });
    return { outputs: known(outputs), last };
  },
};

/** Cuts `[rows, 3·hidden]` into both gates, side by side, and the candidate. */
function cut(x: Value): readonly [gates: Value, candidate: Value] {
  const hidden = lengthOf(x, -1) / 3;
  const [gates, candidate] = split(x, 1, [2 * hidden, hidden]);
  return [known(gates), known(candidate)];
}
