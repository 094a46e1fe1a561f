/** Structure of ONNX files, read as another reader reads it; and what is said of files that are broken. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Failure } from '../../protocol/failure.ts';
import { bodiesOf } from './bodies.ts';
import { floats, integers, modelBytes } from './model.fixture.ts';
import type { OnnxModel } from './model.ts';
import { openOnnx } from './open.ts';
import { tensorBytes } from './read-tensor.ts';
import { sharedModels, unlessThere } from './shared-models.fixture.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'onnx-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function opened(bytes: Uint8Array, name = 'model.onnx'): Promise<OnnxModel> {
  const file = join(folder, name);
  await writeFile(file, bytes);
  return openOnnx(file);
}

/**
 * What the Python package onnx 1.23.2 (`pip install onnx`) says of these files, with all subgraphs:
 *
 *   m = onnx.load(file); digest = hashlib.sha256()
 *   for t in initializers: digest.update(onnx.numpy_helper.to_array(t).tobytes())
 *   nodes, initializers, attributes, inputs that are no initializers, outputs, value_info, digest.hexdigest()[:16]
 */
const asOthersReadThem: Readonly<Record<string, readonly [number, number, number, number, number, number, string]>> = {
  'gpt-nano-sort': [116, 58, 38, 1, 1, 0, '70c2a740f64ccd9d'],
  attention_mask2d_fp32: [93, 9, 64, 4, 1, 0, '6bf43d30f33d5200'],
  attention_past_state: [150, 10, 109, 4, 2, 0, 'eb0eb7f602509dc2'],
  bert_toy_optimized: [384, 94, 160, 3, 2, 1, '0ccd23386b7d1403'],
  'genai-tiny-random-gpt2-fp32-past': [39, 27, 28, 8, 6, 0, '10df6709d59e39e8'],
  transform__fusion__attention_distilbert: [36, 21, 14, 1, 1, 0, '7e6e7ca745fa18bc'],
  transform__fusion__attention_int32_mask: [35, 17, 15, 2, 1, 0, '48aa5a783f59ff88'],
  transform__fusion__attention_symbolic_batch: [35, 17, 15, 2, 1, 0, '48aa5a783f59ff88'],
  transform__fusion__gpt2_one_layer: [103, 65, 71, 1, 1, 0, '7c43bf3725ea70e1'],
  transform__fusion__gpt2_past_one_layer: [117, 70, 82, 2, 2, 0, 'adeb1773cc9c72b1'],
  transform__model_parallel__bart_self_attention_megatron_basic_test: [31, 19, 11, 1, 1, 0, '06bc1d62f1ea2891'],
  whisper__hf_fp32_decoder_attention_no_past: [20, 18, 10, 2, 5, 0, 'aeeb31b96a3b12d6'],
  whisper__hf_fp32_decoder_attention_with_past: [19, 16, 8, 5, 3, 0, '468d5f9a4e9332d6'],
  whisper__hf_fp32_encoder_self_attention: [12, 10, 5, 1, 1, 0, '584a7f5cd4cf19dd'],
  'stories260K.attn23': [301, 70, 70, 1, 1, 0, '22c6de53135d4207'],
  stories260K: [356, 70, 76, 1, 1, 0, '22c6de53135d4207'],
};

describe.skipIf(unlessThere !== '')(`models of others${unlessThere}`, () => {
  test('each of them is in the table', () => {
    expect([...sharedModels.keys()].toSorted()).toEqual(Object.keys(asOthersReadThem).toSorted());
  });

  test.each([...sharedModels])('%s has what another reader finds in it, bit by bit', async (name, path) => {
    const model = await openOnnx(path);
    const bodies = [...bodiesOf(model.graph, model.functions)];
    const digest = createHash('sha256');
    for (const { initializers } of bodies) {
      for (const tensor of initializers) for await (const bytes of tensorBytes(model, tensor)) digest.update(bytes);
    }
    const sum = (count: (body: (typeof bodies)[number]) => number): number => bodies.reduce((total, body) => total + count(body), 0);
    expect([
      sum(({ nodes }) => nodes.length), sum(({ initializers }) => initializers.length),
      sum(({ nodes }) => nodes.reduce((total, { attributes }) => total + attributes.size, 0)),
      model.graph.inputs.length, model.graph.outputs.length, model.graph.values.size, digest.digest('hex').slice(0, 16),
    ]).toEqual(asOthersReadThem[name]);
  });

  test('symbolic lengths, operator sets and who made it are told', async () => {
    const model = await openOnnx(sharedModels.get('genai-tiny-random-gpt2-fp32-past') ?? '');
    expect(model).toMatchObject({ irVersion: 6, producer: { name: 'onnxruntime.transformers', version: '1.17.0' } });
    expect([...model.opsets]).toEqual([['', 11], ['com.microsoft', 1]]);
    expect(model.graph.inputs[3]).toEqual({ name: 'past_0', dtype: 'float32', shape: [2, 'batch_size', 4, 'past_seq_len', 8] });
    expect(model.graph.nodes.find(({ domain }) => domain !== '')).toMatchObject({ operator: expect.any(String), domain: 'com.microsoft' });
  });
});

