/** Models laid out as Keras' converter does, against keras.io's descriptions in float64; and what Keras does otherwise than TensorFlow.js. */
import { writeFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openTensorFlowJs, type TensorFlowJsModel } from './open.ts';
import { attend, dense, flat, gruStep, hardSigmoid3, lstmStep, type Mask, nested, product, recur } from './reference.fixture.ts';
import { drawn, DrawnWeights, farthest, type NamedArray, runImported, saveConverted } from './saved-model.fixture.ts';

const close = 1e-5;

/** A layer as Keras 2 writes it. */
function layer(className: string, name: string, config: object, ...calls: readonly unknown[]): object {
  return { class_name: className, name, config: { name, trainable: true, dtype: 'float32', ...config }, inbound_nodes: calls };
}
const input = (name: string, shape: readonly (number | null)[]): object => layer('InputLayer', name, { batch_input_shape: [null, ...shape], sparse: false, ragged: false });
const from = (name: string, call = 0, output = 0, named: object = {}): unknown => [name, call, output, named];

function functional(layers: readonly object[], inputs: readonly string[], outputs: readonly unknown[], version = '2.15.0'): object {
  const refs = (names: readonly unknown[]): unknown[] => names.map(name => (typeof name === 'string' ? [name, 0, 0] : name));
  const config = { name: 'model', trainable: true, layers, input_layers: refs(inputs), output_layers: refs(outputs) };
  return { keras_version: version, backend: 'tensorflow', model_config: { class_name: 'Functional', config } };
}

/** The same as Keras 3 writes it. */
function layer3(className: string, name: string, config: object, args: readonly unknown[] = [], kwargs: object = {}): object {
  const inbound_nodes = args.length === 0 ? [] : [{ args, kwargs }];
  return { module: 'keras.layers', class_name: className, config: { name, trainable: true, dtype: { class_name: 'DTypePolicy', config: { name: 'float32' } }, ...config }, registered_name: null, name, inbound_nodes };
}
const from3 = (name: string, output = 0): unknown => ({ class_name: '__keras_tensor__', config: { shape: [null, null, 4], dtype: 'float32', keras_history: [name, 0, output] } });

const padding = [[1, 2, 3, 0], [0, 4, 5, 6], [2, 0, 0, 1]] as const;
const isWord: Mask = padding.map(row => row.map(id => id !== 0));
const ids = { shape: [3, 4], data: padding.flat() } as const;

const rowsOf = (table: NamedArray, width: number): number[][][] => padding.map(row => row.map(id => Array.from(table.data.subarray(id * width, (id + 1) * width))));

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
    expect(opened.attention.map(({ layer: of, heads, value }) => [of, heads, value.name])).toEqual([['attention', 1, 'attention/attention_scores']]);
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
    expect(opened.attention.map(each => [each.layer, each.heads])).toEqual([['multi_head_attention', heads]]);
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

