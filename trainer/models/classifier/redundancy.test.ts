/** The penalty on hops that look at the same. */
import { expect, test } from 'vitest';
import { differentiate } from '../../graph/gradients/backward.ts';
import { centralDifferences, distance, outputWhole } from '../../graph/gradients/gradient-check.fixture.ts';
import { Graph } from '../../graph/graph.ts';
import { softmax } from '../../graph/operators/normalize.ts';
import { sum } from '../../graph/operators/reduce.ts';
import { loadGraph, numbers } from '../../graph/run.fixture.ts';
import { redundancy } from './redundancy.ts';

test('is nothing where two hops look at two places, and two where both look at one', async () => {
  const graph = new Graph('redundancy');
  graph.output(redundancy(graph.input('weights', 'float32', [2, 2, 3])), 'penalty');
  const outputs = await (await loadGraph(graph))({ weights: Float32Array.of(1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 0) });
  expect([...numbers(outputs, 'penalty')]).toEqual([0, 2]);
});

test('has the gradient of finite differences', async () => {
  const graph = new Graph('redundancy');
  const scores = graph.input('scores', 'float64', [2, 3, 4]);
  const loss = sum(redundancy(softmax(scores)), [0], { keepAxes: false });
  graph.output(loss, 'loss');
  for (const [input, gradient] of differentiate(loss, [scores])) outputWhole(graph, input, gradient);
  const run = await loadGraph(graph);
  const feeds = { scores: Float64Array.from({ length: 24 }, (_, index) => Math.sin(index * index)) };
  const expected = await centralDifferences(run, feeds, 'scores', 1e-5);
  expect(distance(numbers(await run(feeds), 'gradient.scores'), expected, 1e-9)).toBeLessThanOrEqual(1e-5);
});
