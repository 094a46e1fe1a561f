/** Layers are numbered by what their names tell, where that tells them all apart. */
import { expect, test } from 'vitest';
import { layersOf } from './numbering.ts';

const layers = (...names: readonly string[]): readonly number[] => layersOf(names.map(name => ({ labels: [name] })));

test.each<[string, readonly string[], readonly number[]]>([
  ['PyTorch', ['/encoder/layer.0/attention/self/Softmax', '/encoder/layer.1/attention/self/Softmax'], [0, 1]],
  ['GPT-2', ['/transformer/h.1/attn/Softmax', '/transformer/h.0/attn/Softmax'], [1, 0]],
  ['Keras, from one on', ['block_1/attention/Softmax', 'block_2/attention/Softmax'], [0, 1]],
  ['TensorFlow', ['tf_bert/layer_._0/self/Softmax', 'tf_bert/layer_._1/self/Softmax'], [0, 1]],
  ['T5, whose blocks have layers inside', ['/block.0/layer.0/Softmax', '/block.1/layer.0/Softmax'], [0, 1]],
  ['every fourth layer', ['/layers.3/Softmax', '/layers.7/Softmax'], [3, 7]],
  ['stages, each with blocks of its own', ['/layers.0/blocks.0/Softmax', '/layers.0/blocks.1/Softmax', '/layers.1/blocks.0/Softmax'], [0, 1, 2]],
  ['one layer, used again and again', ['/layers.0/Softmax', '/layers.0/Softmax_1'], [0, 1]],
  ['no names', ['', ''], [0, 1]],
])('%s', (_, names, expected) => {
  expect(layers(...names)).toEqual(expected);
});

test('where nodes are called by nothing, the weights tell', () => {
  expect(layersOf([{ labels: ['Attention_0', 'h.4.attn.weight'] }, { labels: ['Attention_1', 'h.5.attn.weight'] }])).toEqual([4, 5]);
});
