/** Edited copies are what ONNX Runtime loads, and compute what the model did. */
import { realpathSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadRuntime } from '../engine/runtime.ts';
import { Session, type Tensor, type Tensors } from '../engine/session.ts';
import { Edits } from './edits.ts';
import type { NewGraph } from './messages.ts';
import { floats, integers, modelBytes, type NewModel } from './model.fixture.ts';
import type { OnnxModel, OnnxNode } from './model.ts';
import { openOnnx, openOnnxBytes } from './open.ts';
import { raise, raiseFromCall } from './raise.ts';
import { feedsOf, sharedModels, unlessThere } from './shared-models.fixture.ts';
import { splice } from './splice.ts';
import type { Spliced } from './spliced.ts';

let folder: string;
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'splice-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function opened(model: NewModel): Promise<OnnxModel> {
  const file = join(folder, `model-${count++}.onnx`);
  await writeFile(file, modelBytes(model));
  return openOnnx(file);
}

/** Runs bytes of a model, whose files of weights are in a folder. */
async function run(bytes: Uint8Array, feeds: Tensors, weightsIn = folder): Promise<Tensors> {
  const session = await Session.openBytes(bytes, { threads: 1, folder: weightsIn, external: [] });
  try {
    return await session.run(feeds, Object.fromEntries(session.outputs.map(({ name }) => [name, null])));
  } finally {
    await session.release();
  }
}

async function floatTensor(values: readonly number[], shape: readonly number[] = [values.length]): Promise<Tensor> {
  const { Tensor } = await loadRuntime();
  return new Tensor('float32', Float32Array.from(values), shape);
}

async function boolTensor(value: boolean): Promise<Tensor> {
  const { Tensor } = await loadRuntime();
  return new Tensor('bool', [value], []);
}

/** What is in a tensor, bit by bit. */
function bits(tensor: Tensor | undefined): unknown {
  if (tensor === undefined || !ArrayBuffer.isView(tensor.data)) return undefined;
  const { buffer, byteOffset, byteLength } = tensor.data;
  return { type: tensor.type, dims: [...tensor.dims], bytes: Buffer.from(buffer, byteOffset, byteLength).toString('base64') };
}

const numbersOf = (tensor: Tensor | undefined): number[] => Array.from(tensor?.data as Float32Array);

function nodeOf({ graph }: OnnxModel, operator: string): OnnxNode {
  const found = graph.nodes.find(node => node.operator === operator);
  if (found === undefined) throw new Error(`there is no ${operator}`);
  return found;
}

describe.skipIf(unlessThere !== '')(`models of others${unlessThere}`, () => {
  describe.each([...sharedModels])('%s', (_, path) => {
    /** A copy that gives out an input, too: the simplest thing that it did not do before. */
    function withMore(model: OnnxModel): Edits {
      const edits = new Edits();
      const [input] = model.graph.inputs;
      edits.of(model.graph).nodes.push({ name: 'added', operator: 'Identity', inputs: [input?.name ?? ''], outputs: ['added'] });
      edits.of(model.graph).outputs.push({ name: 'added' });
      return edits;
    }

    test('appended to, rewritten and with its weights left where they are, it gives what it gave, and the new output', async () => {
      const model = await openOnnx(path);
      const feeds = await feedsOf(model);
      // One of them was made to be looked at: it fails, and a copy must fail as it does.
      const attempt = (bytes: Uint8Array): Promise<Tensors | string> => run(bytes, feeds, dirname(path)).catch(String);
      const before = await attempt(await readFile(path));
      const appended = await splice(model, withMore(model));
      const rewriting = withMore(model);
      const [first] = model.graph.nodes;
      if (first !== undefined) rewriting.of(model.graph).change(first, { outputs: first.outputs });
      const rewritten = await splice(model, rewriting);
      const left = await splice(model, withMore(model), { leave: 64 });
      const file = { start: 0, end: model.size };
      expect(appended.parts[0]).toEqual(file);
      expect(appended.size - model.size).toBeLessThan(100);
      expect(rewritten.parts).not.toContainEqual(file);
      expect(Math.abs(rewritten.size - appended.size)).toBeLessThan(20);
      for (const copy of [appended, rewritten, left]) {
        expect(copy.folder).toBe(realpathSync(dirname(path)));
        const after = await attempt(await copy.whole());
        if (typeof before === 'string' || typeof after === 'string') {
          expect(after).toBe(before);
          continue;
        }
        for (const { name } of model.graph.outputs) expect(bits(after[name]), name).toEqual(bits(before[name]));
        expect(bits(after['added'])).toEqual(bits(feeds[model.graph.inputs[0]?.name ?? '']));
      }
    });

    test('whatever is not edited is still there', async () => {
      const model = await openOnnx(path);
      const copy = await reopened(await splice(model, withMore(model), { leave: 64 }));
      const namesIn = ({ graph }: OnnxModel): string[] => graph.initializers.map(({ name, dtype, shape }) => `${name} ${dtype} ${shape.join()}`);
      expect(namesIn(copy).toSorted()).toEqual(namesIn(model).toSorted());
      expect(copy.graph.nodes.map(({ name }) => name)).toEqual([...model.graph.nodes.map(({ name }) => name), 'added']);
      expect([...copy.opsets]).toEqual([...model.opsets]);
      expect(copy.metadata).toEqual(model.metadata);
      for (const { data } of copy.graph.initializers) if (data.kind === 'external') expect(data.location).toBe(basename(path));
    });
  });
});

