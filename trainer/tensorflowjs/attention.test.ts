/** Attention is found in imported graphs as in any other: that of Keras' layers, and that of Dot and Softmax. */
import { input, layers as l, model as modelOf, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { expect, test } from 'vitest';
import { openTensorFlowJs } from './open.ts';
import { DrawnWeights, randomizeWeights, saveConverted, saveModel, tapsOf } from './saved-model.fixture.ts';

const plain = { recurrentInitializer: 'glorotUniform' } as const;

test('the Dot, Softmax, Dot of an encoder–decoder', async () => {
  const [source, target] = [input({ shape: [null], name: 'source' }), input({ shape: [null], name: 'target' })];
  const states = l.lstm({ units: 6, returnSequences: true, ...plain }).apply(l.embedding({ inputDim: 11, outputDim: 5 }).apply(source)) as SymbolicTensor;
  const decoder = l.lstm({ units: 6, returnSequences: true, ...plain }).apply(l.embedding({ inputDim: 9, outputDim: 5 }).apply(target)) as SymbolicTensor;
  const weights = l.activation({ activation: 'softmax', name: 'attention' }).apply(l.dot({ axes: [2, 2] }).apply([decoder, states])) as SymbolicTensor;
  const context = l.dot({ axes: [2, 1] }).apply([weights, states]) as SymbolicTensor;
  const outputs = l.dense({ units: 9, activation: 'softmax' }).apply(l.concatenate().apply([context, decoder])) as SymbolicTensor;
  const model = modelOf({ inputs: [source, target], outputs });
  randomizeWeights(model);
  expect(await tapsOf(await openTensorFlowJs(await saveModel(model)))).toMatchObject([{ kind: 'cross', layer: 0, node: 'attention/softmax' }]);
});

test('a softmax over the axis of time is one over keys', async () => {
  const drawnWeights = new DrawnWeights();
  for (const [name, shape] of [['emb/embeddings', [9, 4]], ['energies/kernel', [4, 1]], ['emb2/embeddings', [9, 4]]] as const) drawnWeights.add(name, shape);
  const node = (className: string, name: string, config: object, ...fed: readonly string[]): object => ({ class_name: className, name, config: { name, ...config }, inbound_nodes: fed.length === 0 ? [] : [fed.map(from => [from, 0, 0, {}])] });
  const layers = [
    node('InputLayer', 'x', { batch_input_shape: [null, null] }),
    node('InputLayer', 'y', { batch_input_shape: [null, null] }),
    node('Embedding', 'emb', { input_dim: 9, output_dim: 4 }, 'x'),
    node('Embedding', 'emb2', { input_dim: 9, output_dim: 4 }, 'y'),
    node('Dot', 'scores', { axes: [2, 2] }, 'emb', 'emb2'),
    node('Softmax', 'attention', { axis: 1 }, 'scores'),
    node('Dot', 'context', { axes: [1, 1] }, 'attention', 'emb'),
  ];
  const topology = { keras_version: '2.15.0', model_config: { class_name: 'Functional', config: { name: 'm', layers, input_layers: [['x', 0, 0], ['y', 0, 0]], output_layers: [['context', 0, 0]] } } };
  const opened = await openTensorFlowJs(await saveConverted(topology, [drawnWeights.all]));
  expect(await tapsOf(opened)).toMatchObject([{ kind: 'cross', node: 'attention/softmax' }]);
  const softmax = opened.graph.nodes.find(({ operator }) => operator === 'Softmax');
  // Keys last.
  expect(softmax?.outputs[0]?.shape).toEqual(['batch', 'y_length', 'x_length']);
});

test('the layers Attention, AdditiveAttention and MultiHeadAttention', async () => {
  const drawnWeights = new DrawnWeights();
  const shapes = { 'a/embeddings': [9, 4], 'b/embeddings': [9, 4], 'additive/scale': [4], 'mha/query/kernel': [4, 2, 3], 'mha/key/kernel': [4, 2, 3], 'mha/value/kernel': [4, 2, 3], 'mha/attention_output/kernel': [2, 3, 4] } as const;
  for (const [name, shape] of Object.entries(shapes)) drawnWeights.add(name, shape);
  const node = (className: string, name: string, config: object, ...fed: readonly unknown[]): object => ({ class_name: className, name, config: { name, ...config }, inbound_nodes: fed.length === 0 ? [] : [fed] });
  const layers = [
    node('InputLayer', 'x', { batch_input_shape: [null, null] }),
    node('InputLayer', 'y', { batch_input_shape: [null, null] }),
    node('Embedding', 'a', { input_dim: 9, output_dim: 4 }, ['x', 0, 0, {}]),
    node('Embedding', 'b', { input_dim: 9, output_dim: 4 }, ['y', 0, 0, {}]),
    node('MultiHeadAttention', 'mha', { num_heads: 2, key_dim: 3, use_bias: false }, ['a', 0, 0, { value: ['a', 0, 0] }]),
    node('Attention', 'luong', {}, ['b', 0, 0, {}], ['mha', 0, 0, {}]),
    node('AdditiveAttention', 'additive', {}, ['luong', 0, 0, {}], ['mha', 0, 0, {}]),
  ];
  const topology = { keras_version: '2.15.0', model_config: { class_name: 'Functional', config: { name: 'm', layers, input_layers: [['x', 0, 0], ['y', 0, 0]], output_layers: [['additive', 0, 0]] } } };
  const opened = await openTensorFlowJs(await saveConverted(topology, [drawnWeights.all]));
  expect(await tapsOf(opened)).toMatchObject([
    { kind: 'encoder', layer: 0, heads: 2, node: 'mha/attention_scores' },
    { kind: 'cross', layer: 0, node: 'luong/attention_scores' },
    { kind: 'cross', layer: 1, node: 'additive/attention_scores' },
  ]);
  expect(opened.facts.find(({ label }) => label === 'Layers')?.value).toContain('MultiHeadAttention');
});
