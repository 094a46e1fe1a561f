import { expect, test } from 'vitest';
import { float } from './attributes.ts';
import { productFlops } from './flops.ts';
import { Graph } from './graph.ts';
import { add, tanh } from './operators/elementwise.ts';
import type { Value } from './value.ts';

/** Flops of what is built of inputs of these shapes. */
function flops(shapes: readonly (readonly (number | string)[])[], build: (graph: Graph, ...inputs: Value[]) => void): number {
  const graph = new Graph('products');
  build(graph, ...shapes.map((shape, index) => graph.input(`x${index}`, 'float32', shape)));
  return productFlops(graph);
}

test('a product of matrices is a multiplication and an addition for each of rows, columns and what is summed over', () => {
  expect(flops([[2, 3], [3, 5]], (graph, a, b) => graph.node('MatMul', [a, b], {}))).toBe(2 * 2 * 3 * 5);
  expect(flops([[7, 4, 2, 3], [3, 5]], (graph, a, b) => graph.node('MatMul', [a, b], {}))).toBe(2 * 7 * 4 * 2 * 3 * 5);
});

test('which side is transposed changes nothing; what is added is no product', () => {
  for (const transA of [0, 1] as const) {
    for (const transB of [0, 1] as const) {
      const shapes = [transA === 1 ? [3, 2] : [2, 3], transB === 1 ? [5, 3] : [3, 5], [5]];
      expect(flops(shapes, (graph, a, b, c) => graph.node('Gemm', [a, b, c], { transA, transB, alpha: float(0.5) }))).toBe(60);
      expect(flops(shapes.slice(0, 2), (graph, a, b) => graph.node('FusedMatMul', [a, b], { transA, transB }))).toBe(60);
    }
  }
});

test('rows that lie before their batch are rows', () => {
  // Two sequences of 6 rows and 3 features, as [6, 2, 3], times their own matrix of 3 → 5.
  const shapes = [[6, 2, 3], [2, 3, 5]];
  expect(flops(shapes, (graph, a, b) => graph.node('FusedMatMul', [a, b], { transBatchA: 1 }))).toBe(2 * 2 * 6 * 3 * 5);
  // The same transposed: sums over the 6 rows.
  const across = [[6, 2, 3], [2, 6, 5]];
  expect(flops(across, (graph, a, b) => graph.node('FusedMatMul', [a, b], { transBatchA: 1, transA: 1 }))).toBe(2 * 2 * 3 * 6 * 5);
});

test('recurrent operators multiply input and state with every gate, in each direction and step', () => {
  const [steps, batch, input, hidden] = [7, 2, 3, 4];
  const recurrent = (gates: number, directions: number): (readonly number[])[] =>
    [[steps, batch, input], [directions, gates * hidden, input], [directions, gates * hidden, hidden]];
  const step = (gates: number): number => 2 * batch * gates * hidden * (input + hidden);
  expect(
    flops(recurrent(3, 2), (graph, ...inputs) => graph.node('GRU', inputs, { hidden_size: hidden, direction: 'bidirectional', linear_before_reset: 1 })),
  ).toBe(2 * steps * step(3));
  expect(flops(recurrent(4, 1), (graph, ...inputs) => graph.node('LSTM', inputs, { hidden_size: hidden, direction: 'forward' }))).toBe(steps * step(4));
});

test('a graph is the sum of its products, and nothing else', () => {
  const chain = (graph: Graph, a?: Value, b?: Value): void => {
    const [product] = graph.node('MatMul', [a, b], {});
    if (product !== undefined) graph.node('MatMul', [tanh(add(product, 1)), b], {});
  };
  expect(flops([[2, 3], [3, 3]], chain)).toBe(2 * (2 * 2 * 3 * 3));
});

test('a length that is not known cannot be counted', () => {
  expect(() => flops([['time', 3], [3, 5]], (graph, a, b) => graph.node('MatMul', [a, b], {}))).toThrow(/no fixed length/);
});
