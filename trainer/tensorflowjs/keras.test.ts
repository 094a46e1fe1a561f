/** Models laid out as Keras' converter does, against keras.io's descriptions in float64; and what Keras does otherwise than TensorFlow.js. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { close, layer, input, from, functional, layer3, from3, isWord, ids, rowsOf } from './keras-topology.fixture.ts';
import { openTensorFlowJs, type TensorFlowJsModel } from './open.ts';
import { attend, dense, flat, gruStep, hardSigmoid3, lstmStep, nested, product, recur } from './reference.fixture.ts';
import { drawn, DrawnWeights, farthest, type NamedArray, runImported, saveConverted } from './saved-model.fixture.ts';

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
