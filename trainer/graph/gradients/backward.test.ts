/** The walk itself: what several uses of one value add up to, and what it leaves alone. */
import { describe, expect, test } from 'vitest';
import { Graph } from '../graph.ts';
import { add, detach, greater, mul, sigmoid, sub, where } from '../operators/elementwise.ts';
import { fusedMatmul, gemm, linear } from '../operators/linear.ts';
import { embed } from '../operators/lookup.ts';
import { hardmax, softmax } from '../operators/normalize.ts';
import { mean, sum } from '../operators/reduce.ts';
import { reshape, split, transpose } from '../operators/shape.ts';
import { type Feeds, loadGraph, numbers } from '../run.fixture.ts';
import { fixedShape, rowCount, type Value } from '../value.ts';
import { differentiate } from './backward.ts';
import { Draw } from './cases/operator-case.ts';
import { centralDifferences, distance, outputWhole } from './gradient-check.fixture.ts';

interface Network {
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly ids?: Readonly<Record<string, readonly number[]>>;
  readonly build: (value: (name: string) => Value) => Value;
}

/** Differentiates `Σ build()²` by every input; holds each gradient against finite differences. */
async function expectRightGradients({ inputs, ids = {}, build }: Network): Promise<Graph> {
  const graph = new Graph('a network');
  const values = new Map<string, Value>();
  const feeds: Record<string, Feeds[string]> = {};
  for (const [name, shape] of Object.entries(inputs)) {
    values.set(name, graph.input(name, 'float64', shape));
    feeds[name] = Float64Array.from(new Draw(name).real(shape).numbers);
  }
  const reals = [...values.values()];
  for (const [name, rows] of Object.entries(ids)) {
    values.set(name, graph.input(name, 'int64', [rows.length]));
    feeds[name] = BigInt64Array.from(rows, BigInt);
  }
  const result = build(name => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`no input ${name}`);
    return value;
  });
  const loss = sum(mul(result, result), [...result.shape.keys()], { keepAxes: false });
  graph.output(loss, 'loss');
  const gradients = differentiate(loss, reals);
  for (const [input, gradient] of gradients) outputWhole(graph, input, gradient);
  const run = await loadGraph(graph);
  const outputs = await run(feeds);
  for (const { name } of reals) {
    const expected = await centralDifferences(run, feeds, name, 1e-5);
    expect(distance(numbers(outputs, `gradient.${name}`), expected, 1e-9), name).toBeLessThanOrEqual(1e-6);
  }
  return graph;
}

const count = (graph: Graph, operator: string): number => graph.nodes.filter(node => node.operator === operator).length;

describe('a weight that many products share', () => {
  test('as in a recurrent network: one product and one sum for all steps, however many', async () => {
    const graph = await expectRightGradients({
      inputs: { x0: [2, 3], x1: [2, 3], x2: [2, 3], state: [2, 4], input: [4, 3], recurrent: [4, 4], bias: [4] },
      build: value =>
        ['x0', 'x1', 'x2'].reduce(
          (state, x) => sigmoid(add(linear(value(x), value('input'), value('bias')), linear(state, value('recurrent'), value('bias')))),
          value('state'),
        ),
    });
    // Six forward; backward three by the inputs, three by the states, and one each for both shared weights.
    expect(count(graph, 'Gemm')).toBe(6 + 3 + 3 + 2);
  });

  test('of different row counts, scales and orientations', async () => {
    await expectRightGradients({
      inputs: { a: [2, 3], b: [5, 3], c: [4, 2], weight: [3, 4] },
      build: value => {
        const weight = value('weight');
        const straight = [value('a'), value('b')].map(rows => sum(gemm(rows, weight), [0]));
        const scaled = sum(gemm(value('b'), weight, undefined, { alpha: 0.5 }), [0]);
        const flipped = sum(gemm(value('c'), weight, undefined, { transA: true, transB: true }), [0]);
        return [...straight, scaled].reduce((total, term) => add(total, term), sum(flipped, [0, 1]));
      },
    });
  });

  test('batched, with the other side shared by the batch in some uses', async () => {
    await expectRightGradients({
      inputs: { memory: [2, 3, 4], q0: [2, 1, 3], q1: [2, 1, 3], shared: [5, 3], other: [1, 2, 3], flat: [2, 3] },
      build: value => {
        const memory = value('memory');
        const products = ['q0', 'q1', 'shared', 'other', 'flat', 'shared'].map(name => fusedMatmul(value(name), memory));
        return products.map(product => sum(product, [1])).reduce((total, term) => add(total, term));
      },
    });
  });

  test('by plain and by batched products', async () => {
    await expectRightGradients({
      inputs: { rows: [4, 3], batch: [2, 2, 3], weight: [3, 3] },
      build: value =>
        add(linear(value('rows'), value('weight')), reshape(fusedMatmul(value('batch'), value('weight'), { transB: true }), [4, 3])),
    });
  });
});