async function reopened(copy: Spliced): Promise<OnnxModel> {
  const file = join(folder, `copy-${count++}.onnx`);
  await writeFile(file, await copy.whole());
  return openOnnx(file);
}

const scaled: NewGraph = {
  name: 'scaled',
  nodes: [
    { name: 'product', operator: 'Mul', inputs: ['x', 'w'], outputs: ['product'] },
    { name: 'flat', operator: 'Softmax', inputs: ['product'], outputs: ['y'], attributes: { axis: -1 } },
  ],
  initializers: [floats('w', [1, 2, 3])],
  inputs: [{ name: 'x', dtype: 'float32', shape: [3] }],
  outputs: [{ name: 'y', dtype: 'float32', shape: [3] }],
};

describe('edits of the main graph', () => {
  test('a value between becomes an output by its name alone', async () => {
    const model = await opened({ graph: scaled });
    const edits = new Edits();
    edits.of(model.graph).outputs.push({ name: 'product' });
    const copy = await splice(model, edits);
    expect(copy.parts[0]).toEqual({ start: 0, end: model.size });
    expect(copy.size).toBe(model.size + 13);
    expect(numbersOf((await run(await copy.whole(), { x: await floatTensor([1, 1, 2]) }))['product'])).toEqual([1, 2, 6]);
  });

  test('a node gives its output another name; weights and nodes come along', async () => {
    const model = await opened({ graph: scaled });
    const edits = new Edits();
    const own = edits.of(model.graph);
    own.change(nodeOf(model, 'Softmax'), { outputs: ['flat'] });
    own.initializers.push(floats('column', [3, 4, 5]));
    own.nodes.push({ operator: 'Add', inputs: ['product', 'column'], outputs: ['y'] });
    const copy = await splice(model, edits);
    const { y } = await run(await copy.whole(), { x: await floatTensor([1, 2, 3]) });
    expect(numbersOf(y)).toEqual([4, 8, 14]);
    expect([...(await reopened(copy)).opsets]).toEqual([['', 17]]);
  });

  test('an attribute is another; those beside it stay', async () => {
    const model = await opened({ graph: { ...scaled, nodes: [{ operator: 'Gemm', inputs: ['x', 'w'], outputs: ['y'], attributes: { alpha: { float: 2 }, transA: 1, transB: 1 } }] } });
    const edits = new Edits();
    edits.of(model.graph).change(nodeOf(model, 'Gemm'), { attributes: { alpha: { float: 3 } } });
    edits.of(model.graph).change(nodeOf(model, 'Gemm'), { attributes: { transB: 0 } });
    const [node] = (await reopened(await splice(model, edits))).graph.nodes;
    expect(Object.fromEntries(node?.attributes ?? [])).toEqual({ alpha: { kind: 'float', value: 3 }, transA: { kind: 'integer', value: 1 }, transB: { kind: 'integer', value: 0 } });
  });

  test('nothing to edit is a copy', async () => {
    const model = await opened({ graph: scaled });
    expect(Buffer.from(await (await splice(model, new Edits())).whole()).equals(await readFile(model.file))).toBe(true);
  });
});