test('attributes of every kind, graphs in nodes, functions and metadata', async () => {
  const inner = { name: 'inner', nodes: [{ operator: 'Identity', inputs: ['x'], outputs: ['y'] }], outputs: [{ name: 'y', dtype: 'float32', shape: ['?', 3] }] } as const;
  const attributes = {
    alpha: { float: 0.5 }, axis: -1, mode: 'linear', perm: [1, 0, -2], scales: { floats: [1.5, -2] }, keys: { texts: ['a', 'ü'] },
    value: { tensor: integers('', [7]) }, body: { graph: inner },
  };
  const model = await opened(modelBytes({
    graph: {
      name: 'main',
      nodes: [{ name: 'node', operator: 'Anything', domain: 'made.up', inputs: ['x', '', 'w'], outputs: ['z'], attributes }],
      initializers: [floats('w', [1, 2])],
      inputs: [{ name: 'x', dtype: 'float16', shape: ['batch', 2] }, { name: 'w', dtype: 'float32', shape: [2] }, { name: 'bare' }],
      outputs: [{ name: 'z' }],
    },
    functions: [{ name: 'Twice', domain: 'made.up', inputs: ['a'], outputs: ['b'], nodes: [{ operator: 'Add', inputs: ['a', 'a'], outputs: ['b'] }] }],
    metadata: { task: 'sort' },
  }));
  const [node] = model.graph.nodes;
  expect(node).toMatchObject({ name: 'node', operator: 'Anything', domain: 'made.up', inputs: ['x', '', 'w'], outputs: ['z'] });
  expect(node?.attributes.get('alpha')).toEqual({ kind: 'float', value: 0.5 });
  expect(node?.attributes.get('axis')).toEqual({ kind: 'integer', value: -1 });
  expect(node?.attributes.get('mode')).toEqual({ kind: 'text', value: 'linear' });
  expect(node?.attributes.get('perm')).toEqual({ kind: 'integers', value: [1, 0, -2] });
  expect(node?.attributes.get('scales')).toEqual({ kind: 'floats', value: [1.5, -2] });
  expect(node?.attributes.get('keys')).toEqual({ kind: 'texts', value: ['a', 'ü'] });
  expect(node?.attributes.get('value')).toMatchObject({ kind: 'tensor', value: { dtype: 'int64', shape: [1] } });
  expect(node?.attributes.get('body')).toMatchObject({ kind: 'graph', value: { name: 'inner', nodes: [{ operator: 'Identity' }], outputs: [{ name: 'y', shape: ['?', 3] }] } });
  // What is stored need not be fed.
  expect(model.graph.inputs).toEqual([{ name: 'x', dtype: 'float16', shape: ['batch', 2] }, { name: 'bare', dtype: undefined, shape: undefined }]);
  expect(model.functions).toMatchObject([{ name: 'Twice', domain: 'made.up', inputs: ['a'], outputs: ['b'], nodes: [{ operator: 'Add' }] }]);
  expect([...model.metadata]).toEqual([['task', 'sort']]);
});

const plain = modelBytes({
  graph: {
    name: 'plain',
    nodes: [{ name: 'sum', operator: 'Add', inputs: ['x', 'w'], outputs: ['y'], attributes: { note: { floats: [1, 2, 3] } } }],
    initializers: [floats('w', [1, 2, 3])],
    inputs: [{ name: 'x', dtype: 'float32', shape: [3] }],
    outputs: [{ name: 'y', dtype: 'float32', shape: [3] }],
  },
});