describe('recurrent layers', () => {
  const zeros = (rows: number, units: number): number[][] => Array.from({ length: rows }, () => new Array<number>(units).fill(0));
  const drawCell = (drawnWeights: DrawnWeights, name: (variable: string, index: number) => string, gates: number, bias: readonly number[]) => ({
    kernel: drawnWeights.add(name('kernel', 0), [4, gates * 3]),
    recurrent: drawnWeights.add(name('recurrent_kernel', 1), [3, gates * 3]),
    bias: drawnWeights.add(name('bias', 2), bias),
  });

  test.each([true, false])('GRU that resets after its product: %s', async reset_after => {
    const drawnWeights = new DrawnWeights();
    const weights = drawCell(drawnWeights, variable => `gru/gru_cell/${variable}`, 3, reset_after ? [2, 9] : [9]);
    const config = { units: 3, activation: 'tanh', recurrent_activation: 'sigmoid', return_sequences: true, reset_after };
    const opened = await openTensorFlowJs(await saveConverted(functional([input('x', [null, 4]), layer('GRU', 'gru', config, [from('x')])], ['x'], ['gru']), [drawnWeights.all]));
    const feed = drawn([2, 5, 4]);
    const { outputs } = recur(gruStep(weights), nested(feed.data, feed.shape), [zeros(2, 3)]);
    expect(farthest((await runImported(opened, [feed]))[0], [2, 5, 3], flat(outputs))).toBeLessThan(close);
  });

  test('a masked layer that begins with a state puts out nothing before its first step', async () => {
    const drawnWeights = new DrawnWeights();
    const table = drawnWeights.add('embedding/embeddings', [7, 4]);
    const weights = drawCell(drawnWeights, variable => `lstm/lstm_cell_4/${variable}`, 4, [12]);
    const config = { units: 3, activation: 'tanh', recurrent_activation: 'sigmoid', return_sequences: true, return_state: true, unit_forget_bias: true };
    const layers = [
      input('ids', [null]), input('h', [3]), input('c', [3]),
      layer('Embedding', 'embedding', { input_dim: 7, output_dim: 4, mask_zero: true }, [from('ids')]),
      layer('LSTM', 'lstm', config, [from('embedding'), from('h'), from('c')]),
    ];
    const opened = await openTensorFlowJs(await saveConverted(functional(layers, ['ids', 'h', 'c'], ['lstm', ['lstm', 0, 1], ['lstm', 0, 2]]), [drawnWeights.all]));
    const [h, c] = [drawn([3, 3], 7), drawn([3, 3], 8)];
    const initial = [h, c].map(({ data }) => [0, 1, 2].map(row => data.slice(3 * row, 3 * row + 3)));
    const { outputs, states } = recur(lstmStep(weights), rowsOf(table, 4), initial, { mask: isWord });
    const results = await runImported(opened, [ids, h, c]);
    expect(farthest(results[0], [3, 4, 3], flat(outputs))).toBeLessThan(close);
    expect(farthest(results[1], [3, 3], flat(states[0]))).toBeLessThan(close);
    expect(farthest(results[2], [3, 3], flat(states[1]))).toBeLessThan(close);
  });

  test.each(['2.15.0', '3.4.1'])('Bidirectional puts out nothing at masked steps, in Keras %s', async version => {
    const isNew = version.startsWith('3');
    const drawnWeights = new DrawnWeights();
    const table = drawnWeights.add(isNew ? '_layer_checkpoint_dependencies/embedding/vars/0' : 'embedding/embeddings', [7, 4]);
    const cells = (['forward', 'backward'] as const).map(way =>
      drawCell(drawnWeights, (variable, index) => (isNew ? `_layer_checkpoint_dependencies/bidirectional/${way}_layer/cell/vars/${index}` : `bidirectional/${way}_lstm/lstm_cell/${variable}`), 4, [12]),
    );
    const inner = { units: 3, activation: 'tanh', recurrent_activation: isNew ? 'hard_sigmoid' : 'sigmoid', return_sequences: true };
    const wrapped = (name: string, go_backwards: boolean): object => ({ class_name: 'LSTM', config: { name, ...inner, go_backwards } });
    const embedding = { input_dim: 7, output_dim: 4, mask_zero: true };
    const old = [input('ids', [null]), layer('Embedding', 'embedding', embedding, [from('ids')]), layer('Bidirectional', 'bidirectional', { merge_mode: 'concat', layer: wrapped('lstm', false) }, [from('embedding')])];
    const both = { merge_mode: 'concat', layer: wrapped('forward_lstm', false), backward_layer: wrapped('backward_lstm', true) };
    const now = [
      layer3('InputLayer', 'ids', { batch_shape: [null, null], dtype: 'float32' }),
      layer3('Embedding', 'embedding', embedding, [from3('ids')]),
      layer3('NotEqual', 'not_equal', {}, [from3('ids'), 0]),
      layer3('Bidirectional', 'bidirectional', both, [from3('embedding')], { mask: from3('not_equal'), training: false }),
    ];
    const opened = await openTensorFlowJs(await saveConverted(functional(isNew ? now : old, ['ids'], ['bidirectional'], version), [drawnWeights.all]));
    const x = rowsOf(table, 4);
    const [forward, backward] = cells.map((weights, index) => {
      const step = isNew ? lstmStep(weights, hardSigmoid3) : lstmStep(weights);
      return recur(step, x, [zeros(3, 3), zeros(3, 3)], { mask: isWord, zero: true, backwards: index === 1 }).outputs;
    });
    const expected = (forward ?? []).map((rows, b) => rows.map((row, t) => [...row, ...(backward?.[b]?.[rows.length - 1 - t] ?? [])]));
    expect(farthest((await runImported(opened, [ids]))[0], [3, 4, 6], flat(expected))).toBeLessThan(close);
  });
});

