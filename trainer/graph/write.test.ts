/** What we write is what ONNX Runtime loads. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadRuntime } from '../engine/runtime.ts';
import type { ExternalPlace } from '../onnx/messages.ts';
import { Graph } from './graph.ts';
import { add, cast, mul } from './operators/elementwise.ts';
import { linear } from './operators/linear.ts';
import { loadGraph } from './run.fixture.ts';
import { bytesOf, writeOnnx } from './write.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'write-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('constants of every type come out as they went in', async () => {
  const constants = [
    ['float32', Float32Array.of(1.5, -0.1, Infinity, 1e-40)],
    ['float64', Float64Array.of(Math.PI, -0.1, -Infinity, 5e-324)],
    ['int64', BigInt64Array.of(-1n, 0n, 2n ** 63n - 1n, -(2n ** 63n))],
    ['int32', Int32Array.of(-1, 0, 2 ** 31 - 1, -(2 ** 31))],
    ['int8', Int8Array.of(-128, -1, 0, 127)],
    ['uint8', Uint8Array.of(0, 1, 128, 255)],
  ] as const;
  const graph = new Graph('constants');
  for (const [type, data] of constants) graph.output(graph.constant(type, [2, 2], data, `${type}.stored`), type);
  const outputs = await (await loadGraph(graph))({});
  for (const [type, data] of constants) expect(outputs.get(type)?.data, type).toEqual(data);
});

test('only what the outputs need is written', () => {
  const graph = new Graph('needed');
  const x = graph.input('x', 'float32', [2]);
  const unused = graph.constant('float32', [1000], new Float32Array(1000), 'unused.table');
  mul(unused, 3);
  graph.output(add(x, 1), 'y');
  const bytes = writeOnnx(graph);
  expect(bytes.length).toBeLessThan(300);
  expect(Buffer.from(bytes).includes('unused.table')).toBe(false);
  expect(Buffer.from(bytes).includes('Mul')).toBe(false);
});

test('names, symbolic lengths and documentation are there to read', async () => {
  const graph = new Graph('declared');
  const x = graph.input('x', 'float32', ['time', 3]);
  const ids = graph.input('ids', 'int64', ['time']);
  graph.output(mul(x, 2), 'doubled');
  graph.output(ids, 'same');
  const bytes = writeOnnx(graph, { documentation: 'What this is for.' });
  expect(Buffer.from(bytes).includes('What this is for.')).toBe(true);
  const { InferenceSession } = await loadRuntime();
  const session = await InferenceSession.create(bytes);
  expect(session.inputMetadata).toMatchObject([
    { name: 'x', type: 'float32', shape: ['time', 3] },
    { name: 'ids', type: 'int64', shape: ['time'] },
  ]);
  expect(session.outputMetadata).toMatchObject([
    { name: 'doubled', type: 'float32', shape: ['time', 3] },
    { name: 'same', type: 'int64', shape: ['time'] },
  ]);
});

test('large constants go to a file beside the graph and are found there', async () => {
  const weight = Float32Array.from({ length: 64 * 3 }, (_, index) => Math.sin(index));
  const bias = Float32Array.of(1, 2, 3);
  const graph = new Graph('outside');
  const x = graph.input('x', 'float32', [1, 64]);
  graph.output(linear(x, graph.constant('float32', [3, 64], weight, 'weight'), graph.constant('float32', [3], bias, 'bias')), 'y');

  const placed: { name: string; bytes: Uint8Array }[] = [];
  const external = {
    file: 'weights.bin',
    from: 64,
    place: (name: string, bytes: Uint8Array): number => {
      placed.push({ name, bytes });
      return 4096;
    },
  };
  const bytes = writeOnnx(graph, { external });
  expect(placed).toEqual([{ name: 'weight', bytes: bytesOf(weight) }]);
  await writeFile(join(folder, 'graph.onnx'), bytes);
  await writeFile(join(folder, 'weights.bin'), Buffer.concat([Buffer.alloc(4096), bytesOf(weight)]));

  const { InferenceSession, Tensor } = await loadRuntime();
  const input = Float32Array.from({ length: 64 }, (_, index) => Math.cos(index));
  const outside = await InferenceSession.create(join(folder, 'graph.onnx'));
  const { y } = await outside.run({ x: new Tensor('float32', input, [1, 64]) });
  const inside = await (await loadGraph(graph))({ x: input });
  expect(y?.data).toEqual(inside.get('y')?.data);
});

test('constants that lie in a file of someone else are read there, in whatever float it has', async () => {
  const graph = new Graph('elsewhere');
  // 1.5, −2 and 65504; 1.5, −2 and 2⁻¹²⁶; behind five bytes that belong to nobody here and one that aligns.
  const halves = Uint16Array.of(0x3e00, 0xc000, 0x7bff);
  const brains = Uint16Array.of(0x3fc0, 0xc000, 0x0080);
  const floats = Float32Array.of(0.1, -7);
  const file = Buffer.concat([Buffer.from('hello!'), bytesOf(halves), bytesOf(brains), Buffer.alloc(2), bytesOf(floats)]);
  await writeFile(join(folder, 'theirs.bin'), file);
  const place = (offset: number, length: number): ExternalPlace => ({ file: 'theirs.bin', offset, length });
  const types = { float16: place(6, 6), bfloat16: place(12, 6) } as const;
  for (const type of ['float16', 'bfloat16'] as const) {
    graph.output(cast(graph.externalConstant(type, [3], types[type], `${type}.weight`), 'float32'), type);
  }
  graph.output(graph.externalConstant('float32', [1, 2], place(20, 8), 'float32.weight'), 'float32');
  const { InferenceSession } = await loadRuntime();
  const session = await InferenceSession.create(writeOnnx(graph), {
    extra: { session: { model_external_initializers_file_folder_path: folder } },
  });
  const outputs = await session.run({});
  expect(outputs['float16']?.data).toEqual(Float32Array.of(1.5, -2, 65504));
  expect(outputs['bfloat16']?.data).toEqual(Float32Array.of(1.5, -2, 2 ** -126));
  expect(outputs['float32']).toMatchObject({ dims: [1, 2], data: floats });
  expect(() => graph.externalConstant('float32', [3], place(0, 8), 'short')).toThrow('takes 12 bytes; 8 are given');
});

test('two values of one name are refused', () => {
  const graph = new Graph('names');
  graph.input('x', 'float32', [1]);
  expect(() => graph.input('x', 'float32', [1])).toThrow('already has a value named x');
});

test('a constant must have as many elements as its shape says', () => {
  expect(() => new Graph('sizes').constant('float32', [2, 2], new Float32Array(3))).toThrow('given 3 elements');
});
