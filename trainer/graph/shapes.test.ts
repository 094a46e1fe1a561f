/** Types and shapes known when a graph is built are those that ONNX Runtime computes when it runs. */
import { describe, expect, test } from 'vitest';
import { everyKind } from '../models/recurrent/architectures.fixture.ts';
import { recurrentTranslatorDecoder, recurrentTranslatorEncoder } from '../models/recurrent/translator-inference.ts';
import { recurrentTranslatorParameters } from '../models/recurrent/translator.ts';
import type { Operator, SlidingWindow } from './attributes.ts';
import { Graph } from './graph.ts';
import { Draw, letters, type OperatorCase } from './gradients/cases/operator-case.ts';
import { operatorCases } from './gradients/cases/table.ts';
import { and, cast, clip, cos, detach, equal, greater, not, only, or, sin } from './operators/elementwise.ts';
import { integers } from './operators/constants.ts';
import { convolve } from './operators/linear.ts';
import { hardmax } from './operators/normalize.ts';
import { largest, sumBefore } from './operators/reduce.ts';
import { at, concat, countAlong, expand, firstRows, flip, padWithZeros, pick, repeatAlong, reshape, slice, split, squeeze, unsqueeze } from './operators/shape.ts';
import { loadGraph } from './run.fixture.ts';
import { broadcast } from './shapes.ts';
import { type Dimension, elementCount, type ElementType, type Value } from './value.ts';

/** Operators that have no gradient and therefore no case yet. */
const others: Readonly<Record<Exclude<Operator, keyof typeof operatorCases>, (draw: Draw) => readonly OperatorCase[]>> = {
  Greater: draw => [{ about: 'broadcast', operands: [draw.real([2, 1]), draw.real([3])], build: (a, b) => greater(a, b), torch: '' }],
  Cos: draw => [{ about: 'any shape', operands: [draw.real([2, 3])], build: cos, torch: '' }],
  Sin: draw => [{ about: 'any shape', operands: [draw.real([2, 3])], build: sin, torch: '' }],
  Equal: draw => [{ about: 'broadcast', operands: [draw.rows([2, 1], 3), draw.rows([3], 3)], build: (a, b) => equal(a, b), torch: '' }],
  Or: draw => [
    { about: 'broadcast', operands: [draw.rows([2, 1], 3), draw.rows([3], 3)], build: (a, b) => or(equal(a, 1), equal(b, 1)), torch: '' },
  ],
  And: draw => [
    { about: 'broadcast', operands: [draw.rows([2, 1], 3), draw.rows([3], 3)], build: (a, b) => and(equal(a, 1), equal(b, 1)), torch: '' },
  ],
  Not: draw => [{ about: 'any shape', operands: [draw.rows([2, 3], 3)], build: a => not(equal(a, 1)), torch: '' }],
  ReduceMax: draw => [
    { about: 'axes stay', operands: [draw.real([2, 3, 4])], build: a => largest(a, [1, -1]), torch: '' },
    { about: 'axes go', operands: [draw.real([2, 3, 4])], build: a => largest(a, [1], { keepAxes: false }), torch: '' },
  ],
  Unsqueeze: draw => [
    { about: 'inside', operands: [draw.real([2, 3])], build: a => unsqueeze(a, 1), torch: '' },
    { about: 'behind', operands: [draw.real([2, 3])], build: a => unsqueeze(a, -1), torch: '' },
  ],
  GatherND: draw => [{ about: 'of each row', operands: [draw.real([2, 3, 4]), draw.rows([2, 5], 3)], build: pick, torch: '' }],
  Pad: draw => [{ about: 'two axes', operands: [draw.real([2, 3])], build: a => padWithZeros(a, [0, 1], [2, 3]), torch: '' }],
  MaxPool: draw => [
    { about: 'pixels left over', operands: [draw.real([2, 3, 7, 8])], build: a => pool('MaxPool', a, { strides: [2, 3] }), torch: '' },
    { about: 'as long over the stride', operands: [draw.real([2, 3, 7, 8])], build: a => pool('MaxPool', a, { strides: [2, 3], auto_pad: 'SAME_UPPER' }), torch: '' },
  ],
  AveragePool: draw => [
    { about: 'zeros around', operands: [draw.real([2, 3, 7, 8])], build: a => pool('AveragePool', a, { strides: [1, 1], pads: [1, 0, 1, 1] }), torch: '' },
  ],
  RNN: draw => [
    {
      about: 'with an activation that has numbers',
      operands: [draw.real([3, 2, 5]), draw.real([1, 4, 5]), draw.real([1, 4, 4])],
      build: (x, w, r) =>
        only(
          x.graph.node('RNN', [x, w, r], {
            hidden_size: 4,
            direction: 'forward',
            activations: { texts: ['HardSigmoid'] },
            activation_alpha: { floats: [0.2] },
            activation_beta: { floats: [0.5] },
          }),
        ),
      torch: '',
    },
  ],
  Clip: draw => [
    { about: 'numbers', operands: [draw.real([2, 3])], build: a => clip(a, -0.5, 0.5), torch: '' },
    { about: 'whole numbers', operands: [draw.rows([2, 3], 9)], build: a => clip(a, 2, 5), torch: '' },
  ],
  Range: draw => [{ about: 'along an axis', operands: [draw.real([2, 3])], build: a => countAlong(a, 1), torch: '' }],
  Conv: draw => [
    {
      about: 'patches, with pixels left over',
      operands: [draw.real([2, 3, 7, 8]), draw.real([4, 3, 2, 3]), draw.real([4])],
      build: (image, filters, bias) => convolve(image, filters, bias, [2, 3]),
      torch: '',
    },
  ],
  Cast: draw =>
    (['float64', 'int32', 'bool', 'float32'] as const).map((type: ElementType) => ({
      about: `to ${type}`,
      operands: [draw.rows([2, 3], 2)],
      build: (a: Value) => cast(a, type),
      torch: '',
    })),
  ScatterElements: draw => [
    {
      about: 'adding',
      operands: [draw.real([3, 4]), draw.rows([2, 4], 3), draw.real([2, 4])],
      build: (a, at, b) => only(a.graph.node('ScatterElements', [a, at, b], { axis: 0, reduction: 'add' })),
      torch: '',
    },
  ],
  Shape: draw => [
    {
      about: 'one axis',
      operands: [draw.real([3, 4])],
      build: a => only(a.graph.node('Shape', [a], { start: 1, end: 2 })),
      torch: '',
    },
  ],
  DequantizeLinear: draw => [
    {
      about: 'a scale a row',
      operands: [draw.positive([3])],
      build: scales => {
        const stored = scales.graph.constant('int8', [3, 2], Int8Array.of(1, -2, 3, 4, -5, 127));
        return only(scales.graph.node('DequantizeLinear', [stored, scales], { axis: 0 }));
      },
      torch: '',
    },
  ],
  Detach: draw => [{ about: 'any shape', operands: [draw.real([2, 3])], build: detach, torch: '' }],
  Hardmax: draw => [{ about: 'the last axis', operands: [draw.real([2, 3])], build: hardmax, torch: '' }],
  CumSum: draw => [{ about: 'sums before each', operands: [draw.real([2, 3])], build: a => sumBefore(a, 1), torch: '' }],
  LSTM: draw =>
    (['forward', 'reverse', 'bidirectional'] as const).map(direction => {
      const [time, batch, input, hidden] = [3, draw.length(), draw.length(), draw.length()];
      const directions = direction === 'bidirectional' ? 2 : 1;
      return {
        about: direction,
        operands: [
          draw.real([time, batch, input]),
          draw.real([directions, 4 * hidden, input]),
          draw.real([directions, 4 * hidden, hidden]),
        ],
        build: (x, w, r) => only(x.graph.node('LSTM', [x, w, r], { hidden_size: hidden, direction })),
        torch: '',
      };
    }),
  GRU: draw =>
    (['forward', 'reverse', 'bidirectional'] as const).map(direction => {
      const [time, batch, input, hidden] = [3, draw.length(), draw.length(), draw.length()];
      const directions = direction === 'bidirectional' ? 2 : 1;
      return {
        about: direction,
        operands: [
          draw.real([time, batch, input]),
          draw.real([directions, 3 * hidden, input]),
          draw.real([directions, 3 * hidden, hidden]),
          draw.real([directions, batch, hidden]),
        ],
        build: (x, w, r, start) =>
          only(x.graph.node('GRU', [x, w, r, undefined, undefined, start], { hidden_size: hidden, direction, linear_before_reset: 1 })),
        torch: '',
      };
    }),
};