describe('rows of a table', () => {
  const ids = { words: [2, 0, 2, 2], others: [1, 2] };

  test('looked up twice, in two places', async () => {
    await expectRightGradients({
      inputs: { table: [4, 3] },
      ids,
      build: value => add(embed(value('table'), value('words')), mul(mean(embed(value('table'), value('others')), [0]), 3)),
    });
  });

  test('and the table as the output weights too', async () => {
    await expectRightGradients({
      inputs: { table: [4, 3] },
      ids,
      build: value => linear(sigmoid(embed(value('table'), value('words'))), value('table')),
    });
  });

  test('of a table that was computed from another, which is used besides', async () => {
    await expectRightGradients({
      inputs: { table: [3, 4], gain: [3] },
      ids,
      build: value => {
        const computed = mul(transpose(value('table'), [1, 0]), value('gain'));
        return add(embed(computed, value('words')), computed);
      },
    });
  });

  test('are handed out, not added up, where the table is what one asked for', () => {
    const graph = new Graph('lookup');
    const table = graph.input('table', 'float32', [1000, 3]);
    const words = graph.input('words', 'int64', [2]);
    const gradient = differentiate(embed(table, words), [table]).get(table);
    expect(gradient?.dense).toBeUndefined();
    expect(gradient?.rows.map(({ indices, rows }) => [indices, fixedShape(rows)])).toEqual([[words, [2, 3]]]);
    expect(graph.nodes.every(node => node.outputs.every(output => rowCount(fixedShape(output)) < 1000))).toBe(true);
  });
});

describe('values', () => {
  test('used many times, in one operation and in several', async () => {
    await expectRightGradients({
      inputs: { x: [2, 3], y: [3] },
      build: value => {
        const square = mul(value('x'), value('x'));
        return add(add(square, mul(square, value('y'))), add(value('x'), value('y')));
      },
    });
  });

  test('of which one piece of a cut is never used', async () => {
    await expectRightGradients({
      inputs: { x: [6, 2] },
      build: value => {
        const [first, , last] = split(value('x'), 0, [1, 4, 1]);
        if (first === undefined || last === undefined) throw new Error('no pieces');
        return mul(first, last);
      },
    });
  });

  test('that a choice depends on have no gradient, and none is asked of the comparison', () => {
    const graph = new Graph('choice');
    const [x, y] = [graph.input('x', 'float64', [3]), graph.input('y', 'float64', [3])];
    const gradients = differentiate(where(greater(x, 0), y, 0), [x, y]);
    expect(gradients.get(x)).toEqual({ dense: undefined, rows: [] });
    expect(gradients.get(y)?.dense?.shape).toEqual([3]);
  });

  test('that were detached count as constants: their own gradient ends there, that of what they are multiplied with does not', async () => {
    const graph = new Graph('detached');
    const [x, y] = [graph.input('x', 'float64', [3]), graph.input('y', 'float64', [3])];
    const gradients = differentiate(mul(detach(mul(x, y)), y), [x, y]);
    expect(gradients.get(x)).toEqual({ dense: undefined, rows: [] });
    outputWhole(graph, y, gradients.get(y) ?? { dense: undefined, rows: [] });
    const outputs = await (await loadGraph(graph))({ x: Float64Array.of(1, 2, 3), y: Float64Array.of(4, 5, 6) });
    expect([...numbers(outputs, 'gradient.y')]).toEqual([4, 10, 18]);
  });

  test('straight through: forward what is chosen, backward as if it had been what is detached from it', async () => {
    const graph = new Graph('straight through');
    const x = graph.input('x', 'float32', [1, 3]);
    const soft = softmax(x);
    const chosen = add(soft, detach(sub(hardmax(soft), soft)));
    graph.output(chosen, 'chosen');
    const weights = graph.constant('float32', [1, 3], Float32Array.of(1, -2, 5));
    const [one, other] = [chosen, soft].map(y => sum(mul(y, weights), [0, 1]));
    if (one === undefined || other === undefined) throw new Error('no losses');
    for (const [name, loss] of [['hard', one], ['soft', other]] as const) {
      const gradient = differentiate(loss, [x]).get(x)?.dense;
      if (gradient === undefined) throw new Error('no gradient');
      graph.output(gradient, name);
    }
    const outputs = await (await loadGraph(graph))({ x: Float32Array.of(0.5, 2, 1) });
    expect([...numbers(outputs, 'chosen')]).toEqual([0, 1, 0]);
    expect([...numbers(outputs, 'hard')]).toEqual([...numbers(outputs, 'soft')]);
  });

  test('that the loss does not depend on have none', () => {
    const graph = new Graph('apart');
    const [x, y] = [graph.input('x', 'float64', [3]), graph.input('y', 'float64', [3])];
    mul(y, 2);
    expect(differentiate(mul(x, 2), [y]).get(y)).toEqual({ dense: undefined, rows: [] });
  });

  test('the loss by itself is one', async () => {
    const graph = new Graph('itself');
    const x = graph.input('x', 'float64', [2]);
    outputWhole(graph, x, differentiate(x, [x]).get(x) ?? { dense: undefined, rows: [] });
    const outputs = await (await loadGraph(graph))({ x: Float64Array.of(5, 6) });
    expect([...numbers(outputs, 'gradient.x')]).toEqual([1, 1]);
  });
});

test('an operator without a gradient is named', () => {
  const graph = new Graph('quantized');
  const x = graph.input('x', 'float32', [2]);
  const [half] = graph.node('Cast', [x], { to: 1 });
  if (half === undefined) throw new Error('Cast gave nothing');
  expect(() => differentiate(half, [x])).toThrow('Cast (Cast_0) has no gradient');
});
