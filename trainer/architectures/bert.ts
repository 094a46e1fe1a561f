/** BERT (Devlin et al. 2019), by the names of transformers' `modeling_bert.py`. */
import { Graph } from '../graph/graph.ts';
import { add, tanh } from '../graph/operators/elementwise.ts';
import { firstRows } from '../graph/operators/shape.ts';
import type { ArchitectureOf } from '../huggingface/architectures.ts';
import type { CommonConfig } from '../huggingface/config.ts';
import { activationOf } from './activations.ts';
import type { Architecture } from './architecture.ts';
import { biasOf, padding } from './attention.ts';
import { type EncoderLayerNames, encoderLayers, outputByTask, sequenceInput, textLayer, tokenLayers, wordLayer } from './encoder.ts';
import { layerNorm } from './layers.ts';
import { unbuildable } from './weights.ts';

export const bertLayerNames: EncoderLayerNames = {
  query: 'attention.self.query',
  key: 'attention.self.key',
  value: 'attention.self.value',
  output: 'attention.output.dense',
  attentionNorm: 'attention.output.LayerNorm',
  inner: 'intermediate.dense',
  outer: 'output.dense',
  outputNorm: 'output.LayerNorm',
};

/** `input_ids`, `attention_mask`, `token_type_ids` → `last_hidden_state`, or by task `logits`. */
export const bert: Architecture<'bert'> = {
  naming: {
    prefix: 'bert.',
    // Of the other output layers and of the pooling, whichever the task does not need; and of positions counted in a buffer.
    unneeded: [/^embeddings\.position_ids$/, /^pooler\./, /^cls\./, /^classifier\./, /^qa_outputs\./],
  },
  build(config, all) {
    const { architecture } = config;
    checkBertConfig(architecture.positionKind, config);
    const { hiddenSize, vocabularySize, layerNormEpsilon } = architecture;
    const activation = activationOf(architecture.activation, config.file);
    const graph = new Graph('model');
    const weights = all.in(graph);
    const ids = sequenceInput(graph, 'input_ids');
    const mask = sequenceInput(graph, 'attention_mask');
    const types = sequenceInput(graph, 'token_type_ids');
    const words = 'embeddings.word_embeddings.weight';
    const positions = weights.tensor('embeddings.position_embeddings.weight', [architecture.maxPositions, hiddenSize]);
    const typed = add(
      weights.rows(words, [vocabularySize, hiddenSize], ids),
      weights.rows('embeddings.token_type_embeddings.weight', [architecture.typeVocabularySize, hiddenSize], types),
    );
    const embedded = layerNorm(weights, 'embeddings.LayerNorm', add(typed, firstRows(positions, ids, 1)), layerNormEpsilon);
    const sizes = { ...architecture, activation };
    const encoded = encoderLayers(weights, 'encoder.layer', bertLayerNames, embedded, biasOf(padding(mask)), sizes);
    outputByTask(graph, config.task, encoded, {
      ...tokenLayers(weights),
      'masked-lm': states => {
        const table = config.tiedEmbeddings ? words : 'cls.predictions.decoder.weight';
        const bias = all.firstOf(['cls.predictions.bias', 'cls.predictions.decoder.bias']);
        const names = { dense: 'cls.predictions.transform.dense', norm: 'cls.predictions.transform.LayerNorm', table, bias };
        return wordLayer(weights, names, states, sizes);
      },
      'sequence-classification': states => textLayer(weights, 'pooler.dense', tanh, 'classifier', states, hiddenSize),
    });
    return { model: graph };
  },
};

/** What BERT can be and we do not compute. @throws Failure `broken-model` */
export function checkBertConfig(
  positionKind: ArchitectureOf<'bert'>['positionKind'],
  { file, json }: Pick<CommonConfig, 'file' | 'json'>,
): void {
  if (positionKind !== 'absolute') throw unbuildable(file, `position_embedding_type is "${positionKind}"`, '"absolute"');
  if (json['is_decoder'] === true) throw unbuildable(file, 'is_decoder is true', 'an encoder');
}
