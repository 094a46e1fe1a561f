/** Attention brought out of branches, loops, functions and searches; what else a model gives stays as it is. */
import { describe, expect, test } from 'vitest';
import { loadRuntime } from '../engine/runtime.ts';
import type { Tensor, Tensors } from '../engine/session.ts';
import type { NewNode } from '../onnx/messages.ts';
import { type NewFunction, type NewModel } from '../onnx/model.fixture.ts';
import { apart, attend, causal, Draft, heads, layer, linear, together, width } from './draft.fixture.ts';
import { inEightBits, inHalfPrecision } from './narrow.fixture.ts';
import { changed, distance, findIn, numbersOf, runTapped, type Tapped, type TappedOptions, tensor, unevenness, withModel } from './tapped.fixture.ts';

const shape = ['batch', 'length', width] as const;

const run = (model: NewModel, feeds: Tensors, options?: TappedOptions): Promise<Tapped> => withModel(model, file => runTapped(file, feeds, options));

/** Shapes of all maps, after what holds of every one. */
function shapes(result: Tapped, whole = 1): Readonly<Record<string, readonly number[]>> {
  expect(result.untapped).toEqual([]);
  expect(changed(result)).toEqual({});
  for (const map of result.maps.values()) expect(unevenness(map, whole)).toBeLessThan(whole === 1 ? 1e-5 : 0.05);
  return Object.fromEntries([...result.maps].map(([name, { dims }]) => [name, dims]));
}

/** Whether a value is true when it runs: as a model is told to go on from what it kept. */
async function flag(value: boolean): Promise<Tensor> {
  const { Tensor: Make } = await loadRuntime();
  return new Make('bool', [value], [1]);
}

describe('only what is asked for', () => {
  const model = (): NewModel => {
    const draft = new Draft();
    let x = draft.input('x', shape);
    for (let index = 0; index < 3; index++) x = layer(draft, x, { mask: causal(draft, x) });
    draft.output(x, 'y');
    return draft.model();
  };

  test('is an output', async () => {
    const result = await run(model(), { x: await tensor([2, 5, width]) }, { which: ({ layer: number }) => number === 1 });
    expect(shapes(result)).toEqual({ 'decoder.1': [2, heads, 5, 5] });
    expect(Object.keys(result.tapped).toSorted()).toEqual(['decoder.1', 'y']);
  });

  test('is rounded to 255 steps where that will do', async () => {
    const feeds = { x: await tensor([2, 5, width]) };
    const [exact, rounded] = [await run(model(), feeds), await run(model(), feeds, { quantise: 'uint8' })];
    expect(shapes(rounded, 255)).toEqual(shapes(exact));
    for (const [name, map] of rounded.maps) {
      expect(map.type).toBe('uint8');
      expect(numbersOf(map.data)).toEqual(numbersOf(exact.maps.get(name)?.data ?? []).map(weight => Math.round(weight * 255)));
    }
  });
});

test('names that the model has already are left to it', async () => {
  const draft = new Draft();
  const x = draft.input('encoder.0', shape);
  draft.output(layer(draft, x), 'attention-scope/0/identity_0');
  const result = await run(draft.model(), { 'encoder.0': await tensor([1, 4, width]) });
  expect(changed(result)).toEqual({});
  expect([...result.maps.keys()]).toEqual(['encoder.0']);
  expect(result.tapped["encoder.0'"]?.dims).toEqual([1, heads, 4, 4]);
});

test('half precision comes out as float32', async () => {
  const result = await run(inHalfPrecision(), { x: await tensor([1, 4, width]) });
  expect(changed(result)).toEqual({});
  const map = result.maps.get('encoder.0');
  expect(map).toMatchObject({ type: 'float32', dims: [1, heads, 4, 4] });
  expect(map === undefined ? 1 : unevenness(map)).toBeLessThan(2e-3);
});

test('keys that stand before the queries, and a batch folded with heads, come out in one form', async () => {
  const draft = new Draft();
  const x = draft.input('x', shape);
  const fold = (value: string): string => draft.node('Reshape', [apart(draft, value), draft.list([-1, 5, width / heads])]);
  const unfold = (value: string): string => together(draft, draft.node('Reshape', [value, draft.list([-1, heads, 5, width / heads])]));
  const [query, key, value] = [fold(linear(draft, x)), fold(linear(draft, x)), fold(linear(draft, x))];
  const turned = draft.node('Softmax', [draft.node('MatMul', [key, draft.node('Transpose', [query], { perm: [0, 2, 1] })])], { axis: 1 });
  draft.output(unfold(draft.node('MatMul', [draft.node('Transpose', [turned], { perm: [0, 2, 1] }), value])), 'y');
  draft.output(value, 'value');
  const result = await run(draft.model(), { x: await tensor([3, 5, width]) });
  expect(shapes(result)).toEqual({ 'encoder.0': [3, heads, 5, 5] });
});