describe('layouts', () => {
  test('a stack whose config is a list, its topology a text, and a layer that is named twice over', async () => {
    const drawnWeights = new DrawnWeights();
    const [kernel, bias] = [drawnWeights.add('dense_1/kernel', [4, 2]), drawnWeights.add('dense_1/bias', [2])];
    drawnWeights.add('dense_10/kernel', [4, 2]);
    const config = [{ class_name: 'Dense', config: { name: 'dense_1', units: 2, activation: 'linear', use_bias: true, batch_input_shape: [null, 4] } }];
    const topology = { keras_version: '2.1.6', model_config: JSON.stringify({ class_name: 'Sequential', config }) };
    const opened = await openTensorFlowJs(await saveConverted(topology, [drawnWeights.all]));
    const feed = drawn([2, 4]);
    const rows = [feed.data.slice(0, 4), feed.data.slice(4)];
    expect(farthest((await runImported(opened, [feed]))[0], [2, 2], flat(rows.map(row => dense(row, kernel, bias))))).toBeLessThan(close);
    expect(opened.inputs[0]?.name).toBe('dense_1_input');
  });

  test('Keras 3: one input that is no list, operations between layers, a nested stack, weights counted by class', async () => {
    const drawnWeights = new DrawnWeights();
    const [first, firstBias] = [drawnWeights.add('layers/dense/vars/0', [4, 4]), drawnWeights.add('layers/dense/vars/1', [4])];
    const [inside, insideBias] = [drawnWeights.add('layers/sequential/layers/dense/vars/0', [4, 3]), drawnWeights.add('layers/sequential/layers/dense/vars/1', [3])];
    const [second, secondBias] = [drawnWeights.add('layers/dense_1/vars/0', [4, 4]), drawnWeights.add('layers/dense_1/vars/1', [4])];
    const units = { units: 4, activation: 'linear', use_bias: true };
    const stack = { layers: [{ class_name: 'InputLayer', config: { name: 'inner_input', batch_shape: [null, 4] } }, { class_name: 'Dense', config: { name: 'in', ...units, units: 3 } }], build_input_shape: [null, 4] };
    const layers = [
      layer3('InputLayer', 'x', { batch_shape: [null, 4], dtype: 'float32' }),
      layer3('Dense', 'red', units, [from3('x')]),
      layer3('Dense', 'blue', units, [from3('x')]),
      layer3('Add', 'add', {}, [from3('red'), from3('blue')]),
      layer3('Multiply', 'half', {}, [from3('add'), 0.5]),
      layer3('Sequential', 'stack', stack, [from3('half')]),
    ];
    const topology = { keras_version: '3.4.1', model_config: { class_name: 'Functional', config: { name: 'm', layers, input_layers: ['x', 0, 0], output_layers: ['stack', 0, 0] } } };
    const opened = await openTensorFlowJs(await saveConverted(topology, [drawnWeights.all], { generatedBy: null }));
    const feed = drawn([1, 4]);
    const sum = dense(feed.data, first, firstBias).map((value, index) => 0.5 * (value + (dense(feed.data, second, secondBias)[index] ?? NaN)));
    expect(farthest((await runImported(opened, [feed]))[0], [1, 3], dense(sum, inside, insideBias))).toBeLessThan(close);
  });

  test('a state that is passed by name', async () => {
    const drawnWeights = new DrawnWeights();
    const weights = { kernel: drawnWeights.add('gru/kernel', [4, 9]), recurrent: drawnWeights.add('gru/recurrent_kernel', [3, 9]), bias: drawnWeights.add('gru/bias', [2, 9]) };
    const layers = [
      layer3('InputLayer', 'x', { batch_shape: [null, null, 4], dtype: 'float32' }),
      layer3('InputLayer', 'h', { batch_shape: [null, 3], dtype: 'float32' }),
      layer3('GRU', 'gru', { units: 3, activation: 'tanh', recurrent_activation: 'sigmoid', reset_after: true }, [from3('x')], { initial_state: [from3('h')], mask: null }),
    ];
    const opened = await openTensorFlowJs(await saveConverted(functional(layers, ['x', 'h'], ['gru'], '3.4.1'), [drawnWeights.all]));
    const [feed, h] = [drawn([1, 3, 4]), drawn([1, 3], 9)];
    const { states } = recur(gruStep(weights), nested(feed.data, feed.shape), [[h.data]]);
    expect(farthest((await runImported(opened, [feed, h]))[0], [1, 3], flat(states[0]))).toBeLessThan(close);
  });

  test('BatchNormalization along the axis of time', async () => {
    const drawnWeights = new DrawnWeights();
    const [gamma, beta, mean] = ['gamma', 'beta', 'moving_mean'].map(name => drawnWeights.add(`bn/${name}`, [3]));
    const variance = { name: 'bn/moving_variance', shape: [3], data: Float32Array.of(0.5, 1.5, 2) };
    const layers = [input('x', [3, 2]), layer('BatchNormalization', 'bn', { axis: [1], epsilon: 0.01, center: true, scale: true }, [from('x')])];
    const opened = await openTensorFlowJs(await saveConverted(functional(layers, ['x'], ['bn']), [[...drawnWeights.all, variance]]));
    const feed = drawn([1, 3, 2]);
    const expected = feed.data.map((value, index) => {
      const t = Math.floor(index / 2);
      const of = (array: NamedArray | undefined): number => array?.data[t] ?? NaN;
      return ((value - of(mean)) / Math.sqrt(of(variance) + 0.01)) * of(gamma) + of(beta);
    });
    expect(farthest((await runImported(opened, [feed]))[0], [1, 3, 2], expected)).toBeLessThan(close);
  });

  test('weights of 8 and 16 bits', async () => {
    const kernel = { name: 'd/kernel', shape: [2, 2], data: Float32Array.of(0, 0, 0, 0) };
    const folder = await saveConverted(functional([input('x', [2]), layer('Dense', 'd', { units: 2, activation: 'linear', use_bias: false }, [from('x')])], ['x'], ['d']), [[kernel]]);
    const path = join(folder, 'model.json');
    const json = await readFile(path, 'utf8');
    const stored = {
      uint8: { bytes: Buffer.from([0, 1, 128, 255]), quantization: { dtype: 'uint8', min: -1, scale: 0.5 }, values: [-1, -0.5, 63, 126.5] },
      uint16: { bytes: Buffer.from(Uint16Array.of(0, 1, 1000, 65535).buffer), quantization: { dtype: 'uint16', min: -2, scale: 0.25 }, values: [-2, -1.75, 248, 16381.75] },
      float16: { bytes: Buffer.from(Uint16Array.of(0x3c00, 0xc000, 0x3555, 0).buffer), quantization: { dtype: 'float16' }, values: [1, -2, 0.333251953125, 0] },
    };
    for (const { bytes, quantization, values } of Object.values(stored)) {
      await writeFile(join(folder, 'group1-shard1of1.bin'), bytes);
      await writeFile(path, json.replace('"dtype":"float32"}]', `"dtype":"float32","quantization":${JSON.stringify(quantization)}}]`));
      const results = await runImported(await openTensorFlowJs(folder), [{ shape: [2, 2], data: [1, 0, 0, 1] }]);
      expect(farthest(results[0], [2, 2], values)).toBe(0);
    }
  });
});