function pool(operator: 'MaxPool' | 'AveragePool', image: Value, window: SlidingWindow): Value {
  return only(image.graph.node(operator, [image], { kernel_shape: [3, 2], ...window }));
}

const everyOperator = { ...operatorCases, ...others } satisfies Record<Operator, (draw: Draw) => readonly OperatorCase[]>;

test.each(Object.keys(everyOperator) as Operator[])('%s', async operator => {
  for (const each of everyOperator[operator](new Draw('shapes', operator))) {
    const graph = new Graph(operator);
    const inputs = each.operands.map(({ kind, shape }, index) =>
      graph.input(letters[index] ?? '', kind === 'real' ? 'float32' : 'int64', shape),
    );
    each.build(...inputs);
    expect(graph.nodes.map(node => node.operator), each.about).toContain(operator);
    outputEverything(graph);
    const feeds = each.operands.map(({ kind, numbers }, index) => [
      letters[index] ?? '',
      kind === 'real' ? Float32Array.from(numbers) : BigInt64Array.from(numbers, BigInt),
    ]);
    // Throws where an output is not what was inferred.
    await (await loadGraph(graph))(Object.fromEntries(feeds));
  }
});

describe('symbolic lengths', () => {
  const lengths = [{ beam: 1, source: 1 }, { beam: 1, source: 6 }, { beam: 5, source: 1 }, { beam: 5, source: 9 }];

  test.each(everyKind)('every value of encoder and decoder: $about', async ({ architecture }) => {
    const specs = new Map(recurrentTranslatorParameters(architecture).map(spec => [spec.name, spec.shape]));
    const store = (graph: Graph, name: string): Value => {
      const shape = specs.get(name) ?? [];
      return graph.constant('float32', shape, new Float32Array(elementCount(shape)).fill(0.1), name);
    };
    for (const graph of [recurrentTranslatorEncoder(architecture, store), recurrentTranslatorDecoder(architecture, store)]) {
      outputEverything(graph);
      const run = await loadGraph(graph);
      for (const known of lengths) {
        const feeds = graph.inputs.map(({ name, shape, type }) => {
          const count = elementCount(shape.map(length => (length === 'beam' ? known.beam : length === 'source' ? known.source : Number(length))));
          return [name, type === 'int64' ? new BigInt64Array(count).fill(3n) : new Float32Array(count)];
        });
        await run(Object.fromEntries(feeds), known);
      }
    }
  });

  test('keep their names where they are kept, and lose them where they are mixed', () => {
    const graph = new Graph('names');
    const x = graph.input('x', 'float32', ['time', 2, 6]);
    expect(reshape(x, [-1, 12]).shape).toEqual(['time', 12]);
    expect(reshape(x, [0, -1]).shape).toEqual(['time', 12]);
    expect(reshape(x, [-1, 6]).shape).toEqual(['open', 6]);
    expect(concat([graph.input('row', 'float32', [1, 2, 6]), x], 0).shape).toEqual(['time + 1', 2, 6]);
    expect(firstRows(graph.input('table', 'float32', [9, 4]), x).shape).toEqual(['time', 4]);
    expect(firstRows(graph.input('wide', 'float32', [9, 4]), graph.input('ids', 'int64', ['batch', 'more']), 1).shape).toEqual(['more', 4]);
    expect(countAlong(x, 0).shape).toEqual(['time']);
    expect(repeatAlong(graph.input('one', 'float32', [1, 5]), x).shape).toEqual(['time', 5]);
    const joined = concat([graph.input('past', 'float32', ['past', 2, 6]), x], 0);
    expect(joined.shape).toEqual(['past + time', 2, 6]);
    expect(concat([joined, graph.input('last', 'float32', [3, 2, 6])], 0).shape).toEqual(['past + time + 3', 2, 6]);
    expect(split(x, 2, [2, 4]).map(({ shape }) => shape)).toEqual([['time', 2, 2], ['time', 2, 4]]);
    expect(flip(x, 0).shape).toEqual(['time', 2, 6]);
    expect(at(x, 0, -1).shape).toEqual([2, 6]);
    expect(padWithZeros(x, [1, 0, 0], [2, 0, 0]).shape).toEqual(['time + 3', 2, 6]);
    const signal = graph.input('signal', 'float32', [1, 2, 'length']);
    const along = (window: SlidingWindow): Dimension | undefined => only(graph.node('MaxPool', [signal], { kernel_shape: [3], ...window })).shape[2];
    expect(along({ strides: [1], auto_pad: 'SAME_UPPER' })).toBe('length');
    expect(along({ strides: [1], pads: [2, 0] })).toBe('length');
    expect(along({ strides: [2] })).toBe('open');
  });
});