test('what is stored in 8 bits is read as it weighs', async () => {
  const result = await run(inEightBits(), { x: await tensor([1, 6, width]) });
  expect(changed(result)).toEqual({});
  expect(result.maps.get('encoder.0')?.dims).toEqual([1, heads, 6, 6]);
  for (const map of result.maps.values()) {
    expect(unevenness(map)).toBeLessThan(6 / 255);
    for (const weight of numbersOf(map.data)) expect(Math.abs(weight * 255 - Math.round(weight * 255))).toBeLessThan(1e-3);
  }
});

test('what is quantised when it runs is read before', async () => {
  const draft = new Draft();
  const x = draft.input('x', shape);
  const product = (left: string, right: string): string => {
    const [a = '', sa = '', za = ''] = draft.many('DynamicQuantizeLinear', [left], 3);
    const [b = '', sb = '', zb = ''] = draft.many('DynamicQuantizeLinear', [right], 3);
    return draft.node('Mul', [draft.node('Cast', [draft.node('MatMulInteger', [a, b, za, zb])], { to: 1 }), draft.node('Mul', [sa, sb])]);
  };
  const [query, key, value] = [apart(draft, linear(draft, x)), apart(draft, linear(draft, x), [0, 2, 3, 1]), apart(draft, linear(draft, x))];
  draft.output(together(draft, product(draft.node('Softmax', [product(query, key)], { axis: -1 }), value)), 'y');
  expect(shapes(await run(draft.model(), { x: await tensor([2, 6, width]) }))).toEqual({ 'encoder.0': [2, heads, 6, 6] });
});

describe('branches', () => {
  /** One decoder over a past and one without, under one `If`, as Optimum merges them. */
  function merged(withCross: 'both' | 'one'): NewModel {
    const draft = new Draft();
    const [x, memory, past] = [draft.input('x', shape), draft.input('memory', ['batch', 'source', width]), draft.input('past', ['batch', heads, 'past', width / heads])];
    const condition = draft.input('use_cache_branch', [1], 'bool');
    const branch = (fill: (inner: Draft) => string): Draft => {
      const inner = new Draft();
      inner.output(fill(inner));
      return inner;
    };
    const cached = branch(inner => {
      let y = x;
      for (let index = 0; index < 2; index++) {
        const kept = (fresh: string): string => inner.node('Concat', [past, fresh], { axis: 2 });
        y = layer(inner, y, { keys: kept, values: kept });
        if (withCross === 'both') y = layer(inner, y, { memory });
      }
      return y;
    });
    const fresh = branch(inner => {
      let y = x;
      for (let index = 0; index < 2; index++) {
        y = layer(inner, y, { mask: causal(inner, x) });
        y = layer(inner, y, { memory });
      }
      return y;
    });
    const [y = ''] = draft.many('If', [condition], 1, { then_branch: { graph: cached.graph('then') }, else_branch: { graph: fresh.graph('else') } });
    draft.output(y, 'y');
    return draft.model();
  }

  const feeds = async (useCache: boolean): Promise<Tensors> => ({
    x: await tensor([1, useCache ? 1 : 4, width]), memory: await tensor([1, 6, width]), past: await tensor([1, heads, 3, width / heads]), use_cache_branch: await flag(useCache),
  });

  test('that compute the same layers share their taps', async () => {
    const model = merged('both');
    const { taps } = await findIn(model);
    expect(taps.map(({ name, places, within }) => [name, places.length, within.map(({ attribute }) => attribute)])).toEqual(
      ['decoder.0', 'decoder.1', 'cross.0', 'cross.1'].map(name => [name, 2, ['then_branch']]),
    );
    expect(shapes(await run(model, await feeds(false)))).toEqual({ 'decoder.0': [1, heads, 4, 4], 'decoder.1': [1, heads, 4, 4], 'cross.0': [1, heads, 4, 6], 'cross.1': [1, heads, 4, 6] });
    expect(shapes(await run(model, await feeds(true)))).toEqual({ 'decoder.0': [1, heads, 1, 4], 'decoder.1': [1, heads, 1, 4], 'cross.0': [1, heads, 1, 6], 'cross.1': [1, heads, 1, 6] });
  });

  test('that lack a layer give an empty map of it', async () => {
    const model = merged('one');
    expect(shapes(await run(model, await feeds(false)))).toMatchObject({ 'decoder.1': [1, heads, 4, 4], 'cross.1': [1, heads, 4, 6] });
    expect(shapes(await run(model, await feeds(true)))).toMatchObject({ 'decoder.1': [1, heads, 1, 4], 'cross.1': [0, 0, 0, 0] });
  });
});

