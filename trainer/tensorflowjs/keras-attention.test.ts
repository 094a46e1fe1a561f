/** Keras' layers of attention, laid out as its converter does, against keras.io's descriptions in float64. */
import { describe, expect, test } from 'vitest';
import { close, layer, input, from, functional, layer3, from3, isWord, ids, rowsOf } from './keras-topology.fixture.ts';
import { openTensorFlowJs, type TensorFlowJsModel } from './open.ts';
import { attend, dense, flat, nested, product } from './reference.fixture.ts';
import { drawn, DrawnWeights, farthest, type NamedArray, runImported, saveConverted, tapsOf } from './saved-model.fixture.ts';

describe('attention', () => {
  const [queries, values, keys] = [drawn([2, 3, 4]), drawn([2, 5, 4], 5), drawn([2, 5, 4], 6)];
  const [q, v, k] = [nested(queries.data, queries.shape), nested(values.data, values.shape), nested(keys.data, keys.shape)];
  const inputs = [input('q', [null, 4]), input('v', [null, 4]), input('k', [null, 4])];

  async function open(className: string, config: object, weights: readonly NamedArray[], named: object = {}): Promise<TensorFlowJsModel> {
    const call = [from('q', 0, 0, named), from('v', 0, 0, named), from('k', 0, 0, named)];
    const outputs = [['attention', 0, 0], ...('return_attention_scores' in named ? [['attention', 0, 1]] : [])];
    return openTensorFlowJs(await saveConverted(functional([...inputs, layer(className, 'attention', config, call)], ['q', 'v', 'k'], outputs), [weights]));
  }

  test.each([false, true])('of products, scaled: %s', async use_scale => {
    const drawnWeights = new DrawnWeights();
    const scale = drawnWeights.add('attention/scale', []);
    const opened = await open('Attention', { use_scale, score_mode: 'dot', dropout: 0.3 }, drawnWeights.all, { return_attention_scores: true });
    const factor = use_scale ? (scale.data[0] ?? NaN) : 1;
    const expected = q.map((rows, b) => attend(rows, v[b] ?? [], (i, j) => factor * product(rows[i] ?? [], k[b]?.[j] ?? []), () => true));
    const [output, weights] = await runImported(opened, [queries, values, keys]);
    expect(farthest(output, [2, 3, 4], flat(expected.map(each => each.output)))).toBeLessThan(close);
    expect(farthest(weights, [2, 3, 5], flat(expected.map(each => each.weights)))).toBeLessThan(close);
    expect((await tapsOf(opened)).map(({ heads, node }) => [heads, node])).toEqual([[1, 'attention/attention_scores']]);
  });

  test('of sums, with one weight for all features (score_mode "concat")', async () => {
    const drawnWeights = new DrawnWeights();
    const [scale, concat] = [drawnWeights.add('attention/scale:0', []), drawnWeights.add('attention/concat_score_weight:0', [])];
    const opened = await open('Attention', { use_scale: true, score_mode: 'concat' }, drawnWeights.all);
    const score = (a: readonly number[], b: readonly number[]): number =>
      (concat.data[0] ?? NaN) * a.reduce((sum, value, index) => sum + Math.tanh((scale.data[0] ?? NaN) * (value + (b[index] ?? NaN))), 0);
    const expected = q.map((rows, b) => attend(rows, v[b] ?? [], (i, j) => score(rows[i] ?? [], k[b]?.[j] ?? []), () => true));
    const [output] = await runImported(opened, [queries, values, keys]);
    expect(farthest(output, [2, 3, 4], flat(expected.map(each => each.output)))).toBeLessThan(close);
  });

  test.each([false, true])('additive, scaled: %s', async use_scale => {
    const drawnWeights = new DrawnWeights();
    const scale = drawnWeights.add('attention/scale', [4]);
    const opened = await open('AdditiveAttention', { use_scale }, drawnWeights.all);
    const score = (a: readonly number[], b: readonly number[]): number =>
      a.reduce((sum, value, index) => sum + (use_scale ? (scale.data[index] ?? NaN) : 1) * Math.tanh(value + (b[index] ?? NaN)), 0);
    const expected = q.map((rows, b) => attend(rows, v[b] ?? [], (i, j) => score(rows[i] ?? [], k[b]?.[j] ?? []), () => true));
    const [output] = await runImported(opened, [queries, values, keys]);
    expect(farthest(output, [2, 3, 4], flat(expected.map(each => each.output)))).toBeLessThan(close);
  });

  test.each([{ config: { causal: true }, named: {} }, { config: {}, named: { use_causal_mask: true } }])('under the masks of its tensors, and causal: %o', async ({ config, named }) => {
    const drawnWeights = new DrawnWeights();
    const table = drawnWeights.add('embedding/embeddings', [7, 4]);
    const layers = [
      input('ids', [null]),
      layer('Embedding', 'embedding', { input_dim: 7, output_dim: 4, mask_zero: true }, [from('ids')]),
      layer('Attention', 'attention', { use_scale: false, ...config }, [from('embedding', 0, 0, named), from('embedding', 0, 0, named)]),
      layer('GlobalAveragePooling1D', 'pool', {}, [from('attention')]),
    ];
    const opened = await openTensorFlowJs(await saveConverted(functional(layers, ['ids'], ['attention', 'pool']), [drawnWeights.all]));
    const rows = rowsOf(table, 4);
    const expected = rows.map((x, b) => {
      const scores = (i: number, j: number): number => product(x[i] ?? [], x[j] ?? []);
      const { output } = attend(x, x, scores, (i, j) => j <= i && isWord[b]?.[j] === true);
      // A row that sees nothing would be spread over everything: Keras lowers all of its scores alike.
      return output.map((row, i) => (isWord[b]?.[i] === true ? row : row.map(() => 0)));
    });
    const means = expected.map((x, b) => x[0]?.map((_, f) => x.reduce((sum, row) => sum + (row[f] ?? NaN), 0) / (isWord[b]?.filter(Boolean).length ?? NaN)) ?? []);
    const [output, pooled] = await runImported(opened, [ids]);
    expect(farthest(output, [3, 4, 4], flat(expected))).toBeLessThan(close);
    // The mask of its query is passed on.
    expect(farthest(pooled, [3, 4], flat(means))).toBeLessThan(close);
  });
});