const branch = (name: string, factor: number): NewGraph => ({
  name,
  nodes: [
    { name: `${name}/scale`, operator: 'Mul', inputs: ['x', `${name}.factor`], outputs: [`${name}.scaled`] },
    { name: `${name}/flat`, operator: 'Softmax', inputs: [`${name}.scaled`], outputs: [`${name}.out`] },
  ],
  initializers: [floats(`${name}.factor`, [factor, factor, factor])],
  outputs: [{ name: `${name}.out`, dtype: 'float32', shape: [3] }],
});

describe('values out of graphs in nodes', () => {
  const choosing: NewModel = {
    graph: {
      name: 'choosing',
      nodes: [{ name: 'choice', operator: 'If', inputs: ['condition'], outputs: ['y'], attributes: { then_branch: { graph: branch('yes', 2) }, else_branch: { graph: branch('no', 5) } } }],
      inputs: [{ name: 'x', dtype: 'float32', shape: [3] }, { name: 'condition', dtype: 'bool', shape: [] }],
      outputs: [{ name: 'y', dtype: 'float32', shape: [3] }],
    },
  };

  test('If: of whichever branch ran; twice, and with the weights left in the file', async () => {
    const model = await opened(choosing);
    const node = nodeOf(model, 'If');
    const edits = new Edits();
    const place = { body: model.graph, node };
    raise(edits, place, new Map([['then_branch', 'yes.scaled'], ['else_branch', 'no.scaled']]), 'scaled');
    // An output already, and a value from around.
    raise(edits, place, new Map([['then_branch', 'yes.out'], ['else_branch', 'x']]), 'again');
    edits.of(model.graph).outputs.push({ name: 'scaled' }, { name: 'again' });
    for (const copy of [await splice(model, edits), await splice(model, edits, { leave: 12 })]) {
      for (const condition of [true, false]) {
        const feeds = { x: await floatTensor([1, 2, 3]), condition: await boolTensor(condition) };
        const after = await run(await copy.whole(), feeds);
        expect(bits(after['y'])).toEqual(bits((await run(await readFile(model.file), feeds))['y']));
        expect(numbersOf(after['scaled'])).toEqual(condition ? [2, 4, 6] : [5, 10, 15]);
        expect(numbersOf(after['again'])).toEqual(condition ? numbersOf(after['y']) : [1, 2, 3]);
      }
    }
  });

  test('Loop: of all turns, and of a branch in each turn', async () => {
    const body: NewGraph = {
      name: 'body',
      nodes: [
        { operator: 'Add', inputs: ['sum', 'x'], outputs: ['sum.next'] },
        { operator: 'Identity', inputs: ['condition'], outputs: ['condition.next'] },
        { name: 'choice', operator: 'If', inputs: ['flag'], outputs: ['chosen'], attributes: { then_branch: { graph: inner('yes', 2) }, else_branch: { graph: inner('no', 3) } } },
      ],
      inputs: [{ name: 'turn', dtype: 'int64', shape: [] }, { name: 'condition', dtype: 'bool', shape: [] }, { name: 'sum', dtype: 'float32', shape: [3] }],
      outputs: [{ name: 'condition.next', dtype: 'bool', shape: [] }, { name: 'sum.next', dtype: 'float32', shape: [3] }],
    };
    function inner(name: string, factor: number): NewGraph {
      return {
        name,
        nodes: [{ operator: 'Mul', inputs: ['sum.next', `${name}.by`], outputs: [`${name}.product`] }, { operator: 'Neg', inputs: [`${name}.product`], outputs: [`${name}.out`] }],
        initializers: [floats(`${name}.by`, [factor])],
        outputs: [{ name: `${name}.out`, dtype: 'float32', shape: [3] }],
      };
    }
    const model = await opened({
      graph: {
        name: 'turning',
        nodes: [{ name: 'loop', operator: 'Loop', inputs: ['turns', '', 'start'], outputs: ['y'], attributes: { body: { graph: body } } }],
        initializers: [integers('turns', [2], []), floats('start', [0, 0, 0])],
        inputs: [{ name: 'x', dtype: 'float32', shape: [3] }, { name: 'flag', dtype: 'bool', shape: [] }],
        outputs: [{ name: 'y', dtype: 'float32', shape: [3] }],
      },
    });
    const loop = nodeOf(model, 'Loop');
    const graph = loop.attributes.get('body');
    const turning = graph?.kind === 'graph' ? graph.value : model.graph;
    const edits = new Edits();
    const choice = turning.nodes.find(({ operator }) => operator === 'If') ?? loop;
    raise(edits, { body: turning, node: choice }, new Map([['then_branch', 'yes.product'], ['else_branch', 'no.product']]), 'product');
    raise(edits, { body: model.graph, node: loop }, new Map([['body', 'product']]), 'products');
    edits.of(model.graph).outputs.push({ name: 'products' });
    const bytes = await (await splice(model, edits)).whole();
    for (const [flag, factor] of [[true, 2], [false, 3]] as const) {
      const { y, products } = await run(bytes, { x: await floatTensor([1, 2, 3]), flag: await boolTensor(flag) });
      expect(numbersOf(y)).toEqual([2, 4, 6]);
      expect(products?.dims).toEqual([2, 3]);
      expect(numbersOf(products)).toEqual([1, 2, 3, 2, 4, 6].map(value => value * factor));
    }
  });

  test('Scan: stacked, though it lists how its own outputs are', async () => {
    const body: NewGraph = {
      name: 'body',
      nodes: [{ operator: 'Add', inputs: ['sum', 'row'], outputs: ['sum.next'] }, { operator: 'Neg', inputs: ['sum.next'], outputs: ['negative'] }, { operator: 'Abs', inputs: ['row'], outputs: ['size'] }],
      inputs: [{ name: 'sum', dtype: 'float32', shape: [2] }, { name: 'row', dtype: 'float32', shape: [2] }],
      outputs: [{ name: 'sum.next', dtype: 'float32', shape: [2] }, { name: 'negative', dtype: 'float32', shape: [2] }],
    };
    const model = await opened({
      graph: {
        name: 'scanning',
        nodes: [{ name: 'scan', operator: 'Scan', inputs: ['start', 'x'], outputs: ['last', 'y'], attributes: { body: { graph: body }, num_scan_inputs: 1, scan_output_axes: [1] } }],
        initializers: [floats('start', [0, 0])],
        inputs: [{ name: 'x', dtype: 'float32', shape: [2, 2] }],
        outputs: [{ name: 'last' }, { name: 'y' }],
      },
    });
    const edits = new Edits();
    raise(edits, { body: model.graph, node: nodeOf(model, 'Scan') }, new Map([['body', 'size']]), 'sizes');
    edits.of(model.graph).outputs.push({ name: 'sizes' });
    const { y, sizes } = await run(await (await splice(model, edits)).whole(), { x: await floatTensor([1, -2, -3, 4], [2, 2]) });
    expect(numbersOf(y)).toEqual([-1, 2, 2, -2]);
    expect(numbersOf(sizes)).toEqual([1, 2, 3, 4]);
  });

  test('a function of the model: of each call by itself', async () => {
    const model = await opened({
      graph: {
        name: 'calling',
        nodes: [
          { name: 'first', operator: 'Twice', domain: 'made.up', inputs: ['x'], outputs: ['middle'] },
          { name: 'second', operator: 'Twice', domain: 'made.up', inputs: ['middle'], outputs: ['y'] },
        ],
        inputs: [{ name: 'x', dtype: 'float32', shape: [3] }],
        outputs: [{ name: 'y', dtype: 'float32', shape: [3] }],
      },
      opsets: { '': 17, 'made.up': 1 },
      functions: [{ name: 'Twice', domain: 'made.up', inputs: ['a'], outputs: ['c'], nodes: [{ operator: 'Add', inputs: ['a', 'a'], outputs: ['b'] }, { operator: 'Neg', inputs: ['b'], outputs: ['c'] }] }],
    });
    const [called] = model.functions;
    const [, second] = model.graph.nodes;
    if (called === undefined || second === undefined) throw new Error('the model lacks what it was written with');
    const edits = new Edits();
    edits.of(called).initializers.push(floats('ten', [10]));
    edits.of(called).nodes.push({ operator: 'Mul', inputs: ['b', 'ten'], outputs: ['large'] });
    raiseFromCall(edits, model, { body: model.graph, node: second }, called, { value: 'large', output: 'second.large' });
    edits.of(model.graph).outputs.push({ name: 'second.large' });
    const after = await run(await (await splice(model, edits)).whole(), { x: await floatTensor([1, 2, 3]) });
    expect(numbersOf(after['y'])).toEqual([4, 8, 12]);
    expect(numbersOf(after['second.large'])).toEqual([-40, -80, -120]);
  });

  test('other operators, and a branch without a value, are refused', async () => {
    const model = await opened(choosing);
    const node = nodeOf(model, 'If');
    expect(() => raise(new Edits(), { body: model.graph, node }, new Map([['then_branch', 'yes.scaled']]), 'scaled')).toThrow('else_branch of If must give a value');
    expect(() => raise(new Edits(), { body: model.graph, node: { ...node, operator: 'BeamSearch', domain: 'com.microsoft' } }, new Map(), 'scaled')).toThrow('nothing can be brought out of BeamSearch');
  });
});