describe('layers of one input', () => {
  const x = drawn([1, 4, 2]);
  const [rows = []] = nested(x.data, x.shape);
  const cases: readonly (readonly [string, string, object, readonly number[], readonly number[]])[] = [
    ['ReLU with a threshold and a slope', 'ReLU', { max_value: 0.8, negative_slope: 0.1, threshold: 0.2 }, [1, 4, 2], x.data.map(v => (v >= 0.8 ? 0.8 : v >= 0.2 ? v : 0.1 * (v - 0.2)))],
    ['LeakyReLU as Keras 3 calls its slope', 'LeakyReLU', { negative_slope: 0.4 }, [1, 4, 2], x.data.map(v => (v > 0 ? v : 0.4 * v))],
    ['ELU', 'ELU', { alpha: 0.5 }, [1, 4, 2], x.data.map(v => (v > 0 ? v : 0.5 * Math.expm1(v)))],
    ['Rescaling', 'Rescaling', { scale: 0.5, offset: -1 }, [1, 4, 2], x.data.map(v => 0.5 * v - 1)],
    ['ZeroPadding1D', 'ZeroPadding1D', { padding: [1, 2] }, [1, 7, 2], [0, 0, ...x.data, 0, 0, 0, 0]],
    ['GlobalMaxPooling1D that keeps the axis', 'GlobalMaxPooling1D', { keepdims: true }, [1, 1, 2], [0, 1].map(f => Math.max(...rows.map(row => row[f] ?? NaN)))],
    ['Activation that is an object', 'Activation', { activation: { class_name: 'function', config: 'exponential' } }, [1, 4, 2], x.data.map(Math.exp)],
    ['a Softmax over time', 'Softmax', { axis: 1 }, [1, 4, 2], rows.flatMap(row => row.map((v, f) => Math.exp(v) / rows.reduce((sum, each) => sum + Math.exp(each[f] ?? NaN), 0)))],
  ];
  test.each(cases)('%s', async (_, className, config, shape, expected) => {
    const layers = [input('x', [null, 2]), layer(className, 'y', config, [from('x')])];
    const opened = await openTensorFlowJs(await saveConverted(functional(layers, ['x'], ['y']), []));
    expect(farthest((await runImported(opened, [x]))[0], shape, expected)).toBeLessThan(close);
  });

  test('a Conv1D that does not look ahead', async () => {
    const drawnWeights = new DrawnWeights();
    const [kernel, bias] = [drawnWeights.add('conv1d/kernel', [2, 2, 3]), drawnWeights.add('conv1d/bias', [3])];
    const config = { filters: 3, kernel_size: [2], strides: [1], padding: 'causal', dilation_rate: [2], activation: 'linear' };
    const opened = await openTensorFlowJs(await saveConverted(functional([input('x', [null, 2]), layer('Conv1D', 'conv1d', config, [from('x')])], ['x'], ['conv1d']), [drawnWeights.all]));
    const taps = [0, 1].map(tap => ({ name: '', shape: [2, 3], data: kernel.data.subarray(6 * tap, 6 * tap + 6) }));
    const expected = rows.map((row, t) => {
      const before = rows[t - 2] ?? [0, 0];
      return dense(before, taps[0] ?? kernel).map((value, f) => value + (dense(row, taps[1] ?? kernel)[f] ?? NaN) + (bias.data[f] ?? NaN));
    });
    expect(farthest((await runImported(opened, [x]))[0], [1, 4, 3], flat(expected))).toBeLessThan(close);
  });
});