test('a graph that the file gives in two parts is their sum', async () => {
  const more = new BinaryWriter().tag(7, 2).fork().tag(12, 2).fork().tag(1, 2).string('w').join().join().finish();
  const { graph } = await opened(Buffer.concat([plain, more]));
  expect(graph.outputs.map(({ name }) => name)).toEqual(['y', 'w']);
  expect(graph.nodes).toHaveLength(1);
  expect(graph.places).toHaveLength(2);
});

test('a graph whose nodes go in a circle is opened: whoever runs it will refuse it', async () => {
  const nodes = [{ operator: 'Neg', inputs: ['b'], outputs: ['a'] }, { operator: 'Neg', inputs: ['a'], outputs: ['b'] }];
  const { graph } = await opened(modelBytes({ graph: { name: 'circle', nodes, outputs: [{ name: 'b' }] } }));
  expect(graph.nodes).toHaveLength(2);
});

/** Every failure names the file and says what to do. */
async function failure(bytes: Uint8Array): Promise<string> {
  const thrown: unknown = await opened(bytes, 'broken.onnx').then(() => undefined, (error: unknown) => error);
  expect(thrown).toBeInstanceOf(Failure);
  if (!(thrown instanceof Failure)) return '';
  expect(thrown.code).toBe('broken-model');
  expect(thrown.hint).not.toBe('');
  expect(thrown.message).toContain(join(folder, 'broken.onnx'));
  return thrown.message;
}

/** A model with one field of its graph written by hand. */
function withField(write: (graph: BinaryWriter) => void): Uint8Array {
  const writer = new BinaryWriter().tag(1, 0).int32(8).tag(7, 2).fork();
  write(writer);
  return writer.join().finish();
}