test('what cannot be is told when the graph is built', () => {
  const graph = new Graph('mistakes');
  const x = graph.input('x', 'float32', ['time', 3]);
  const y = graph.input('y', 'float32', [2, 4]);
  expect(() => broadcast([2, 3], [2, 4])).toThrow('[2, 3] and [2, 4] do not broadcast');
  expect(broadcast(['open', 1, 'time'], [3, 'open', 'open'])).toEqual([3, 'open', 'time']);
  expect(() => graph.node('MatMul', [y, y], {})).toThrow('4 is not 2');
  expect(() => graph.node('Gemm', [y, x], { transB: 1 })).toThrow('4 is not 3');
  expect(() => concat([x, x], 0)).toThrow('symbolic length time');
  expect(() => slice(x, 0, 1, 2)).toThrow('symbolic length time');
  expect(() => graph.node('Reshape', [y, graph.input('shape', 'int64', [1])], {})).toThrow('must be a constant');
  expect(() => graph.node('Transpose', [y], { perm: [2, 0] })).toThrow('no axis 2');
  expect(() => graph.node('Cast', [y], { to: 99 })).toThrow('99');
  expect(() => graph.node('Conv', [graph.input('image', 'float32', [1, 3, 4, 4]), graph.input('filters', 'float32', [2, 1, 2, 2])], { strides: [2, 2] })).toThrow('do not fit');
  expect(squeeze(reshape(y, [2, 1, 4]), -2).shape).toEqual([2, 4]);
  expect(expand(y, [3, 1, 1]).shape).toEqual([3, 2, 4]);
  expect(integers(graph, [1, 2])).toBe(integers(graph, [1, 2]));
});

function outputEverything(graph: Graph): void {
  const known = new Set(graph.outputs);
  for (const node of graph.nodes) graph.outputs.push(...node.outputs.filter(output => !known.has(output)));
}
