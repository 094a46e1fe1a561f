/** Gradients of a layer, and of what it is made of, against finite differences in double precision. */
import { describe, expect, test } from 'vitest';
import { differentiate } from '../../graph/gradients/backward.ts';
import { Draw } from '../../graph/gradients/cases/operator-case.ts';
import { centralDifferences, distance, outputWhole } from '../../graph/gradients/gradient-check.fixture.ts';
import { Graph } from '../../graph/graph.ts';
import { mul } from '../../graph/operators/elementwise.ts';
import { sum } from '../../graph/operators/reduce.ts';
import { type Feeds, loadGraph, numbers } from '../../graph/run.fixture.ts';
import { elementCount, type Value } from '../../graph/value.ts';
import { sourceOf } from '../parameters.ts';
import { type LayerContext, noDropout } from './layer.ts';
import { embedTokens, positionsOf, rotate, type Rotation } from './positions.ts';
import { encodeSequence, stackParameters } from './stack.ts';

const stack = { name: 'encoder', layers: 2 };
const layout = { batch: 2, heads: 2 };
const time = 3;

function rotationIn(graph: Graph, features: number): Rotation {
  const table = (name: string): Value => graph.constant('float64', [time, features], Float64Array.from(new Draw(name).real([time, features]).numbers));
  return { cosine: table('cosine'), sine: table('sine') };
}

describe.each(['pre', 'post'] as const)('two layers, %s-norm', norm => {
  test.each(['rotary', 'learned'] as const)('with %s positions and some of the sequence masked', async positions => {
    const sizes = { width: 4, heads: 2, inner: 3, norm, positions, longest: 5 };
    const inputs = [
      { name: 'x', shape: [time * layout.batch, sizes.width] },
      ...stackParameters(stack, sizes).map(({ name, shape }) => ({ name, shape })),
    ];
    await expectRightGradients(inputs, (graph, parameters) => {
      const rotation = positions === 'rotary' ? rotationIn(graph, 2) : undefined;
      const context: LayerContext = { parameters, norm, dropout: noDropout, layout, rotation };
      const masked = Float64Array.from({ length: layout.batch * time }, (_, index) => (index === 5 ? -1e9 : 0));
      return encodeSequence(context, stack, parameters('x'), graph.constant('float64', [layout.batch, 1, 1, time], masked)).output;
    });
  });
});

test('learned positions, of which a shorter sequence uses the first', async () => {
  const sizes = { width: 4, heads: 2, inner: 3, norm: 'pre', positions: 'learned', longest: 5 } as const;
  await expectRightGradients([{ name: 'table', shape: [3, 4] }, { name: 'encoder.positions', shape: [5, 4] }], (graph, parameters) => {
    const ids = graph.constant('int64', [time, 2], BigInt64Array.of(0n, 2n, 1n, 1n, 2n, 2n));
    return embedTokens(parameters('table'), ids, positionsOf(graph, parameters, 'encoder', sizes, { kind: 'first', count: time }));
  });
});

test('features that are turned', async () => {
  await expectRightGradients([{ name: 'x', shape: [2, 2, time, 6] }], (graph, parameters) => rotate(parameters('x'), rotationIn(graph, 6)));
});

/** Differentiates `Σ build()²` by every input. */
async function expectRightGradients(
  inputs: readonly { readonly name: string; readonly shape: readonly number[] }[],
  build: (graph: Graph, parameters: (name: string) => Value) => Value,
): Promise<void> {
  const graph = new Graph('a network');
  const values = new Map(inputs.map(({ name, shape }) => [name, graph.input(name, 'float64', shape)]));
  const feeds: Feeds = Object.fromEntries(inputs.map(({ name, shape }) => [name, Float64Array.from(new Draw(name).real(shape).numbers)]));
  const result = build(graph, sourceOf(values));
  // Squares alone would not do: after a norm their sum is nearly the same whatever comes in.
  const weights = graph.constant('float64', result.shape.map(Number), Float64Array.from(new Draw('weights').real([elementCount(result.shape.map(Number))]).numbers));
  const loss = sum(mul(mul(result, result), weights), [...result.shape.keys()], { keepAxes: false });
  graph.output(loss, 'loss');
  for (const [input, gradient] of differentiate(loss, [...values.values()])) outputWhole(graph, input, gradient);
  const run = await loadGraph(graph);
  const outputs = await run(feeds);
  for (const { name } of inputs) {
    const expected = await centralDifferences(run, feeds, name, 1e-5);
    expect(distance(numbers(outputs, `gradient.${name}`), expected, 1e-8), name).toBeLessThanOrEqual(1e-5);
  }
}
