/** DistilBERT (Sanh et al. 2019), by the names of transformers' `modeling_distilbert.py`. */
import { Graph } from '../graph/graph.ts';
import { add, relu } from '../graph/operators/elementwise.ts';
import { firstRows } from '../graph/operators/shape.ts';
import { activationOf } from './activations.ts';
import type { Architecture } from './architecture.ts';
import { biasOf, padding } from './attention.ts';
import { type EncoderLayerNames, encoderLayers, outputByTask, sequenceInput, textLayer, tokenLayers, wordLayer } from './encoder.ts';
import { layerNorm } from './layers.ts';

const layerNames: EncoderLayerNames = {
  query: 'attention.q_lin',
  key: 'attention.k_lin',
  value: 'attention.v_lin',
  output: 'attention.out_lin',
  attentionNorm: 'sa_layer_norm',
  inner: 'ffn.lin1',
  outer: 'ffn.lin2',
  outputNorm: 'output_layer_norm',
};

/** `input_ids`, `attention_mask` → `last_hidden_state`, or by task `logits`. */
export const distilbert: Architecture<'distilbert'> = {
  naming: {
    prefix: 'distilbert.',
    unneeded: [/^embeddings\.position_ids$/, /^vocab_(transform|layer_norm|projector)\./, /^(pre_)?classifier\./, /^qa_outputs\./],
  },
  build(config, all) {
    const { architecture } = config;
    const { hiddenSize, vocabularySize, layerNormEpsilon } = architecture;
    const activation = activationOf(architecture.activation, config.file);
    const graph = new Graph('model');
    const weights = all.in(graph);
    const ids = sequenceInput(graph, 'input_ids');
    const mask = sequenceInput(graph, 'attention_mask');
    const words = 'embeddings.word_embeddings.weight';
    const positions = weights.tensor('embeddings.position_embeddings.weight', [architecture.maxPositions, hiddenSize]);
    const placed = add(weights.rows(words, [vocabularySize, hiddenSize], ids), firstRows(positions, ids, 1));
    const embedded = layerNorm(weights, 'embeddings.LayerNorm', placed, layerNormEpsilon);
    const sizes = { ...architecture, activation };
    const encoded = encoderLayers(weights, 'transformer.layer', layerNames, embedded, biasOf(padding(mask)), sizes);
    outputByTask(graph, config.task, encoded, {
      ...tokenLayers(weights),
      'masked-lm': states => {
        const table = config.tiedEmbeddings ? words : 'vocab_projector.weight';
        return wordLayer(weights, { dense: 'vocab_transform', norm: 'vocab_layer_norm', table, bias: 'vocab_projector.bias' }, states, sizes);
      },
      'sequence-classification': states => textLayer(weights, 'pre_classifier', relu, 'classifier', states, hiddenSize),
    });
    return { model: graph };
  },
};