describe('turns', () => {
  /** A recurrent decoder: each turn looks over the memory once. */
  function scanned(operator: 'Scan' | 'Loop'): NewModel {
    const draft = new Draft();
    const [memory, steps] = [draft.input('memory', ['batch', 'source', width]), draft.input('steps', ['turns', 1, width])];
    const start = draft.input('start', [1, width]);
    const body = new Draft();
    const turn = operator === 'Loop' ? body.input('turn', [], 'int64') : '';
    if (operator === 'Loop') body.input('going', [], 'bool');
    const state = body.input('state', [1, width]);
    const step = operator === 'Loop' ? body.node('Gather', [steps, turn], { axis: 0 }) : body.input('step', [1, width]);
    const x = body.node('Unsqueeze', [body.node('Add', [state, step]), body.list([1])]);
    const context = body.node('Squeeze', [attend(body, x, { memory }), body.list([1])]);
    if (operator === 'Loop') body.output(body.node('Identity', ['going']), 'still', 'bool');
    body.output(body.node('Tanh', [context]), 'next');
    body.output(context, 'seen');
    const graph = body.graph('body');
    const [last = '', all = ''] = operator === 'Scan'
      ? draft.many('Scan', [start, steps], 2, { num_scan_inputs: 1, body: { graph } })
      : draft.many('Loop', [draft.node('Gather', [draft.node('Shape', [steps]), draft.integer(0)], { axis: 0 }), draft.store({ name: 'true', dtype: 'bool', shape: [], data: Uint8Array.of(1) }), start], 2, { body: { graph } });
    draft.output(last, 'last');
    draft.output(all, 'all');
    return draft.model();
  }

  test.each(['Scan', 'Loop'] as const)('of %s are the queries', async operator => {
    const feeds = { memory: await tensor([1, 6, width]), steps: await tensor([4, 1, width]), start: await tensor([1, width]) };
    const result = await run(scanned(operator), feeds);
    expect(shapes(result)).toEqual({ 'cross.0': [1, heads, 4, 6] });
    expect(result.taps[0]?.within).toMatchObject([{ attribute: 'body' }]);
  });

  test('of a Loop over keys that grow are told as not to be read', async () => {
    const draft = new Draft();
    const start = draft.input('start', ['batch', 'length', width]);
    const body = new Draft();
    body.input('turn', [], 'int64');
    body.input('going', [], 'bool');
    const state = body.input('state', ['batch', 'length', width]);
    body.output(body.node('Identity', ['going']), 'still', 'bool');
    body.output(body.node('Concat', [state, layer(body, state)], { axis: 1 }), 'next');
    const yes = draft.store({ name: 'true', dtype: 'bool', shape: [], data: Uint8Array.of(1) });
    draft.output(draft.many('Loop', [draft.integer(3), yes, start], 1, { body: { graph: body.graph('body') } })[0] ?? '', 'y');
    const { taps, untapped } = await findIn(draft.model());
    expect(taps).toEqual([]);
    expect(untapped).toMatchObject([{ operator: 'Softmax', why: expect.stringContaining('grow') }]);
  });

  test('of a beam search are its own: the decoder inside is to be taken out', async () => {
    const draft = new Draft();
    const ids = draft.input('input_ids', ['batch', 'length'], 'int32');
    const body = new Draft();
    body.output(layer(body, body.input('hidden', shape)), 'logits');
    draft.output(draft.many('BeamSearch', [ids], 1, { decoder: { graph: body.graph('decoder') } }, 'com.microsoft')[0] ?? '', 'sequences', 'int32');
    const { untapped } = await findIn(draft.model());
    expect(untapped).toMatchObject([{ operator: 'Softmax', why: expect.stringContaining('BeamSearch') }]);
  });
});

