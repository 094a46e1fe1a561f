import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SeenLayer } from '../decoding/witness.ts';
import { openOnnx } from '../onnx/open.ts';
import { decoderPorts } from './decoder-ports.ts';
import { DecoderRun } from './decoder-run.ts';
import { exportFolder, writeFolder } from './folders.fixture.ts';
import { GrowingMaps } from './growing-maps.ts';
import { onnxGraph } from './onnx-graph.ts';
import { TappedGraph } from './tapped-graph.ts';
import { whatFits } from './what-fits.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'growing-maps-'));
  await writeFolder(folder, 'qwen2');
  await exportFolder(folder, 'qwen2');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const prompt = [3, 8, 5];
const written = [1, 9];

/** What a decoder looks at that reads a prompt at once, then token by token. */
async function grown(gives: 'uint8' | undefined): Promise<readonly [readonly SeenLayer[], Float32Array[]]> {
  const source = await onnxGraph(await openOnnx(join(folder, 'onnx', 'model.onnx')));
  const graph = await TappedGraph.open(source, { threads: 1 });
  const decoder = { graph, ports: decoderPorts(source.inputs, source.outputs, source.file) };
  const of = { first: decoder, next: decoder, sizes: { heads: 4, width: 8 } };
  const { layers } = source;
  const whole = await new DecoderRun(of, { layers }).readAll([...prompt, ...written]);
  const maps = new GrowingMaps(layers);
  const run = new DecoderRun(of, { layers, gives, prompt, onRead: rows => maps.add(rows) });
  for (const id of written) {
    run.previous[0] = BigInt(id);
    await run.run(1);
  }
  await graph.release();
  return [maps.take(), whole.map(({ weights }) => weights)];
}

test('what is read in pieces is looked at as if it were read at once', async () => {
  const [seen, whole] = await grown(undefined);
  expect(seen.length).toBeGreaterThan(1);
  seen.forEach(({ heads, queries, keys, weights }, layer) => {
    expect([queries, keys]).toEqual([5, 5]);
    expect(weights).toHaveLength(heads * 25);
    weights.forEach((weight, place) => expect(weight).toBeCloseTo(whole[layer]?.[place] ?? Number.NaN, 5));
  });
});

test('in bytes it is off by no more than half a step', async () => {
  const [seen, whole] = await grown('uint8');
  seen.forEach(({ weights }, layer) => {
    expect(weights).toBeInstanceOf(Uint8Array);
    weights.forEach((step, place) => expect(Math.abs(step / 255 - (whole[layer]?.[place] ?? Number.NaN))).toBeLessThan(1 / 509));
  });
});

test('texts of more weights than fit are looked at in bytes, and in the first layers only', () => {
  const layers = Array.from({ length: 24 }, (_, layer) => ({ kind: 'encoder' as const, layer, heads: 16 }));
  const fits = (length: number) => whatFits(layers, () => length ** 2);
  expect(fits(128)).toEqual({ layers, gives: undefined, warnings: [] });
  expect(fits(1024)).toEqual({ layers, gives: 'uint8', warnings: [] });
  const long = fits(4096);
  expect([long.layers.length, long.gives, long.warnings]).toEqual([2, 'uint8', [expect.stringContaining('only those of the first 2 of 24 layers are shown')]]);
});

test('of a text whose first layer has no room in the free memory it is told how long it may be', () => {
  const layers = [{ kind: 'encoder' as const, layer: 0, heads: 16 }];
  const fits = (length: number) => whatFits(layers, () => length ** 2, { free: 2e9, total: 8e9 });
  expect(fits(5000).layers).toEqual(layers);
  expect(() => fits(20_000)).toThrow(expect.objectContaining({ code: 'text-too-long', message: 'The maps of a text of 20,000 tokens need 32.0 GB a layer, and 2.0 GB of memory are free: those of about 5,000 tokens have room.' }));
});
