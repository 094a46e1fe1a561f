import * as operators from '../../operators/elementwise.ts';
import type { Value } from '../../value.ts';
import { type CasesOf, type Draw, identity, type Operand, type OperatorCase } from './operator-case.ts';

type Fill = (draw: Draw, shape: readonly number[]) => Operand;

const real: Fill = (draw, shape) => draw.real(shape);
const positive: Fill = (draw, shape) => draw.positive(shape);
const nonzero: Fill = (draw, shape) => draw.nonzero(shape);

/** Both sides of one shape, either broadcast, both broadcast, and a plain number on either side. */
function binary(build: (a: operators.Operand, b: operators.Operand) => Value, sign: string, left: Fill, right: Fill) {
  return (draw: Draw): OperatorCase[] => {
    const shape = draw.lengths(draw.between(1, 4));
    const [m, n] = [draw.between(2, 4), draw.between(2, 4)];
    const torch = `a ${sign} b`;
    const pairs = [
      { about: 'same shapes', shapes: [shape, shape] },
      { about: 'left broadcast', shapes: [draw.broadcast(shape), shape] },
      { about: 'right broadcast', shapes: [shape, draw.broadcast(shape)] },
      { about: 'both broadcast', shapes: [[m, 1], [1, n]] },
      { about: 'ranks apart', shapes: [[m, 1, n], [m, 1]] },
      { about: 'a scalar', shapes: [shape, []] },
    ] as const;
    return [
      ...pairs.map(({ about, shapes: [a, b] }) => ({ about, operands: [left(draw, a), right(draw, b)], build, torch })),
      { about: 'a number on the right', operands: [left(draw, shape)], build: a => build(a, 3), torch: `a ${sign} 3` },
      { about: 'a number on the left', operands: [right(draw, shape)], build: b => build(2, b), torch: `2 ${sign} a` },
      { about: 'the same operand twice', operands: [positive(draw, shape)], build: a => build(a, a), torch: `a ${sign} a` },
    ];
  };
}

function unary(build: (x: Value) => Value, torch: string, fill: Fill = real) {
  return (draw: Draw): OperatorCase[] =>
    [draw.lengths(draw.between(1, 4)), []].map(shape => ({
      about: shape.length === 0 ? 'a scalar' : 'any shape',
      operands: [fill(draw, shape)],
      build,
      torch,
    }));
}

export const elementwise: CasesOf<
  | 'Add' | 'Sub' | 'Mul' | 'Div' | 'Pow' | 'Neg' | 'Exp' | 'Log' | 'Sqrt' | 'Erf' | 'Tanh' | 'Sigmoid' | 'Relu'
  | 'Where' | 'Identity'
> = {
  Add: binary(operators.add, '+', real, real),
  Sub: binary(operators.sub, '-', real, real),
  Mul: binary(operators.mul, '*', real, real),
  Div: binary(operators.div, '/', real, nonzero),
  Pow: draw => [
    ...binary(operators.pow, '**', positive, real)(draw),
    { about: 'squares of any sign', operands: [nonzero(draw, [3])], build: a => operators.pow(a, 2), torch: 'a ** 2' },
  ],
  Neg: unary(operators.neg, '-a'),
  Exp: unary(operators.exp, 'torch.exp(a)'),
  Log: unary(operators.log, 'torch.log(a)', positive),
  Sqrt: unary(operators.sqrt, 'torch.sqrt(a)', positive),
  Erf: unary(operators.erf, 'torch.erf(a)'),
  Tanh: unary(operators.tanh, 'torch.tanh(a)'),
  Sigmoid: unary(operators.sigmoid, 'torch.sigmoid(a)'),
  Relu: unary(operators.relu, 'torch.relu(a)', nonzero),
  Identity: unary(identity, 'a'),
  Where: draw => {
    const shape = draw.lengths(3);
    const choose = (c: Value, a: Value, b: Value): Value => operators.where(operators.greater(c, 0), a, b);
    const torch = 'torch.where(a > 0, b, c)';
    const shapes = [
      { about: 'same shapes', of: [shape, shape, shape] },
      { about: 'condition broadcast', of: [draw.broadcast(shape), shape, shape] },
      { about: 'sides broadcast', of: [shape, draw.broadcast(shape), draw.broadcast(shape)] },
    ] as const;
    return [
      ...shapes.map(({ about, of: [c, a, b] }) => ({
        about,
        operands: [nonzero(draw, c), real(draw, a), real(draw, b)],
        build: choose,
        torch,
      })),
      {
        about: 'a number for the other side',
        operands: [nonzero(draw, shape), real(draw, shape)],
        build: (c, a) => operators.where(operators.greater(c, 0), a, 7),
        torch: 'torch.where(a > 0, b, torch.full_like(b, 7))',
      },
    ];
  },
};
