/** What makes positions positions. */
import { expect, test } from 'vitest';
import { Graph } from '../../graph/graph.ts';
import { fusedMatmul } from '../../graph/operators/linear.ts';
import { loadGraph, numbers } from '../../graph/run.fixture.ts';
import { Random } from '../../training/random.ts';
import { positionsOf, rotate, sinusoidalPositions } from './positions.ts';

const sizes = { width: 16, heads: 2, inner: 8, norm: 'pre', longest: 6 } as const;
const noParameters = (name: string): never => {
  throw new Error(`no parameter is named ${name}`);
};

test('rotary: how alike a query and a key are depends on how far apart they stand, not on where', async () => {
  const graph = new Graph('rotary');
  const { rotation } = positionsOf(graph, noParameters, 'encoder', { ...sizes, positions: 'rotary' }, { kind: 'first', count: 6 });
  if (rotation === undefined) throw new Error('rotary positions without a rotation');
  const random = new Random('features');
  const same = (): Float32Array => {
    const row = Array.from({ length: 8 }, () => random.normal());
    return Float32Array.from(Array.from({ length: 6 }, () => row).flat());
  };
  const [query, key] = [graph.constant('float32', [6, 8], same()), graph.constant('float32', [6, 8], same())];
  graph.output(fusedMatmul(rotate(query, rotation), rotate(key, rotation), { transB: true }), 'scores');
  graph.output(fusedMatmul(query, key, { transB: true }), 'unturned');
  const outputs = await (await loadGraph(graph))({});
  const at = (row: number, column: number): number => numbers(outputs, 'scores')[row * 6 + column] ?? Number.NaN;
  for (let place = 1; place < 6; place++) {
    expect(at(place, place)).toBeCloseTo(numbers(outputs, 'unturned')[0] ?? Number.NaN, 4);
    expect(at(place, place - 1)).toBeCloseTo(at(1, 0), 4);
  }
  expect(at(0, 3)).toBeCloseTo(at(2, 5), 4);
  expect(Math.abs(at(0, 3) - at(3, 0))).toBeGreaterThan(0.01);
});

test('sinusoidal: the first is sin 0 and cos 0, the slowest pair turns by 1 in 10000^((width - 2) / width) positions', () => {
  const table = sinusoidalPositions(3, 8);
  expect([...table.subarray(0, 8)]).toEqual([0, 1, 0, 1, 0, 1, 0, 1]);
  expect(table[16]).toBeCloseTo(Math.sin(2), 6);
  expect(table[8 + 6]).toBeCloseTo(Math.sin(1 / 1000), 6);
});

test('a sequence longer than its learned positions is told of when the graph is built', () => {
  const graph = new Graph('long');
  const table = graph.input('encoder.positions', 'float32', [6, 16]);
  const build = (count: number) => positionsOf(graph, () => table, 'encoder', { ...sizes, positions: 'learned' }, { kind: 'first', count });
  expect(() => build(6)).not.toThrow();
  expect(() => build(7)).toThrow('7 tokens, and encoder.positions has 6 positions');
});
