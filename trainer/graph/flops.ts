/**
 * How much work a graph's matrix products are: a multiplication and an addition for each element of each sum, as
 * processors' peaks are counted. Everything else in a graph costs memory traffic, and is not counted.
 */
import type { Operator, OperatorAttributes } from './attributes.ts';
import type { Graph, Node } from './graph.ts';
import { elementCount, fixedShape, type Value } from './value.ts';

/** Floating-point operations of one run. @throws where a product's lengths are not all known */
export function productFlops(graph: Graph): number {
  return graph.nodes.reduce((sum, node) => sum + flopsOf(node), 0);
}

function flopsOf(node: Node): number {
  const [a, b, c] = node.inputs;
  if (isOf(node, 'MatMul')) return sumsOf(node, lengthFrom(given(a), 1));
  if (isOf(node, 'Gemm')) return sumsOf(node, lengthFrom(given(a), node.attributes.transA === 1 ? 2 : 1));
  if (isOf(node, 'FusedMatMul')) {
    const { transA, transBatchA } = node.attributes;
    // The batch's axis lies where the rows' would be: the rows come first.
    if (transA === 1) return sumsOf(node, transBatchA === 1 ? (fixedShape(given(a))[0] ?? 1) : lengthFrom(given(a), 2));
    return sumsOf(node, lengthFrom(given(a), 1));
  }
  if (isOf(node, 'Conv')) return sumsOf(node, elementCount(fixedShape(given(b)).slice(1)));
  // Every step multiplies all gates' matrices, `[directions, gates · hidden, features]`, with each row of the batch.
  if (isOf(node, 'RNN') || isOf(node, 'GRU') || isOf(node, 'LSTM')) {
    const [steps = 1, batch = 1] = fixedShape(given(a));
    return 2 * steps * batch * [given(b), given(c)].reduce((sum, weight) => sum + elementCount(fixedShape(weight)), 0);
  }
  return 0;
}

/** @param inner how many products each element of the output is a sum of */
function sumsOf({ outputs: [output] }: Node, inner: number): number {
  return 2 * inner * elementCount(fixedShape(given(output)));
}

/** @param fromEnd 1 for the last axis */
function lengthFrom(value: Value, fromEnd: 1 | 2): number {
  return fixedShape(value).at(-fromEnd) ?? 1;
}

function isOf<O extends Operator>(node: Node, operator: O): node is Node & { readonly operator: O; readonly attributes: OperatorAttributes[O] } {
  return node.operator === operator;
}

function given(value: Value | undefined): Value {
  if (value === undefined) throw new Error('a product without its operands');
  return value;
}
