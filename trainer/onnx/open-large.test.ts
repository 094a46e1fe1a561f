/** Size costs nothing: files of gigabytes open as fast as their graph is small, and what is read of them is what is asked for. */
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadRuntime } from '../engine/runtime.ts';
import { Session } from '../engine/session.ts';
import { Edits } from './edits.ts';
import { nodesPerLayer, writeLargeModel } from './large.fixture.ts';
import type { OnnxModel } from './model.ts';
import { openOnnx } from './open.ts';
import { withCuts } from './parts.ts';
import { tensorBytes } from './read-tensor.ts';
import { splice } from './splice.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'large-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const [megabyte, gigabyte] = [2 ** 20, 2 ** 30];
/** Windows writes every byte of a file that is made longer. */
const canBeSparse = process.platform !== 'win32';

/** Processor time of the fastest of three opens, and the memory that the first one added, in MB. The file is in the system's memory. */
async function measured(path: string): Promise<{ model: OnnxModel; milliseconds: number; megabytes: number }> {
  const before = process.memoryUsage.rss();
  const model = await openOnnx(path);
  const megabytes = (process.memoryUsage.rss() - before) / megabyte;
  let milliseconds = Infinity;
  for (let time = 0; time < 3; time++) {
    const begin = process.cpuUsage();
    await openOnnx(path);
    const { user, system } = process.cpuUsage(begin);
    milliseconds = Math.min(milliseconds, (user + system) / 1000);
  }
  return { model, milliseconds, megabytes };
}

test.skipIf(!canBeSparse)('a model of 2.3 GB in one file: opened, a weight read, edited and run without a copy of its weights', async () => {
  const path = join(folder, 'large.onnx');
  const layers = 300;
  const size = await writeLargeModel(path, { layers, matrix: 8 * megabyte, inside: true });
  expect(size).toBeGreaterThan(2.3 * gigabyte);
  const { model, milliseconds, megabytes } = await measured(path);
  expect(model.graph.nodes).toHaveLength(layers * nodesPerLayer);
  expect(model.graph.initializers.at(-1)).toMatchObject({ name: `decoder.layer.${layers - 1}.weight`, shape: [64, 32768] });
  expect(milliseconds).toBeLessThan(300);
  expect(megabytes).toBeLessThan(100);

  const [weight] = model.graph.initializers;
  let read = 0;
  if (weight !== undefined) for await (const bytes of tensorBytes(model, weight)) read += bytes.length;
  expect(read).toBe(8 * megabyte);

  // No runtime loads so large a file; a copy that leaves the weights where they are is small. It has one node of its own, and no other.
  const last = model.graph.initializers.at(-1);
  if (last?.data.kind !== 'raw') throw new Error('the last weight is not in the file');
  await write(path, last.data.place.start, Float32Array.of(7));
  const bare = withoutNodes(model);
  const edits = new Edits();
  edits.of(bare.graph).nodes.push({ operator: 'ReduceMax', inputs: [last.name], outputs: ['hidden.300'], attributes: { keepdims: 0 } });
  const copy = await splice(bare, edits, { leave: megabyte });
  expect(copy.size).toBeLessThan(megabyte);
  const session = await Session.openBytes(await copy.whole(), { threads: 1, folder: copy.folder, external: [] });
  const { Tensor } = await loadRuntime();
  const { 'hidden.300': largest } = await session.run({ 'hidden.0': new Tensor('float32', new Float32Array(64), [1, 64]) }, { 'hidden.300': null });
  expect(largest?.data).toEqual(Float32Array.of(7));
  await session.release();
});

/** Another view of the file, as `innerModel` gives one: what stands in the graph beside its nodes. */
function withoutNodes({ graph, ...model }: OnnxModel): OnnxModel {
  const places = withCuts(graph.places, graph.nodes.map(({ place: { head, end } }) => ({ start: head, end, parts: [] })));
  return { ...model, graph: { ...graph, nodes: [], places: places.flatMap(part => (part instanceof Uint8Array ? [] : [part])) }, inner: true };
}

async function write(path: string, offset: number, numbers: Float32Array): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.write(numbers, 0, numbers.byteLength, offset);
  } finally {
    await file.close();
  }
}

test.skipIf(!canBeSparse)('a model with 10 GB of weights beside it', async () => {
  const path = join(folder, 'model.onnx');
  const size = await writeLargeModel(path, { layers: 320, matrix: 32 * megabyte, inside: false });
  expect(size).toBeGreaterThan(10 * gigabyte);
  const { model, milliseconds, megabytes } = await measured(path);
  expect(model.graph.initializers).toHaveLength(320);
  expect(milliseconds).toBeLessThan(300);
  expect(megabytes).toBeLessThan(100);
});

test('a graph of 22,000 nodes', async () => {
  const path = join(folder, 'small.onnx');
  await writeLargeModel(path, { layers: 2000, matrix: 4096, inside: true });
  const { model, milliseconds } = await measured(path);
  expect(model.graph.nodes).toHaveLength(2000 * nodesPerLayer);
  expect(milliseconds).toBeLessThan(1000);
});
