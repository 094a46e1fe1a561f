/**
 * Every score by itself: its gradients against central finite differences in float64, and hard attention's, which has no
 * derivative, against that of the softmax it stands for.
 */
import { describe, expect, test } from 'vitest';
import { differentiate } from '../../graph/gradients/backward.ts';
import { Draw } from '../../graph/gradients/cases/operator-case.ts';
import { centralDifferences, distance, outputWhole } from '../../graph/gradients/gradient-check.fixture.ts';
import { Graph } from '../../graph/graph.ts';
import { add, mul } from '../../graph/operators/elementwise.ts';
import { softmax } from '../../graph/operators/normalize.ts';
import { sum } from '../../graph/operators/reduce.ts';
import { type Feeds, loadGraph, numbers } from '../../graph/run.fixture.ts';
import { elementCount, type Value } from '../../graph/value.ts';
import { sourceOf } from '../parameters.ts';
import { attentions } from '../recurrent/architectures.fixture.ts';
import { additiveKeys, additiveScores } from './additive.ts';
import { type Attended, type Attention, type AttentionSizes, masked, weightedSum } from './attention.ts';
import { attentionOf } from './scores.ts';

const sizes: AttentionSizes = { query: 4, memory: 4 };
const [batch, source] = [3, 5];
const lengths = [5, 2, 4];
const masks = lengths.flatMap(length => Array.from({ length: source }, (_, index) => (index < length ? 0 : -1e9)));

interface Asked {
  readonly graph: Graph;
  readonly inputs: readonly Value[];
  readonly feeds: Feeds;
  readonly attended: Attended;
}

type Ask = (attention: Attention, values: ReadonlyMap<string, Value>, rest: { positions: Value; lengths: Value; bias: Value }) => Attended;

/** Parameters, query and annotations as inputs; `attend` builds what is attended to. */
function ask(attention: Attention, precision: 'float32' | 'float64', more: Readonly<Record<string, readonly number[]>>, attend: Ask): Asked {
  const graph = new Graph('attention');
  const shapes = {
    query: [batch, sizes.query],
    annotations: [batch, source, sizes.memory],
    ...more,
    ...Object.fromEntries(attention.parameters.map(({ name, shape }) => [name, shape])),
  };
  const typed = (list: readonly number[]) => (precision === 'float64' ? Float64Array.from(list) : Float32Array.from(list));
  const values = new Map(Object.entries(shapes).map(([name, shape]) => [name, graph.input(name, precision, shape)] as const));
  const feeds = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, typed(new Draw(name).real(shape).numbers)]));
  const positions = graph.constant(precision, [1, source], typed([0, 1, 2, 3, 4]));
  const tokens = graph.constant(precision, [batch, 1], typed(lengths));
  const bias = graph.constant(precision, [batch, source], typed(masks));
  return { graph, inputs: [...values.values()], feeds, attended: attend(attention, values, { positions, lengths: tokens, bias }) };
}

const attendPlainly: Ask = (attention, values, { positions, lengths: tokens, bias }) => {
  const parameters = sourceOf(values);
  const keys = attention.keys(parameters, parameters('annotations'), { positions: () => positions, lengths: () => tokens });
  return attention.attend(parameters, parameters('query'), keys, { bias, coverage: values.get('coverage'), noise: values.get('noise') });
};

/** Σ x · cotangent */
function weighed(x: Value, name: string): Value {
  const shape = x.shape.map(Number);
  const { numbers: list } = new Draw('cotangent', name).real(shape);
  const data = x.type === 'float64' ? Float64Array.from(list) : Float32Array.from(list);
  return sum(mul(x, x.graph.constant(x.type, shape, data)), [...shape.keys()], { keepAxes: false });
}

const differentiable = attentions.filter(({ score }) => score !== 'none' && score !== 'hard');

describe('gradients against finite differences', () => {
  const all = [
    ...differentiable.map(attention => ({ about: attention.score, attention: attentionOf(attention, false, sizes), more: {} })),
    { about: 'coverage', attention: attentionOf({ score: 'additive', width: 3 }, true, sizes), more: { coverage: [batch, source] } },
  ];

  test.each(all)('$about', async ({ attention, more }) => {
    if (attention === undefined) throw new Error('nothing is attended to');
    const { graph, inputs, feeds, attended } = ask(attention, 'float64', more, attendPlainly);
    const loss = add(weighed(attended.context, 'context'), weighed(attended.weights, 'weights'));
    graph.output(loss, 'loss');
    const gradients = differentiate(loss, inputs);
    for (const [input, gradient] of gradients) outputWhole(graph, input, gradient);
    const run = await loadGraph(graph);
    const outputs = await run(feeds);
    for (const { name, shape } of inputs) {
      const expected = await centralDifferences(run, feeds, name, 1e-5);
      const found = outputs.has(`gradient.${name}`) ? numbers(outputs, `gradient.${name}`) : new Float64Array(elementCount(shape.map(Number)));
      expect(distance(found, expected, 1e-8), name).toBeLessThanOrEqual(1e-6);
    }
  });
});

describe('hard attention', () => {
  const temperature = 0.7;
  const hard = attentionOf({ score: 'hard', width: 3, temperature }, false, sizes);
  if (hard === undefined) throw new Error('nothing is attended to');

  /** What hard attention pretends to be when it learns: the softmax at its temperature, noise and all. */
  const relaxed: Ask = (_attention, values, { bias }) => {
    const parameters = sourceOf(values);
    const memory = parameters('annotations');
    const scores = masked(additiveScores(parameters, parameters('query'), additiveKeys(parameters, memory)), bias);
    const weights = softmax(mul(add(scores, parameters('noise')), 1 / temperature));
    return { weights, context: weightedSum(weights, memory) };
  };

  const run = async (attend: Ask, loss: (attended: Attended) => Value) => {
    const { graph, inputs, feeds, attended } = ask(hard, 'float32', { noise: [batch, source] }, attend);
    graph.output(attended.weights, 'weights');
    for (const [input, gradient] of differentiate(loss(attended), inputs)) outputWhole(graph, input, gradient);
    return (await loadGraph(graph))(feeds);
  };

  test('learns what the softmax would learn from the same loss of the same weights', async () => {
    const loss = ({ weights }: Attended): Value => weighed(weights, 'weights');
    const [found, expected] = [await run(attendPlainly, loss), await run(relaxed, loss)];
    for (const { name } of [{ name: 'query' }, { name: 'annotations' }, ...hard.parameters]) {
      const gradient = `gradient.${name}`;
      expect(distance(numbers(found, gradient), numbers(expected, gradient), 1e-7), name).toBeLessThanOrEqual(1e-5);
    }
  });

  test('attends to one word a row, that with the largest score and noise, never to padding', async () => {
    const [found, expected] = [await run(attendPlainly, ({ context }) => weighed(context, 'c')), await run(relaxed, ({ context }) => weighed(context, 'c'))];
    const rows = (all: Float32Array | Float64Array): number[][] => lengths.map((_, row) => [...all.slice(row * source, (row + 1) * source)]);
    const soft = rows(numbers(expected, 'weights'));
    rows(numbers(found, 'weights')).forEach((weights, row) => {
      const best = soft[row]?.indexOf(Math.max(...(soft[row] ?? [])));
      weights.forEach((weight, index) => expect(weight).toBeCloseTo(index === best ? 1 : 0, 6));
      expect(best).toBeLessThan(lengths[row] ?? 0);
    });
  });
});