describe('operations of Keras 3', () => {
  const inputs = [layer3('InputLayer', 'ids', { batch_shape: [null, null], dtype: 'int32' })];
  const open = async (layers: readonly object[], output: string, weights: readonly NamedArray[]): Promise<TensorFlowJsModel> =>
    openTensorFlowJs(await saveConverted(functional([...inputs, ...layers], ['ids'], [output], '3.4.1'), [weights]));

  test('a mask that a model makes of its tokens, and products without a layer', async () => {
    const drawnWeights = new DrawnWeights();
    const table = drawnWeights.add('layers/embedding/vars/0', [7, 4]);
    const layers = [
      layer3('Embedding', 'e', { input_dim: 7, output_dim: 4 }, [from3('ids')]),
      layer3('NotEqual', 'some', {}, [from3('ids'), 0]),
      layer3('Equal', 'none', {}, [from3('ids'), 0]),
      layer3('LogicalNot', 'again', {}, [from3('none')]),
      layer3('LogicalAnd', 'words', {}, [from3('some'), from3('again')]),
      layer3('ExpandDims', 'columns', { axis: 1 }, [from3('words')]),
      layer3('Attention', 'a', {}, [[from3('e'), from3('e')]], { mask: [null, from3('words')] }),
      layer3('Permute', 'turned', { dims: [2, 1] }, [from3('e')]),
      layer3('Matmul', 'products', {}, [from3('a'), from3('turned')]),
      layer3('Divide', 'halves', {}, [from3('products'), 2]),
      layer3('Add', 'sum', {}, [from3('halves'), from3('columns')]),
    ];
    const opened = await open(layers, 'sum', drawnWeights.all);
    const expected = rowsOf(table, 4).map((x, b) => {
      const { output } = attend(x, x, (i, j) => product(x[i] ?? [], x[j] ?? []), (_, j) => isWord[b]?.[j] === true);
      return output.map(row => x.map((other, j) => product(row, other) / 2 + (isWord[b]?.[j] === true ? 1 : 0)));
    });
    expect(farthest((await runImported(opened, [ids]))[0], [3, 4, 4], flat(expected))).toBeLessThan(close);
  });

  test('what masks are made of that Keras passes on itself need not be known', async () => {
    const drawnWeights = new DrawnWeights();
    const table = drawnWeights.add('layers/embedding/vars/0', [7, 4]);
    const weights = { kernel: drawnWeights.add('layers/gru/cell/vars/0', [8, 9]), recurrent: drawnWeights.add('layers/gru/cell/vars/1', [3, 9]), bias: drawnWeights.add('layers/gru/cell/vars/2', [2, 9]) };
    const layers = [
      layer3('Embedding', 'e', { input_dim: 7, output_dim: 4, mask_zero: true }, [from3('ids')]),
      layer3('NotEqual', 'not_equal', {}, [from3('ids'), 0]),
      layer3('Concatenate', 'both', { axis: -1 }, [[from3('e'), from3('e')]]),
      layer3('BroadcastTo', 'broadcast_to', { shape: [null, null, 4] }, [from3('not_equal')]),
      layer3('Concatenate', 'concatenate', { axis: -1 }, [[from3('broadcast_to'), from3('broadcast_to')]]),
      layer3('All', 'all', { axis: [-1], keepdims: false }, [from3('concatenate')]),
      layer3('GRU', 'gru', { units: 3, activation: 'tanh', recurrent_activation: 'sigmoid' }, [from3('both')], { mask: from3('all'), training: false }),
    ];
    const opened = await open(layers, 'gru', drawnWeights.all);
    const x = rowsOf(table, 4).map(rows => rows.map(row => [...row, ...row]));
    const { states } = recur(gruStep(weights), x, [[[0, 0, 0], [0, 0, 0], [0, 0, 0]]], { mask: isWord });
    expect(farthest((await runImported(opened, [ids]))[0], [3, 3], flat(states[0]))).toBeLessThan(close);
  });
});
