/** What guidance asks of attention: the cross-entropy against gold links, over the words that have any. */
import { expect, test } from 'vitest';
import { differentiate } from '../graph/gradients/backward.ts';
import { centralDifferences, distance, outputWhole } from '../graph/gradients/gradient-check.fixture.ts';
import { Graph } from '../graph/graph.ts';
import { softmax } from '../graph/operators/normalize.ts';
import { type Feeds, loadGraph, numbers, type RunGraph } from '../graph/run.fixture.ts';
import { guidedAlignmentLoss } from './guided-alignment.ts';

const [rows, source] = [3, 4];

async function guided(): Promise<RunGraph> {
  const graph = new Graph('guided alignment');
  const scores = graph.input('scores', 'float64', [rows, source]);
  const loss = guidedAlignmentLoss(softmax(scores), graph.input('alignment', 'float64', [rows, source]));
  graph.output(loss, 'loss');
  for (const [input, gradient] of differentiate(loss, [scores])) outputWhole(graph, input, gradient);
  return loadGraph(graph);
}

const feeds = (alignment: readonly number[]): Feeds => ({
  scores: Float64Array.of(0, 0, 0, 0, 1, 2, 3, -1e9, 5, 5, -5, 5),
  alignment: Float64Array.from(alignment),
});

test('is the mean over the words that have links, each link counting its share', async () => {
  const given = feeds([0.5, 0.5, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0]);
  const run = await guided();
  const outputs = await run(given);
  const ofThird = Math.log(Math.exp(1) + Math.exp(2) + Math.exp(3)) - 3;
  expect(numbers(outputs, 'loss')[0]).toBeCloseTo((Math.log(4) + ofThird) / 2, 6);
  const expected = await centralDifferences(run, given, 'scores', 1e-5);
  expect(distance(numbers(outputs, 'gradient.scores'), expected, 1e-9)).toBeLessThanOrEqual(1e-5);
});

test('asks nothing where no word has a link', async () => {
  const outputs = await (await guided())(feeds(new Array<number>(rows * source).fill(0)));
  expect(numbers(outputs, 'loss')[0]).toBeCloseTo(0);
  expect(numbers(outputs, 'gradient.scores').every(number => number === 0)).toBe(true);
});
