import { dataTypeOf } from '../../onnx/data-types.ts';
import type { ElementType, Value } from '../value.ts';
import type { Operator } from '../attributes.ts';
import { scalar } from './constants.ts';

type Plain = Extract<
  Operator,
  'Add' | 'Sub' | 'Mul' | 'Div' | 'Pow' | 'Neg' | 'Exp' | 'Log' | 'Sqrt' | 'Cos' | 'Sin' | 'Erf' | 'Tanh' | 'Sigmoid' | 'Relu'
>;

/** Numbers may stand beside values: they become scalars of the value's type. */
export type Operand = Value | number;

function unary(operator: Plain, x: Value): Value {
  return only(x.graph.node(operator, [x], {}));
}

function binary(operator: Plain, a: Operand, b: Operand): Value {
  const guide = typeof a === 'number' ? b : a;
  if (typeof guide === 'number') throw new Error(`${operator} of two plain numbers`);
  const [left, right] = [a, b].map(x => (typeof x === 'number' ? scalar(guide, x) : x));
  return only(guide.graph.node(operator, [left, right], {}));
}

/** The output of a node that has one. */
export function only(outputs: readonly Value[]): Value {
  const [output] = outputs;
  if (output === undefined) throw new Error('an operator gave no output');
  return output;
}

/** All of these broadcast as NumPy does. */
export const add = (a: Operand, b: Operand): Value => binary('Add', a, b);
export const sub = (a: Operand, b: Operand): Value => binary('Sub', a, b);
export const mul = (a: Operand, b: Operand): Value => binary('Mul', a, b);
export const div = (a: Operand, b: Operand): Value => binary('Div', a, b);
export const pow = (base: Operand, exponent: Operand): Value => binary('Pow', base, exponent);

export const neg = (x: Value): Value => unary('Neg', x);
export const exp = (x: Value): Value => unary('Exp', x);
export const log = (x: Value): Value => unary('Log', x);
export const sqrt = (x: Value): Value => unary('Sqrt', x);
export const cos = (x: Value): Value => unary('Cos', x);
export const sin = (x: Value): Value => unary('Sin', x);
export const erf = (x: Value): Value => unary('Erf', x);
export const tanh = (x: Value): Value => unary('Tanh', x);
export const sigmoid = (x: Value): Value => unary('Sigmoid', x);
export const relu = (x: Value): Value => unary('Relu', x);

/** `a > b`, element by element. */
export function greater(a: Value, b: Operand): Value {
  return only(a.graph.node('Greater', [a, typeof b === 'number' ? scalar(a, b) : b], {}));
}

/** `a = b`, element by element. */
export function equal(a: Value, b: Operand): Value {
  return only(a.graph.node('Equal', [a, typeof b === 'number' ? scalar(a, b) : b], {}));
}

/** Whether both are true. */
export function and(a: Value, b: Value): Value {
  return only(a.graph.node('And', [a, b], {}));
}

export function not(a: Value): Value {
  return only(a.graph.node('Not', [a], {}));
}

/** Whether either is true. */
export function or(a: Value, b: Value): Value {
  return only(a.graph.node('Or', [a, b], {}));
}

/** What is lower than `low` or higher than `high` becomes that. */
export function clip(x: Value, low: number, high: number): Value {
  return only(x.graph.node('Clip', [x, scalar(x, low), scalar(x, high)], {}));
}

/** `condition ? a : b`, element by element. */
export function where(condition: Value, a: Value, b: Operand): Value {
  return only(condition.graph.node('Where', [condition, a, typeof b === 'number' ? scalar(a, b) : b], {}));
}

/** The same numbers, which differentiation takes for constants. */
export function detach(x: Value): Value {
  return only(x.graph.node('Detach', [x], {}));
}

/** The same numbers as another type. */
export function cast(x: Value, type: ElementType): Value {
  return x.type === type ? x : only(x.graph.node('Cast', [x], { to: dataTypeOf(type) }));
}
