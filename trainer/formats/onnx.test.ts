/** The weights of an ONNX file as of any other checkpoint. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { floats, integers, modelBytes } from '../onnx/model.fixture.ts';
import { sharedModels, unlessThere } from '../onnx/shared-models.fixture.ts';
import { glimpse } from './glimpse.ts';
import { numbersOf } from './numbers.ts';
import { onnx } from './onnx.ts';
import type { TensorFile } from './tensor-file.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'onnx-tensors-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function numbers(file: TensorFile, name: string): Promise<number[]> {
  const tensor = file.tensors.find(each => each.name === name);
  const all: number[] = [];
  if (tensor !== undefined) for await (const some of numbersOf(file, tensor)) all.push(...some);
  return all;
}

const branch = (name: string, values: readonly number[]) => ({ name, nodes: [], initializers: [floats('weight', values)], outputs: [] });
const model = modelBytes({
  graph: {
    name: 'main',
    nodes: [
      { operator: 'Constant', inputs: [], outputs: ['shape'], attributes: { value: { tensor: integers('ignored', [1, -1]) } } },
      { name: 'choice', operator: 'If', inputs: ['flag'], outputs: [], attributes: { then_branch: { graph: branch('yes', [1]) }, else_branch: { graph: branch('no', [2]) } } },
      { operator: 'If', inputs: ['flag'], outputs: [], attributes: { then_branch: { graph: branch('yes', [3]) } } },
    ],
    initializers: [
      floats('weight', [1, 2, 3, 4], [2, 2]), floats('weight', [5]),
      { name: 'outside', dtype: 'float32', shape: [2], data: { file: 'w.bin', offset: 4, length: 8 } },
      { name: 'lost', dtype: 'float16', shape: [2], data: { file: 'lost.bin', offset: 0, length: 4 } },
    ],
    outputs: [],
  },
  opsets: { '': 17, 'com.microsoft': 1 },
  functions: [{ name: 'Gelu', domain: 'made.up', inputs: [], outputs: [], nodes: [{ operator: 'Constant', inputs: [], outputs: ['half'], attributes: { value: { tensor: floats('', [0.5]) } } }] }],
  metadata: { task: 'sorting' },
});

test('initializers and constants are listed by names that are unique, those of graphs in nodes too, and read', async () => {
  await writeFile(join(folder, 'model.onnx'), model);
  await writeFile(join(folder, 'w.bin'), Buffer.from(Float32Array.of(0, 8, 9).buffer));
  const file = await onnx.open(await glimpse(join(folder, 'model.onnx')));
  expect(file.tensors.map(({ name, dtype, shape, bytes }) => [name, dtype, shape, bytes])).toEqual([
    ['weight', 'float32', [2, 2], 16], ['weight#2', 'float32', [1], 4], ['outside', 'float32', [2], 8], ['lost', 'float16', [2], 4],
    ['shape', 'int64', [2], 16], ['choice/then_branch/weight', 'float32', [1], 4], ['choice/else_branch/weight', 'float32', [1], 4],
    ['If_2/then_branch/weight', 'float32', [1], 4], ['Gelu/half', 'float32', [1], 4],
  ]);
  expect(file.size).toBe(model.length + 12);
  for (const [name, values] of [['weight', [1, 2, 3, 4]], ['weight#2', [5]], ['outside', [8, 9]], ['shape', [1, -1]], ['choice/else_branch/weight', [2]], ['If_2/then_branch/weight', [3]], ['Gelu/half', [0.5]]] as const) {
    expect(await numbers(file, name), name).toEqual(values);
  }
  // Whoever builds a graph over these weights names their place instead of copying them.
  expect(file.tensors.find(({ name }) => name === 'outside')?.place).toEqual({ file: join(folder, 'w.bin'), offset: 4 });
  expect(file.tensors.find(({ name }) => name === 'weight')?.place?.file).toBe(join(folder, 'model.onnx'));
  await file.close();
});

test('a missing file of weights does not keep the others from being seen; it is named', async () => {
  await writeFile(join(folder, 'model.onnx'), model);
  const file = await onnx.open(await glimpse(join(folder, 'model.onnx')));
  expect(file.facts.find(({ label }) => label === 'Missing')?.value).toContain('lost.bin');
  await expect(numbers(file, 'lost')).rejects.toMatchObject({ code: 'broken-model', message: expect.stringContaining('lost.bin is missing') });
});

test('facts say what made it, and of what', async () => {
  await writeFile(join(folder, 'model.onnx'), model);
  const { facts } = await onnx.open(await glimpse(join(folder, 'model.onnx')));
  expect(Object.fromEntries(facts.map(({ label, value }) => [label, value]))).toMatchObject({
    'Format version': '8', 'Operator sets': 'ai.onnx 17, com.microsoft 1', Producer: 'a test', Graph: 'main', Nodes: '4, in the graph and 4 inside it', Functions: 'Gelu', task: 'sorting',
  });
});

test('it is recognised by its name, or by how it begins', async () => {
  await writeFile(join(folder, 'blob'), model);
  await writeFile(join(folder, 'text'), 'no model at all');
  expect(await onnx.recognise(await glimpse(join(folder, 'model.onnx')))).toBe(true);
  expect(await onnx.recognise(await glimpse(join(folder, 'blob')))).toBe(true);
  expect(await onnx.recognise(await glimpse(join(folder, 'text')))).toBe(false);
});

test.skipIf(unlessThere !== '')(`every model of others is recognised by how it begins${unlessThere}`, async () => {
  for (const path of sharedModels.values()) {
    const seen = await glimpse(path);
    expect(await onnx.recognise({ ...seen, ...(seen.kind === 'file' ? { name: 'blob' } : {}) }), path).toBe(true);
  }
});