describe('MultiHeadAttention', () => {
  const [heads, keyDim, valueDim, width] = [2, 3, 5, 4];

  function weightsOf(drawnWeights: DrawnWeights, outputs: number, named: (part: string, variable: string, index: number) => string): Map<string, NamedArray> {
    const shapes = { query: [width, heads, keyDim], key: [width, heads, keyDim], value: [width, heads, valueDim], attention_output: [heads, valueDim, outputs] } as const;
    const all = new Map<string, NamedArray>();
    for (const [part, shape] of Object.entries(shapes)) {
      all.set(`${part}.kernel`, drawnWeights.add(named(part, 'kernel', 0), shape));
      all.set(`${part}.bias`, drawnWeights.add(named(part, 'bias', 1), part === 'attention_output' ? [outputs] : shape.slice(1)));
    }
    return all;
  }

  function expectedOf(weights: ReadonlyMap<string, NamedArray>, query: readonly (readonly number[])[], value: readonly (readonly number[])[], key: readonly (readonly number[])[], seen: (q: number, k: number) => boolean) {
    const project = (rows: readonly (readonly number[])[], part: string, head: number, size: number): number[][] =>
      rows.map(row => dense(row, weightAt(`${part}.kernel`), weightAt(`${part}.bias`)).slice(head * size, (head + 1) * size));
    const weightAt = (name: string): NamedArray => weights.get(name) ?? { name, shape: [], data: new Float32Array() };
    const each = [0, 1].map(head => {
      const [q, k, v] = [project(query, 'query', head, keyDim), project(key, 'key', head, keyDim), project(value, 'value', head, valueDim)];
      return attend(q, v, (i, j) => product(q[i] ?? [], k[j] ?? []) / Math.sqrt(keyDim), seen);
    });
    const joined = query.map((_, i) => each.flatMap(({ output }) => output[i] ?? []));
    const kernel = weightAt('attention_output.kernel');
    const flatKernel = { ...kernel, shape: [heads * valueDim, kernel.shape[2] ?? 0] };
    return { weights: each.map(head => head.weights), output: joined.map(row => dense(row, flatKernel, weightAt('attention_output.bias'))) };
  }

  test('of one sequence over another, with keys of its own', async () => {
    const drawnWeights = new DrawnWeights();
    const weights = weightsOf(drawnWeights, 6, (part, variable) => `multi_head_attention/${part}/${variable}`);
    const named = { value: ['v', 0, 0], key: ['k', 0, 0], return_attention_scores: true };
    const config = { num_heads: heads, key_dim: keyDim, value_dim: valueDim, dropout: 0.1, use_bias: true, output_shape: [6], attention_axes: [1] };
    const layers = [input('q', [null, width]), input('v', [null, width]), input('k', [null, width]), layer('MultiHeadAttention', 'multi_head_attention', config, [from('q', 0, 0, named)])];
    const groups = [drawnWeights.all.slice(0, 3), drawnWeights.all.slice(3)];
    const opened = await openTensorFlowJs(await saveConverted(functional(layers, ['q', 'v', 'k'], [['multi_head_attention', 0, 0], ['multi_head_attention', 0, 1]]), groups));
    const feeds = [drawn([2, 3, width]), drawn([2, 5, width], 5), drawn([2, 5, width], 6)];
    const [q, v, k] = feeds.map(({ data, shape }) => nested(data, shape));
    const expected = [0, 1].map(b => expectedOf(weights, q?.[b] ?? [], v?.[b] ?? [], k?.[b] ?? [], () => true));
    const [output, scores] = await runImported(opened, feeds);
    expect(farthest(output, [2, 3, 6], flat(expected.map(each => each.output)))).toBeLessThan(close);
    expect(farthest(scores, [2, heads, 3, 5], flat(expected.map(each => each.weights)))).toBeLessThan(close);
    expect((await tapsOf(opened)).map(each => [each.heads, each.node])).toEqual([[heads, 'multi_head_attention/attention_scores']]);
  });

  test.each(['2.15.0', '2.6.0', '3.4.1'])('of a sequence over itself, causal and masked, in Keras %s', async version => {
    const isNew = version.startsWith('3');
    const drawnWeights = new DrawnWeights();
    const table = drawnWeights.add(isNew ? 'layers/embedding/vars/0' : 'embedding/embeddings', [7, width]);
    const place: Readonly<Record<string, string>> = { query: 'query_dense', key: 'key_dense', value: 'value_dense', attention_output: 'output_dense' };
    const weights = weightsOf(drawnWeights, width, (part, variable, index) => (isNew ? `layers/multi_head_attention/${place[part]}/vars/${index}` : `mha/${part}/${variable}`));
    const config = { num_heads: heads, key_dim: keyDim, value_dim: valueDim, use_bias: true, output_shape: null, attention_axes: null };
    const embedding = { input_dim: 7, output_dim: width, mask_zero: true };
    const named = { value: ['embedding', 0, 0], use_causal_mask: true };
    const old = [input('ids', [null]), layer('Embedding', 'embedding', embedding, [from('ids')]), layer('MultiHeadAttention', 'mha', config, [from('embedding', 0, 0, named)])];
    const mask = from3('not_equal');
    const now = [
      layer3('InputLayer', 'ids', { batch_shape: [null, null], dtype: 'int32' }),
      layer3('Embedding', 'embedding', embedding, [from3('ids')]),
      layer3('NotEqual', 'not_equal', {}, [from3('ids'), 0]),
      layer3('MultiHeadAttention', 'mha', config, [from3('embedding'), from3('embedding')], { query_mask: mask, value_mask: mask, key_mask: null, use_causal_mask: true }),
    ];
    const opened = await openTensorFlowJs(await saveConverted(functional(isNew ? now : old, ['ids'], ['mha'], version), [drawnWeights.all]));
    const rows = rowsOf(table, width);
    // Before 2.10, Keras did not look at masks here.
    const looks = version !== '2.6.0';
    const expected = rows.map((x, b) => expectedOf(weights, x, x, x, (i, j) => j <= i && (!looks || (isWord[b]?.[j] === true && isWord[b]?.[i] === true))).output);
    const [output] = await runImported(opened, [ids]);
    expect(farthest(output, [3, 4, width], flat(expected))).toBeLessThan(close);
    expect(opened.inputs[0]?.type).toBe('int64');
  });

  test('an attention_mask of the model\'s own', async () => {
    const drawnWeights = new DrawnWeights();
    const weights = weightsOf(drawnWeights, width, (part, variable) => `mha/${part}/${variable}`);
    const named = { value: ['x', 0, 0], attention_mask: ['m', 0, 0] };
    const config = { num_heads: heads, key_dim: keyDim, value_dim: valueDim };
    const layers = [input('x', [3, width]), input('m', [3, 3]), layer('MultiHeadAttention', 'mha', config, [from('x', 0, 0, named)])];
    const opened = await openTensorFlowJs(await saveConverted(functional(layers, ['x', 'm'], ['mha']), [drawnWeights.all]));
    const feed = drawn([1, 3, width]);
    const allowed = [1, 0, 1, 1, 1, 0, 0, 1, 1];
    const [x = []] = nested(feed.data, feed.shape);
    const expected = expectedOf(weights, x, x, x, (i, j) => allowed[i * 3 + j] === 1).output;
    const [output] = await runImported(opened, [feed, { shape: [1, 3, 3], data: allowed }]);
    expect(farthest(output, [1, 3, width], flat(expected))).toBeLessThan(close);
  });
});
