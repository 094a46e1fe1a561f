import type { Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { loadRuntime } from '../engine/runtime.ts';
import { Graph } from '../graph/graph.ts';
import { exp, log, mul } from '../graph/operators/elementwise.ts';
import { linear } from '../graph/operators/linear.ts';
import { sum } from '../graph/operators/reduce.ts';
import { findNonFinite } from './find-non-finite.ts';

/** `Σ log(exp(x Wᵀ) · 2)`, which is no number wherever `exp` is too large. */
function build(): { graph: Graph; loss: ReturnType<typeof sum> } {
  const graph = new Graph('blows up');
  const x = graph.input('x', 'float32', [2, 3]);
  const weight = graph.input('layer.weight', 'float32', [2, 3]);
  return { graph, loss: sum(log(mul(exp(linear(x, weight)), 2)), [0, 1], { keepAxes: false }) };
}

async function find(weights: readonly number[]): Promise<string | undefined> {
  const runtime = await loadRuntime();
  const { graph, loss } = build();
  const tensor = (data: readonly number[]): Tensor => new runtime.Tensor('float32', Float32Array.from(data), [2, 3]);
  return findNonFinite(runtime, graph, loss, { x: tensor([1, 1, 1, 1, 1, 1]), 'layer.weight': tensor(weights) });
}

test('the first tensor that holds no number is named, with the parameters that lead to it', async () => {
  expect(await find([100, 100, 100, 0, 0, 0])).toMatch(/^Exp \(.*, of x, layer\.weight\) first gave Infinity$/);
});

test('a parameter that is no number any more is named itself', async () => {
  expect(await find([0, NaN, 0, 0, 0, 0])).toBe('parameter layer.weight held NaN');
});

test('where all is finite nothing is named', async () => {
  expect(await find([1, 2, 3, 4, 5, 6])).toBeUndefined();
});
