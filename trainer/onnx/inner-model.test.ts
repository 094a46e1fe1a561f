/** The decoder of a beam search, taken out and run by itself. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadRuntime } from '../engine/runtime.ts';
import { Session } from '../engine/session.ts';
import { Edits } from './edits.ts';
import { innerModel } from './inner-model.ts';
import type { NewGraph } from './messages.ts';
import { floats, modelBytes } from './model.fixture.ts';
import type { OnnxModel } from './model.ts';
import { openOnnx } from './open.ts';
import { sharedModels, unlessThere } from './shared-models.fixture.ts';
import { splice } from './splice.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inner-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const decoder: NewGraph = {
  name: 'decoder',
  nodes: [
    { name: 'embed', operator: 'Add', inputs: ['x', 'doubled'], outputs: ['sum'] },
    { name: 'choice', operator: 'If', inputs: ['flag'], outputs: ['y'], attributes: { then_branch: { graph: branch('yes', 'own') }, else_branch: { graph: branch('no', 'outer') } } },
  ],
  initializers: [floats('own', [10])],
  inputs: [{ name: 'x', dtype: 'float32', shape: [2] }, { name: 'flag', dtype: 'bool', shape: [] }],
  outputs: [{ name: 'y', dtype: 'float32', shape: [2] }],
};

function branch(name: string, factor: string): NewGraph {
  return { name, nodes: [{ operator: 'Mul', inputs: ['sum', factor], outputs: [`${name}.y`] }], outputs: [{ name: `${name}.y`, dtype: 'float32', shape: [2] }] };
}

/** Weights of the decoder stand in the graph around it, as ONNX Runtime's converter lays them out; and what is made of weights alone. */
async function searching(inner: NewGraph = decoder): Promise<OnnxModel> {
  const file = join(folder, `${inner.name}.onnx`);
  await writeFile(file, modelBytes({
    graph: {
      name: 'search',
      nodes: [
        { name: 'unrelated', operator: 'Neg', inputs: ['ids'], outputs: ['negative'] },
        { name: 'two', operator: 'Constant', inputs: [], outputs: ['two'], attributes: { value: { tensor: floats('', [2]) } } },
        { name: 'double', operator: 'Mul', inputs: ['weight', 'two'], outputs: ['doubled'] },
        { name: 'search', operator: 'BeamSearch', domain: 'com.microsoft', inputs: ['ids'], outputs: ['sequences'], attributes: { decoder: { graph: inner }, eos_token_id: 1 } },
      ],
      initializers: [floats('unused', Array.from({ length: 1000 }, () => 7)), floats('weight', [1, 2]), floats('outer', [100])],
      inputs: [{ name: 'ids', dtype: 'int32', shape: [1, 4] }],
      outputs: [{ name: 'sequences', dtype: 'int32', shape: [1, 1, 9] }],
    },
    opsets: { '': 17, 'com.microsoft': 1 },
  }));
  return openOnnx(file);
}

function searchOf({ graph }: OnnxModel) {
  const found = graph.nodes.find(({ operator }) => operator === 'BeamSearch');
  if (found === undefined) throw new Error('there is no search');
  return found;
}

test('it brings what it uses from around it, and nothing else', async () => {
  const model = await searching();
  const inner = innerModel(model, searchOf(model), 'decoder');
  expect(inner.graph.nodes.map(({ name }) => name)).toEqual(['two', 'double', 'embed', 'choice']);
  expect(inner.graph.initializers.map(({ name }) => name)).toEqual(['own', 'weight', 'outer']);
  expect(inner.graph.inputs.map(({ name }) => name)).toEqual(['x', 'flag']);
});

test('it runs, with values from inside brought out', async () => {
  const model = await searching();
  const inner = innerModel(model, searchOf(model), 'decoder');
  const edits = new Edits();
  edits.of(inner.graph).outputs.push({ name: 'sum' });
  const { Tensor } = await loadRuntime();
  for (const leave of [Infinity, 4]) {
    const copy = await splice(inner, edits, { leave });
    expect(copy.parts).not.toContainEqual({ start: 0, end: model.size });
    expect(copy.size).toBeLessThan((await readFile(model.file)).length - 4000);
    const session = await Session.openBytes(await copy.whole(), { threads: 1, folder: copy.folder, external: [] });
    for (const [flag, factor] of [[true, 10], [false, 100]] as const) {
      const { y, sum } = await session.run({ x: new Tensor('float32', Float32Array.of(1, 1), [2]), flag: new Tensor('bool', [flag], []) }, { y: null, sum: null });
      expect(sum?.data).toEqual(Float32Array.of(3, 5));
      expect(y?.data).toEqual(Float32Array.of(3 * factor, 5 * factor));
    }
    await session.release();
  }
});

test('what needs the inputs of the search cannot stand alone', async () => {
  const model = await searching({ ...decoder, name: 'tied', nodes: [{ operator: 'Add', inputs: ['x', 'negative'], outputs: ['y'] }] });
  expect(() => innerModel(model, searchOf(model), 'decoder')).toThrow(/the graph in BeamSearch "search" uses "ids", which only the graph around it has/);
  expect(() => innerModel(model, searchOf(model), 'encoder')).toThrow(/BeamSearch "search" has no graph encoder/);
});

test.skipIf(unlessThere !== '')(`somebody's decoder, put into a beam search and taken out again, gives what it gave${unlessThere}`, async () => {
  const path = sharedModels.get('whisper__hf_fp32_decoder_attention_no_past') ?? '';
  const alone = await openOnnx(path);
  // By hand: the graph's own bytes as an attribute.
  const content = Buffer.concat(await Promise.all(alone.graph.places.map(async ({ start, end }) => (await readFile(path)).subarray(start, end))));
  const opsets = Object.fromEntries(alone.opsets);
  const holder = modelBytes({ graph: { name: 'search', nodes: [], outputs: [] }, opsets });
  const file = join(folder, 'whisper.onnx');
  await writeFile(file, Buffer.concat([holder, searchAround(content)]));
  const model = await openOnnx(file);
  const copy = await splice(innerModel(model, searchOf(model), 'decoder'), new Edits());
  const { Tensor } = await loadRuntime();
  const states = (length: number) => new Tensor('float32', Float32Array.from({ length: 20 * length }, (_, index) => Math.sin(index)), [2, length, 10]);
  const feeds = { input_hidden_states: states(10), encoder_hidden_states: states(20) };
  const results = [];
  for (const bytes of [await readFile(path), await copy.whole()]) {
    const session = await Session.openBytes(bytes, { threads: 1, folder, external: [] });
    results.push((await session.run(feeds, { output_hidden_states: null }))['output_hidden_states']?.data);
    await session.release();
  }
  expect(results[1]).toEqual(results[0]);
});

/** A graph field with one node, whose attribute `decoder` is the graph that is given as bytes. */
function searchAround(decoderBytes: Uint8Array): Uint8Array {
  const attribute = new BinaryWriter().tag(1, 2).string('decoder').tag(20, 0).int32(5).tag(6, 2).bytes(decoderBytes).finish();
  const node = new BinaryWriter().tag(3, 2).string('search').tag(4, 2).string('BeamSearch').tag(7, 2).string('com.microsoft').tag(5, 2).bytes(attribute).finish();
  const graph = new BinaryWriter().tag(1, 2).bytes(node).finish();
  return new BinaryWriter().tag(7, 2).bytes(graph).finish();
}