describe('what is broken is refused, and where', () => {
  test('cut off anywhere, a file opens as less or is refused', async () => {
    for (let length = 0; length < plain.length; length += 3) {
      const thrown: unknown = await opened(plain.subarray(0, length), 'cut.onnx').then(() => undefined, (error: unknown) => error);
      if (thrown !== undefined) expect(thrown).toMatchObject({ code: 'broken-model', message: expect.stringContaining(join(folder, 'cut.onnx')) });
    }
    expect(await failure(plain.subarray(0, 40))).toMatch(/at byte 10, field 7 of the model of \d+ bytes found; at most the \d+ bytes that are left of the model expected/);
  });

  test('a length beyond its message', async () => {
    const bytes = withField(graph => graph.tag(1, 2).uint32(1000).tag(4, 2).string('Add'));
    expect(await failure(bytes)).toMatch(/at byte 4, field 1 of the graph of 1000 bytes found; at most the 5 bytes that are left of the graph expected/);
  });

  test('a length without end, and one of over ten bytes', async () => {
    expect(await failure(withField(graph => graph.tag(1, 2).raw(Uint8Array.of(255, 255))))).toMatch(/a length that does not end found/);
    expect(await failure(withField(graph => graph.tag(1, 2).raw(new Uint8Array(20).fill(255))))).toMatch(/a length that does not end found; a number of at most ten bytes/);
  });

  test('groups, unknown wire types and field 0', async () => {
    for (const type of [3, 4, 6, 7]) expect(await failure(withField(graph => graph.uint32(1 * 8 + type)))).toContain(`wire type ${type} found`);
    expect(await failure(withField(graph => graph.uint32(0 * 8 + 2).uint32(0)))).toContain('field number 0 found');
  });

  test('a field of another kind than it is', async () => {
    expect(await failure(withField(graph => graph.tag(2, 0).int32(1)))).toMatch(/wire type 0 of field 2 of the graph found; wire type 2 expected/);
  });

  test('names that are no text, and names without measure', async () => {
    expect(await failure(withField(graph => graph.tag(2, 2).bytes(Uint8Array.of(0xff, 0xfe))))).toMatch(/a name that is no UTF-8 text found/);
    expect(await failure(withField(graph => graph.tag(2, 2).string('x'.repeat(70_000))))).toMatch(/a name of 70000 bytes/);
  });

  const tensor = (write: (tensor: BinaryWriter) => void): Uint8Array =>
    withField(graph => {
      graph.tag(5, 2).fork();
      write(graph);
      graph.join();
    });

  test('shapes that are no shapes', async () => {
    const shaped = (...lengths: number[]): Uint8Array =>
      tensor(writer => {
        for (const length of lengths) writer.tag(1, 0).int64(length);
        writer.tag(2, 0).int32(1).tag(8, 2).string('w');
      });
    expect(await failure(shaped(2, -3))).toMatch(/tensor "w" of shape \[2, -3\] found; lengths from 0 on/);
    expect(await failure(shaped(2 ** 40, 2 ** 40))).toMatch(/a size below 2⁵³ expected/);
    expect(await failure(shaped(...Array.from({ length: 65 }, () => 1)))).toMatch(/at most 64 dimensions expected/);
  });

  test('an element type that there is not', async () => {
    expect(await failure(tensor(writer => writer.tag(2, 0).int32(99).tag(8, 2).string('w')))).toMatch(/tensor "w" of element type 99 found/);
  });

  test.each([['offset', '-1'], ['length', 'NaN'], ['offset', '1e3'], ['length', '99999999999999999']])('an external %s of %s', async (key, value) => {
    const bytes = tensor(writer => {
      writer.tag(2, 0).int32(1).tag(8, 2).string('w').tag(14, 0).int32(1);
      for (const [name, text] of [['location', 'w.bin'], [key, value]] as const) writer.tag(13, 2).fork().tag(1, 2).string(name).tag(2, 2).string(text).join();
    });
    expect(await failure(bytes)).toContain(`"${value}" as the ${key} of tensor "w" found; a whole number`);
  });

  test('graphs inside graphs inside graphs', async () => {
    let inner = new Uint8Array(0);
    for (let depth = 0; depth < 40; depth++) {
      const attribute = new BinaryWriter().tag(1, 2).string('body').tag(20, 0).int32(5).tag(6, 2).bytes(inner).finish();
      inner = new BinaryWriter().tag(1, 2).fork().tag(5, 2).bytes(attribute).join().finish();
    }
    expect(await failure(new BinaryWriter().tag(7, 2).bytes(inner).finish())).toMatch(/a graph inside 33 others found; at most 32 expected/);
  });

  test('nothing, other formats by their names, and no graph', async () => {
    expect(await failure(new Uint8Array(0))).toContain('is empty; an ONNX model was expected');
    expect(await failure(Buffer.from('PK\x03\x04 and so on'))).toContain('is a zip archive');
    expect(await failure(Buffer.from('{"model": 1}'))).toContain('is JSON text');
    expect(await failure(Buffer.concat([Buffer.from([2, 0, 0, 0, 0, 0, 0, 0]), Buffer.from('{}')]))).toContain('is a safetensors file');
    expect(await failure(Buffer.from('version https://git-lfs.github.com/spec/v1\n'))).toContain('git lfs pull');
    expect(await failure(new BinaryWriter().tag(1, 0).int32(8).finish())).toContain('holds no graph');
  });

  test('a folder, and what is not there', async () => {
    await mkdir(join(folder, 'sub'), { recursive: true });
    await expect(openOnnx(join(folder, 'sub'))).rejects.toMatchObject({ code: 'broken-model', message: expect.stringContaining('is a folder') });
    await expect(openOnnx(join(folder, 'none.onnx'))).rejects.toMatchObject({ code: 'no-such-file' });
  });
});

test('fields that nobody knows are passed over', async () => {
  const unknown = new BinaryWriter().tag(1000, 2).bytes(new Uint8Array(50)).tag(1001, 0).int32(5).tag(1002, 5).fixed32(1).tag(1003, 1).fixed64(1).finish();
  const { graph } = await opened(Buffer.concat([unknown, plain, unknown]));
  expect(graph.nodes).toHaveLength(1);
});

test('attributes that hold more than a graph is made of stay in the file', async () => {
  const many = { floats: Array.from({ length: 70_000 }, (_, index) => index) };
  const { graph } = await opened(modelBytes({
    graph: { name: 'trees', nodes: [{ operator: 'Trees', domain: 'ai.onnx.ml', inputs: [], outputs: [], attributes: { values: many, blob: 'x'.repeat(70_000), depth: 3 } }], outputs: [] },
  }));
  expect(Object.fromEntries(graph.nodes[0]?.attributes ?? [])).toEqual({ values: { kind: 'other' }, blob: { kind: 'other' }, depth: { kind: 'integer', value: 3 } });
});
