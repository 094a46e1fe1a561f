/**
 * Long short-term memory (Hochreiter & Schmidhuber 1997) with the forget gate of Gers, Schmidhuber & Cummins 2000, in the
 * form that ONNX' `LSTM` computes without peepholes: gates stacked in the order input i, output o, forget f, candidate c.
 */
import { add, mul, sigmoid, tanh } from '../../graph/operators/elementwise.ts';
import { filled } from '../../graph/operators/constants.ts';
import { gemm, linear } from '../../graph/operators/linear.ts';
import { chunk, concat, split } from '../../graph/operators/shape.ts';
import { lengthOf, type Value } from '../../graph/value.ts';
import type { ParameterSource } from '../parameters.ts';
import { type Cell, known, withDirection } from './cell.ts';

export const lstm: Cell = {
  gates: 4,
  parts: 2,

  // The forget gate has a bias of its own that starts at 1: a cell that has learnt nothing yet remembers (Gers et al.
  // 2000; Jozefowicz et al. 2015).
  parameters: (name, input, hidden) => [
    { name: `${name}.input`, shape: [4 * hidden, input], start: { kind: 'glorot' } },
    { name: `${name}.recurrent`, shape: [4 * hidden, hidden], start: { kind: 'glorot' } },
    { name: `${name}.input_bias`, shape: [4 * hidden], start: { kind: 'zeros' } },
    { name: `${name}.forget_bias`, shape: [hidden], start: { kind: 'ones' } },
  ],

  layer: (parameters, name) => {
    const [input, recurrent] = [parameters(`${name}.input`), parameters(`${name}.recurrent`)];
    const bias = add(parameters(`${name}.input_bias`), forgetBias(parameters, name));
    return {
      gateInputs: x => linear(x, input, bias),
      cut: gates => [gates],
      /** `c = f c' + i c̃`, `h = o tanh c` */
      step: ([gates], [state, memory]) => {
        const hidden = lengthOf(state, 1);
        const all = gemm(state, recurrent, known(gates), { transB: true });
        const [open, candidate] = split(all, 1, [3 * hidden, hidden]);
        const [write, read, keep] = chunk(sigmoid(known(open)), 1, 3);
        const next = add(mul(known(keep), known(memory)), mul(known(write), tanh(known(candidate))));
        return [mul(known(read), tanh(next)), next];
      },
    };
  },

  sequence: (parameters, names, x) => {
    const stack = (part: (name: string) => Value): Value => concat(names.map(name => withDirection(part(name))), 0);
    const bias = concat([stack(name => parameters(`${name}.input_bias`)), stack(name => forgetBias(parameters, name))], 1);
    const recurrent = stack(name => parameters(`${name}.recurrent`));
    const [outputs, ...last] = x.graph.node('LSTM', [x, stack(name => parameters(`${name}.input`)), recurrent, bias], {
      hidden_size: lengthOf(recurrent, 2),
      direction: names.length === 2 ? 'bidirectional' : 'forward',
    });
    return { outputs: known(outputs), last };
  },
};

/** The forget gate's bias in its place among all gates, `[4·hidden]`. */
function forgetBias(parameters: ParameterSource, name: string): Value {
  const bias = parameters(`${name}.forget_bias`);
  const hidden = lengthOf(bias, 0);
  return concat([filled(bias, [2 * hidden], 0), bias, filled(bias, [hidden], 0)], 0);
}