test("what Hugging Face's cache keeps by links is found when it is loaded", async () => {
  const cache = join(folder, 'cache');
  const snapshot = join(cache, 'snapshots', '1234', 'onnx');
  await mkdir(join(cache, 'blobs'), { recursive: true });
  await mkdir(snapshot, { recursive: true });
  const outside = { name: 'w', dtype: 'float32', shape: [3], data: { file: 'model.onnx_data', offset: 4, length: 12 } } as const;
  await writeFile(join(cache, 'blobs', 'aaaa'), modelBytes({ graph: { ...scaled, nodes: [{ operator: 'Sum', inputs: ['x', 'w', 'v'], outputs: ['y'] }], initializers: [outside, floats('v', [10, 20, 30])] } }));
  await writeFile(join(cache, 'blobs', 'bbbb'), Buffer.from(Float32Array.of(0, 1, 2, 3).buffer));
  await symlink(join(cache, 'blobs', 'aaaa'), join(snapshot, 'model.onnx'));
  await symlink(join(cache, 'blobs', 'bbbb'), join(snapshot, 'model.onnx_data'));
  const model = await openOnnx(join(snapshot, 'model.onnx'));
  for (const leave of [12, Infinity]) {
    const copy = await splice(model, new Edits(), { leave });
    expect(numbersOf((await run(await copy.whole(), { x: await floatTensor([1, 1, 1]) }, copy.folder))['y'])).toEqual([12, 23, 34]);
  }
});

test('a model that is in memory alone is spliced as one of the disk', async () => {
  const model = await openOnnxBytes(modelBytes({ graph: scaled }), join(folder, 'nowhere.onnx'));
  const edits = new Edits();
  edits.of(model.graph).outputs.push({ name: 'product' });
  const copy = await splice(model, edits, { leave: 1 });
  expect(numbersOf((await run(await copy.whole(), { x: await floatTensor([1, 1, 2]) }))['product'])).toEqual([1, 2, 6]);
  expect((await reopened(copy)).graph.outputs.map(({ name }) => name)).toEqual(['y', 'product']);
});

test('a file that changed since it was opened is not spliced', async () => {
  const model = await opened({ graph: scaled });
  const copy = await splice(model, new Edits());
  await writeFile(model.file, 'something else');
  await expect(copy.whole()).rejects.toMatchObject({ code: 'broken-model', message: expect.stringContaining('when it was opened') });
});
