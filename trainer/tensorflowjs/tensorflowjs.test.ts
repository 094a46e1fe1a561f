/** Models that TensorFlow.js built and saved give here what they give there. */
import { input, layers as l, model as modelOf, sequential, type LayersModel, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { compareWithTensorFlowJs, drawn, type Fed, tokens } from './saved-model.fixture.ts';

type Layer = Pick<ReturnType<typeof l.dense>, 'apply'>;

const close = 1e-5;
/** The default initializer needs operations that this build of TensorFlow.js leaves out. */
const plain = { recurrentInitializer: 'glorotUniform' } as const;

/** A layer of one input. */
function alone(layer: Layer, shape: readonly (number | null)[]): LayersModel {
  const x = input({ shape: [...shape] });
  return modelOf({ inputs: x, outputs: layer.apply(x) as SymbolicTensor | SymbolicTensor[] });
}

/** A layer of several inputs. */
function ofSeveral(layer: Layer, shapes: readonly (readonly (number | null)[])[]): LayersModel {
  const inputs = shapes.map(shape => input({ shape: [...shape] }));
  return modelOf({ inputs, outputs: layer.apply(inputs) as SymbolicTensor });
}

async function expectClose(model: LayersModel, ...feeds: readonly Fed[]): Promise<void> {
  const { difference } = await compareWithTensorFlowJs(model, feeds);
  expect(difference).toBeLessThan(close);
}

describe('recurrent layers', () => {
  const makers = {
    SimpleRNN: (args: object) => l.simpleRNN({ units: 4, ...plain, ...args }),
    GRU: (args: object) => l.gru({ units: 4, ...plain, ...args }),
    LSTM: (args: object) => l.lstm({ units: 4, ...plain, ...args }),
  } as const;
  const cases = (['SimpleRNN', 'GRU', 'LSTM'] as const).flatMap(name =>
    [
      {},
      { returnSequences: true },
      { goBackwards: true },
      { goBackwards: true, returnSequences: true },
      { returnState: true, returnSequences: true },
      { useBias: false },
      { activation: 'relu', recurrentActivation: 'sigmoid' },
      { activation: 'elu', recurrentActivation: 'softsign' },
      { activation: 'linear', recurrentActivation: 'hardSigmoid' },
      // ONNX Runtime's softplus is infinite from 89 on: gates without bounds would take it there.
      { activation: 'softplus', recurrentActivation: 'sigmoid' },
    ].map(args => ({ name, args })),
  );
  test.each(cases)('$name $args', async ({ name, args }) => {
    await expectClose(alone(makers[name](args), [null, 3]), drawn([2, 5, 3]));
  });

  test.each(['concat', 'sum', 'mul', 'ave', null] as const)('Bidirectional, merged by %s', async mergeMode => {
    for (const returnSequences of [true, false]) {
      // TensorFlow.js cannot take the types of a mode that merges nothing.
      const layer = l.bidirectional({ layer: l.gru({ units: 3, returnSequences, ...plain }) as never, mergeMode: mergeMode as never });
      await expectClose(alone(layer, [null, 3]), drawn([2, 5, 3]));
    }
  });

  test('Bidirectional with its states, and of a layer that goes backwards', async () => {
    const states = l.bidirectional({ layer: l.lstm({ units: 3, returnSequences: true, returnState: true, ...plain }) as never, mergeMode: 'concat' });
    await expectClose(alone(states, [null, 3]), drawn([2, 4, 3]));
    const backwards = l.bidirectional({ layer: l.lstm({ units: 3, returnSequences: true, goBackwards: true, ...plain }) as never, mergeMode: 'concat' });
    await expectClose(alone(backwards, [null, 3]), drawn([2, 4, 3]));
  });

  test.each(['SimpleRNN', 'GRU', 'LSTM'] as const)('%s that begins with a given state', async name => {
    const [x, h, c] = [input({ shape: [null, 3] }), input({ shape: [4] }), input({ shape: [4] })];
    const states = name === 'LSTM' ? [h, c] : [h];
    const outputs = makers[name]({ returnSequences: true }).apply(x, { initialState: states }) as SymbolicTensor;
    const feeds = [drawn([2, 5, 3]), drawn([2, 4], 5), drawn([2, 4], 6)].slice(0, 1 + states.length);
    await expectClose(modelOf({ inputs: [x, ...states], outputs }), ...feeds);
  });

  test('RNN over a cell', async () => {
    const cell = l.lstmCell({ units: 3, ...plain });
    await expectClose(alone(l.rnn({ cell, returnSequences: true }), [null, 2]), drawn([2, 4, 2]));
  });
});

describe('masks', () => {
  /** Padding behind, before, in holes, and nothing but padding. */
  const padded: Fed = { shape: [5, 4], data: [1, 2, 3, 0, 0, 0, 4, 5, 6, 0, 2, 0, 3, 1, 2, 4, 0, 0, 0, 0] };

  const makers = { SimpleRNN: l.simpleRNN, GRU: l.gru, LSTM: l.lstm } as const;
  const cases = (['SimpleRNN', 'GRU', 'LSTM'] as const).flatMap(name =>
    [{}, { returnSequences: true }, { goBackwards: true }, { goBackwards: true, returnSequences: true }].map(args => ({ name, args })),
  );
  test.each(cases)('of Embedding, for $name $args', async ({ name, args }) => {
    const x = input({ shape: [null] });
    const embedded = l.embedding({ inputDim: 7, outputDim: 3, maskZero: true }).apply(x) as SymbolicTensor;
    const outputs = makers[name]({ units: 4, ...plain, ...args }).apply(embedded) as SymbolicTensor;
    await expectClose(modelOf({ inputs: x, outputs }), padded);
  });

  test.each([true, false])('for Bidirectional, each step: %s', async returnSequences => {
    const x = input({ shape: [null] });
    const embedded = l.embedding({ inputDim: 7, outputDim: 3, maskZero: true }).apply(x) as SymbolicTensor;
    const layer = l.bidirectional({ layer: l.lstm({ units: 4, returnSequences, ...plain }) as never, mergeMode: 'concat' });
    await expectClose(modelOf({ inputs: x, outputs: layer.apply(embedded) as SymbolicTensor }), padded);
  });

  test('go through layers that change each step by itself, and two recurrent layers', async () => {
    const model = sequential({
      layers: [
        l.embedding({ inputDim: 7, outputDim: 3, maskZero: true, inputLength: 4 }),
        l.dropout({ rate: 0.5 }),
        l.dense({ units: 5, activation: 'tanh' }),
        l.lstm({ units: 4, returnSequences: true, ...plain }),
        l.activation({ activation: 'sigmoid' }),
        l.gru({ units: 3, ...plain }),
      ],
    });
    await expectClose(model, padded);
  });

  test('of Masking', async () => {
    const data = drawn([2, 4, 3]).data.map((value, index) => ([3, 4, 5, 21, 22, 23].includes(index) ? -1 : value));
    const x = input({ shape: [null, 3] });
    const masked = l.masking({ maskValue: -1 }).apply(x) as SymbolicTensor;
    await expectClose(modelOf({ inputs: x, outputs: [masked, l.lstm({ units: 4, ...plain }).apply(masked) as SymbolicTensor] }), { shape: [2, 4, 3], data });
  });
});

describe('layers of one input', () => {
  const activations = ['elu', 'selu', 'relu', 'relu6', 'linear', 'sigmoid', 'hardSigmoid', 'softplus', 'softsign', 'tanh', 'softmax', 'logSoftmax', 'swish', 'mish', 'gelu', 'gelu_new'];
  test.each(activations)('Dense with %s', async activation => {
    await expectClose(alone(l.dense({ units: 4, activation: activation as never }), [3, 5]), drawn([2, 3, 5]));
  });

  const cases: readonly (readonly [string, Layer, readonly (number | null)[], Fed])[] = [
    ['Dense of a row', l.dense({ units: 4, useBias: false }), [5], drawn([2, 5])],
    ['TimeDistributed Dense', l.timeDistributed({ layer: l.dense({ units: 4, activation: 'softmax' }) }), [null, 5], drawn([2, 3, 5])],
    ['TimeDistributed Conv1D', l.timeDistributed({ layer: l.conv1d({ filters: 2, kernelSize: 2 }) }), [3, 5, 4], drawn([2, 3, 5, 4])],
    ['Flatten', l.flatten(), [3, 5], drawn([2, 3, 5])],
    ['Reshape', l.reshape({ targetShape: [5, -1] }), [3, 5], drawn([2, 3, 5])],
    ['Permute', l.permute({ dims: [2, 1] }), [null, 5], drawn([2, 3, 5])],
    ['RepeatVector', l.repeatVector({ n: 3 }), [5], drawn([2, 5])],
    ['Softmax', l.softmax({ axis: -1 }), [3, 5], drawn([2, 3, 5])],
    ['ReLU', l.reLU({ maxValue: 0.5 }), [5], drawn([2, 5])],
    ['LeakyReLU', l.leakyReLU({ alpha: 0.2 }), [5], drawn([2, 5])],
    ['PReLU', l.prelu({ sharedAxes: [1] }), [3, 5], drawn([2, 3, 5])],
    ['ELU', l.elu(), [5], drawn([2, 5])],
    ['ThresholdedReLU', l.thresholdedReLU({ theta: 0.3 }), [5], drawn([2, 5])],
    ['SpatialDropout1D', l.spatialDropout1d({ rate: 0.5 }), [3, 5], drawn([2, 3, 5])],
    ['LayerNormalization', l.layerNormalization(), [null, 5], drawn([2, 3, 5])],
    ['LayerNormalization without gain', l.layerNormalization({ scale: false, epsilon: 1e-2 }), [3, 5], drawn([2, 3, 5])],
    ['LayerNormalization over two axes', l.layerNormalization({ axis: [1, 2] }), [3, 5], drawn([2, 3, 5])],
    ['Conv1D', l.conv1d({ filters: 4, kernelSize: 3, activation: 'relu' }), [null, 5], drawn([2, 6, 5])],
    ['Conv1D, as long as it was', l.conv1d({ filters: 4, kernelSize: 4, padding: 'same', dilationRate: 2 }), [null, 5], drawn([2, 7, 5])],
    ['Conv2D', l.conv2d({ filters: 4, kernelSize: [3, 2], strides: 2, padding: 'same' }), [5, 6, 3], drawn([2, 5, 6, 3])],
    ['MaxPooling1D', l.maxPooling1d({ poolSize: 2 }), [null, 5], drawn([2, 7, 5])],
    ['AveragePooling1D', l.averagePooling1d({ poolSize: 3, strides: 2, padding: 'same' }), [null, 5], drawn([2, 7, 5])],
    ['MaxPooling2D', l.maxPooling2d({ poolSize: 2, padding: 'same' }), [5, 6, 3], drawn([2, 5, 6, 3])],
    ['AveragePooling2D', l.averagePooling2d({ poolSize: [2, 3] }), [5, 6, 3], drawn([2, 5, 6, 3])],
    ['GlobalAveragePooling1D', l.globalAveragePooling1d(), [null, 5], drawn([2, 3, 5])],
    ['GlobalMaxPooling1D', l.globalMaxPooling1d(), [null, 5], drawn([2, 3, 5])],
    ['GlobalAveragePooling2D', l.globalAveragePooling2d({ dataFormat: 'channelsLast' }), [3, 2, 5], drawn([2, 3, 2, 5])],
    ['GlobalMaxPooling2D', l.globalMaxPooling2d({ dataFormat: 'channelsLast' }), [3, 2, 5], drawn([2, 3, 2, 5])],
    ['ZeroPadding2D', l.zeroPadding2d({ padding: [[1, 2], [0, 3]] }), [3, 2, 5], drawn([2, 3, 2, 5])],
  ];
  test.each(cases)('%s', async (_, layer, shape, feed) => {
    await expectClose(alone(layer, shape), feed);
  });

  // Along other axes than the last, TensorFlow.js' plain JavaScript gives other numbers than the formula: keras.test.ts.
  test('BatchNormalization', async () => {
    const model = alone(l.batchNormalization({ epsilon: 1e-2 }), [3, 5]);
    // Variances are above zero.
    model.setWeights(model.getWeights().map(({ shape, size }, index) => tensor(Float32Array.from({ length: size }, (_, at) => 0.5 + index + Math.sin(at) ** 2), shape)));
    const { difference } = await compareWithTensorFlowJs(model, [drawn([2, 3, 5])], false);
    expect(difference).toBeLessThan(close);
  });
});

describe('layers of several inputs', () => {
  const cases: readonly (readonly [string, Layer, readonly (readonly (number | null)[])[], readonly Fed[]])[] = [
    ['Add', l.add(), [[null, 3], [null, 3]], [drawn([2, 4, 3]), drawn([2, 4, 3], 5)]],
    ['Add of different ranks', l.add(), [[4, 3], [3]], [drawn([2, 4, 3]), drawn([2, 3], 5)]],
    ['Multiply', l.multiply(), [[4, 3], [4, 1]], [drawn([2, 4, 3]), drawn([2, 4, 1], 5)]],
    ['Average', l.average(), [[3], [3], [3]], [drawn([2, 3]), drawn([2, 3], 5), drawn([2, 3], 6)]],
    ['Maximum', l.maximum(), [[3], [3]], [drawn([2, 3]), drawn([2, 3], 5)]],
    ['Minimum', l.minimum(), [[3], [3]], [drawn([2, 3]), drawn([2, 3], 5)]],
    ['Concatenate', l.concatenate(), [[null, 3], [null, 2]], [drawn([2, 4, 3]), drawn([2, 4, 2], 5)]],
    ['Concatenate along time', l.concatenate({ axis: 1 }), [[null, 3], [null, 3]], [drawn([2, 4, 3]), drawn([2, 5, 3], 5)]],
    ['Dot of rows', l.dot({ axes: 1 }), [[3], [3]], [drawn([2, 3]), drawn([2, 3], 5)]],
    ['Dot, normalized', l.dot({ axes: -1, normalize: true }), [[4, 3], [5, 3]], [drawn([2, 4, 3]), drawn([2, 5, 3], 5)]],
    ['Dot of queries and keys', l.dot({ axes: [2, 2] }), [[null, 3], [null, 3]], [drawn([2, 4, 3]), drawn([2, 5, 3], 5)]],
    ['Dot of weights and values', l.dot({ axes: [2, 1] }), [[null, null], [null, 3]], [drawn([2, 4, 5]), drawn([2, 5, 3], 5)]],
    ['Dot over time', l.dot({ axes: [1, 1] }), [[null, 1], [null, 3]], [drawn([2, 4, 1]), drawn([2, 4, 3], 5)]],
    ['Dot of a row and a sequence', l.dot({ axes: [1, 2] }), [[3], [4, 3]], [drawn([2, 3]), drawn([2, 4, 3], 5)]],
  ];
  test.each(cases)('%s', async (_, layer, shapes, feeds) => {
    await expectClose(ofSeveral(layer, shapes), ...feeds);
  });
});

describe('models', () => {
  test('an encoder–decoder with Luong\'s attention, as Keras\' tutorials build it', async () => {
    const [source, target] = [input({ shape: [null], name: 'source' }), input({ shape: [null], name: 'target' })];
    const read = l.embedding({ inputDim: 11, outputDim: 5, name: 'source_embedding' }).apply(source) as SymbolicTensor;
    const encoder = l.lstm({ units: 6, returnSequences: true, returnState: true, name: 'encoder', ...plain });
    const [states, h, c] = encoder.apply(read) as [SymbolicTensor, SymbolicTensor, SymbolicTensor];
    const written = l.embedding({ inputDim: 9, outputDim: 5, name: 'target_embedding' }).apply(target) as SymbolicTensor;
    const decoder = l.lstm({ units: 6, returnSequences: true, name: 'decoder', ...plain }).apply(written, { initialState: [h, c] }) as SymbolicTensor;
    const scores = l.dot({ axes: [2, 2], name: 'scores' }).apply([decoder, states]) as SymbolicTensor;
    const weights = l.activation({ activation: 'softmax', name: 'attention' }).apply(scores) as SymbolicTensor;
    const context = l.dot({ axes: [2, 1], name: 'context' }).apply([weights, states]) as SymbolicTensor;
    const both = l.concatenate({ name: 'both' }).apply([context, decoder]) as SymbolicTensor;
    const hidden = l.timeDistributed({ layer: l.dense({ units: 7, activation: 'tanh' }) }).apply(both) as SymbolicTensor;
    const outputs = l.timeDistributed({ layer: l.dense({ units: 9, activation: 'softmax' }), name: 'word' }).apply(hidden) as SymbolicTensor;
    const { difference, opened } = await compareWithTensorFlowJs(modelOf({ inputs: [source, target], outputs }), [tokens([2, 6], 11), tokens([2, 4], 9)]);
    expect(difference).toBeLessThan(close);
    expect(opened.roles).toEqual({ kind: 'encoder-decoder', source: 'source', target: 'target', output: 'word', numbers: 'probabilities' });
    expect(opened.inputs.map(({ type, shape }) => [type, shape])).toEqual([['int64', ['batch', 'source_length']], ['int64', ['batch', 'target_length']]]);
    expect(opened.outputs[0]?.shape).toEqual(['batch', 'target_length', 9]);
    expect(opened.graph.nodes.some(({ name, operator }) => operator === 'Softmax' && name === 'attention/softmax')).toBe(true);
  });

  test('with lengths that the file fixes, the longer way round tells which text is written', async () => {
    const [one, other] = [input({ shape: [5], name: 'one' }), input({ shape: [5], name: 'other' })];
    const read = l.embedding({ inputDim: 11, outputDim: 4 }).apply(one) as SymbolicTensor;
    const state = l.gru({ units: 4, ...plain }).apply(read) as SymbolicTensor;
    const written = l.embedding({ inputDim: 9, outputDim: 4 }).apply(other) as SymbolicTensor;
    const decoder = l.gru({ units: 4, returnSequences: true, ...plain }).apply(written, { initialState: [state] }) as SymbolicTensor;
    const outputs = l.dense({ units: 9, activation: 'softmax', name: 'word' }).apply(decoder) as SymbolicTensor;
    const { difference, opened } = await compareWithTensorFlowJs(modelOf({ inputs: [other, one], outputs }), [tokens([2, 5], 9), tokens([2, 5], 11)]);
    expect(difference).toBeLessThan(close);
    expect(opened.roles).toEqual({ kind: 'encoder-decoder', source: 'one', target: 'other', output: 'word', numbers: 'probabilities' });
  });

  test('a classifier that pools what two directions read by attention', async () => {
    const x = input({ shape: [6], name: 'text' });
    const embedded = l.embedding({ inputDim: 20, outputDim: 4 }).apply(x) as SymbolicTensor;
    const read = l.bidirectional({ layer: l.lstm({ units: 3, returnSequences: true, ...plain }) as never, mergeMode: 'concat' }).apply(embedded) as SymbolicTensor;
    const energies = l.dense({ units: 1, activation: 'tanh' }).apply(read) as SymbolicTensor;
    const weights = l.activation({ activation: 'softmax', name: 'attention' }).apply(l.flatten().apply(energies)) as SymbolicTensor;
    const pooled = l.dot({ axes: [1, 1] }).apply([weights, read]) as SymbolicTensor;
    const outputs = l.dense({ units: 3, activation: 'softmax', name: 'class' }).apply(pooled) as SymbolicTensor;
    const { difference, opened } = await compareWithTensorFlowJs(modelOf({ inputs: x, outputs }), [tokens([2, 6], 20)]);
    expect(difference).toBeLessThan(close);
    expect(opened.roles).toEqual({ kind: 'text', text: 'text', output: 'class', numbers: 'probabilities' });
  });

  test('a model at each step of time', async () => {
    const word = sequential({ layers: [l.embedding({ inputDim: 9, outputDim: 4, inputLength: 3 }), l.gru({ units: 5, ...plain })] });
    const x = input({ shape: [2, 3], name: 'sentences' });
    const outputs = l.lstm({ units: 3, ...plain }).apply(l.timeDistributed({ layer: word }).apply(x)) as SymbolicTensor;
    await expectClose(modelOf({ inputs: x, outputs }), tokens([2, 2, 3], 9));
  });

  test('layers that are called twice, and models inside models', async () => {
    const inner = sequential({ name: 'inner', layers: [l.dense({ units: 4, activation: 'tanh', inputShape: [3], name: 'first' }), l.dense({ units: 3, name: 'second' })] });
    const z = input({ shape: [3], name: 'z' });
    const functional = modelOf({ name: 'functional', inputs: z, outputs: l.dense({ units: 3, name: 'third' }).apply(inner.apply(z)) as SymbolicTensor });
    const [a, b] = [input({ shape: [3], name: 'a' }), input({ shape: [3], name: 'b' })];
    const [left, right] = [functional.apply(a), functional.apply(functional.apply(b))] as [SymbolicTensor, SymbolicTensor];
    const shared = l.dense({ units: 2, name: 'shared' });
    const outputs = [shared.apply(left), shared.apply(right), l.add().apply([left, right])] as SymbolicTensor[];
    await expectClose(modelOf({ inputs: [a, b], outputs }), drawn([2, 3]), drawn([2, 3], 5));
  });

  test('one text whose tokens are told of each, and two lengths that must be one', async () => {
    const [words, kinds] = [input({ shape: [null], name: 'words' }), input({ shape: [null], name: 'kinds' })];
    const sum = l.add().apply([
      l.embedding({ inputDim: 9, outputDim: 4 }).apply(words) as SymbolicTensor,
      l.embedding({ inputDim: 3, outputDim: 4 }).apply(kinds) as SymbolicTensor,
    ]) as SymbolicTensor;
    const outputs = l.dense({ units: 2 }).apply(sum) as SymbolicTensor;
    const { difference, opened } = await compareWithTensorFlowJs(modelOf({ inputs: [words, kinds], outputs }), [tokens([2, 5], 9), tokens([2, 5], 3)]);
    expect(difference).toBeLessThan(close);
    expect(opened.inputs[0]?.shape).toEqual(opened.inputs[1]?.shape);
    const tagger = sequential({ layers: [l.embedding({ inputDim: 9, outputDim: 4, name: 'words' }), l.dense({ units: 2, name: 'tag' })] });
    const { opened: one } = await compareWithTensorFlowJs(tagger, [tokens([2, 5], 9)]);
    expect(one.roles).toEqual({ kind: 'tokens', text: 'words_input', output: 'tag', numbers: 'scores' });
  });
});