describe('functions of the model', () => {
  const opsets = { '': 17, own: 1 };
  const call = (name: string, inputs: readonly string[], output: string): NewNode => ({ name: `call_${output}`, operator: name, domain: 'own', inputs, outputs: [output] });

  /** softmax(x W (x W)ᵀ) x W, with its weights given. */
  const attends: NewFunction = {
    name: 'SelfAttention', domain: 'own', inputs: ['x', 'w', 'split'], outputs: ['y'],
    nodes: [
      { operator: 'MatMul', inputs: ['x', 'w'], outputs: ['projected'] },
      { operator: 'Reshape', inputs: ['projected', 'split'], outputs: ['apart'] },
      { operator: 'Transpose', inputs: ['apart'], outputs: ['heads'], attributes: { perm: [0, 2, 1, 3] } },
      { operator: 'Transpose', inputs: ['apart'], outputs: ['keys'], attributes: { perm: [0, 2, 3, 1] } },
      { operator: 'MatMul', inputs: ['heads', 'keys'], outputs: ['scores'] },
      { operator: 'Soft', domain: 'own', inputs: ['scores'], outputs: ['weights'] },
      { operator: 'MatMul', inputs: ['weights', 'heads'], outputs: ['seen'] },
      { operator: 'Transpose', inputs: ['seen'], outputs: ['back'], attributes: { perm: [0, 2, 1, 3] } },
      { operator: 'Shape', inputs: ['x'], outputs: ['shape'] },
      { operator: 'Reshape', inputs: ['back', 'shape'], outputs: ['y'] },
    ],
  };
  const soft: NewFunction = { name: 'Soft', domain: 'own', inputs: ['s'], outputs: ['p'], nodes: [{ operator: 'Softmax', inputs: ['s'], outputs: ['p'], attributes: { axis: -1 } }] };

  test('called for each layer, one inside the other', async () => {
    const draft = new Draft();
    const split = draft.list([0, 0, heads, width / heads]);
    let x = draft.input('x', shape);
    for (let index = 0; index < 3; index++) {
      draft.nodes.push(call('SelfAttention', [x, draft.weight([width, width]), split], `layer_${index}`));
      x = `layer_${index}`;
    }
    draft.output(x, 'y');
    const model = draft.model(opsets, [attends, soft]);
    const result = await run(model, { x: await tensor([2, 5, width]) });
    expect(shapes(result)).toEqual({ 'encoder.0': [2, heads, 5, 5], 'encoder.1': [2, heads, 5, 5], 'encoder.2': [2, heads, 5, 5] });
    const [first, second] = [...result.maps.values()].map(({ data }) => numbersOf(data));
    expect(distance(first ?? [], second ?? [])).toBeGreaterThan(1e-3);
    const alone = await run(model, { x: await tensor([2, 5, width]) }, { which: ({ layer: number }) => number === 2 });
    expect(numbersOf(alone.maps.get('encoder.2')?.data ?? [])).toEqual(numbersOf(result.maps.get('encoder.2')?.data ?? []));
  });

  test('that only take the softmax', async () => {
    const draft = new Draft();
    const x = draft.input('x', shape);
    draft.output(layer(draft, x, { softmax: scores => (draft.nodes.push(call('Soft', [scores], 'weights')), 'weights') }), 'y');
    const result = await run(draft.model(opsets, [soft]), { x: await tensor([2, 5, width]) });
    expect(shapes(result)).toEqual({ 'encoder.0': [2, heads, 5, 5] });
    expect(result.taps[0]?.places[0]?.path).toEqual([]);
  });

  test('that hold an operator which gives out scores of no known type are told', async () => {
    const fused: NewFunction = {
      name: 'Fused', domain: 'own', inputs: ['q', 'k'], outputs: ['y'],
      nodes: [{ operator: 'MultiHeadAttention', domain: 'com.microsoft', inputs: ['q', 'k', 'k'], outputs: ['y'], attributes: { num_heads: heads } }],
    };
    const draft = new Draft();
    draft.nodes.push(call('Fused', [draft.input('q', shape), draft.input('k', ['batch', 'source', width])], 'y'));
    draft.output('y');
    const { taps, untapped } = await findIn(draft.model({ ...opsets, 'com.microsoft': 1 }, [fused]));
    expect(taps).toEqual([]);
    expect(untapped).toMatchObject([{ operator: 'com.microsoft.MultiHeadAttention', why: expect.stringContaining('function') }]);
  });

  test('that call each other without end are refused', async () => {
    const round: NewFunction = { name: 'Round', domain: 'own', inputs: ['x'], outputs: ['y'], nodes: [call('Round', ['x'], 'y')] };
    const draft = new Draft();
    draft.nodes.push(call('Round', [draft.input('x', shape)], 'y'));
    draft.output('y');
    await expect(findIn(draft.model(opsets, [round]))).rejects.toMatchObject({ code: 'broken-model', message: expect.stringContaining('called inside') });
  });
});

test('an operator in a branch is asked there', async () => {
  const draft = new Draft();
  const [query, key] = [draft.input('query', shape), draft.input('key', ['batch', 'source', width])];
  const condition = draft.input('which', [1], 'bool');
  const branch = (scale: number): { graph: ReturnType<Draft['graph']> } => {
    const inner = new Draft();
    inner.output(inner.node('MultiHeadAttention', [query, key, key], { num_heads: heads, scale: { float: scale } }, 'com.microsoft'));
    return { graph: inner.graph() };
  };
  draft.output(draft.many('If', [condition], 1, { then_branch: branch(0.5), else_branch: branch(2) })[0] ?? '', 'y');
  const model = draft.model();
  for (const which of [true, false]) {
    expect(shapes(await run(model, { query: await tensor([2, 3, width]), key: await tensor([2, 7, width]), which: await flag(which) }))).toEqual({ 'cross.0': [2, heads, 3, 7] });
  }
});
