/**
 * RoBERTa (Liu et al. 2019), XLM-RoBERTa and CamemBERT, by the names of transformers' `modeling_roberta.py`: BERT's layers,
 * positions counted over what is no padding, and output layers of their own.
 */
import { Graph } from '../graph/graph.ts';
import { scalar } from '../graph/operators/constants.ts';
import { add, equal, mul, tanh, where } from '../graph/operators/elementwise.ts';
import { sumBefore } from '../graph/operators/reduce.ts';
import { slice } from '../graph/operators/shape.ts';
import type { Value } from '../graph/value.ts';
import { activationOf } from './activations.ts';
import type { Architecture } from './architecture.ts';
import { biasOf, padding } from './attention.ts';
import { bertLayerNames, checkBertConfig } from './bert.ts';
import { encoderLayers, outputByTask, sequenceInput, textLayer, tokenLayers, wordLayer } from './encoder.ts';
import { layerNorm } from './layers.ts';

/** `input_ids`, `attention_mask` → `last_hidden_state`, or by task `logits`. */
export const roberta: Architecture<'roberta' | 'xlm-roberta' | 'camembert'> = {
  naming: {
    prefix: 'roberta.',
    unneeded: [/^embeddings\.(position_ids|token_type_ids)$/, /^pooler\./, /^lm_head\./, /^classifier\./, /^qa_outputs\./],
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
    const words = 'embeddings.word_embeddings.weight';
    const types = weights.tensor('embeddings.token_type_embeddings.weight', [architecture.typeVocabularySize, hiddenSize]);
    const typed = add(weights.rows(words, [vocabularySize, hiddenSize], ids), slice(types, 0, 0, 1));
    const places = positionIds(ids, config.tokens.pad ?? 1);
    const placed = add(typed, weights.rows('embeddings.position_embeddings.weight', [architecture.maxPositions, hiddenSize], places));
    const embedded = layerNorm(weights, 'embeddings.LayerNorm', placed, layerNormEpsilon);
    const encoded = encoderLayers(weights, 'encoder.layer', bertLayerNames, embedded, biasOf(padding(mask)), { ...architecture, activation });
    outputByTask(graph, config.task, encoded, {
      ...tokenLayers(weights),
      'masked-lm': states => {
        const table = config.tiedEmbeddings ? words : 'lm_head.decoder.weight';
        const bias = all.firstOf(['lm_head.bias', 'lm_head.decoder.bias']);
        // Whatever the layers have, this one has "gelu".
        const sizes = { ...architecture, activation: activationOf('gelu', config.file) };
        return wordLayer(weights, { dense: 'lm_head.dense', norm: 'lm_head.layer_norm', table, bias }, states, sizes);
      },
      'sequence-classification': states => textLayer(weights, 'classifier.dense', tanh, 'classifier.out_proj', states, hiddenSize),
    });
    return { model: graph };
  },
};

/** Padding is at the place of its own id; what is no padding counts on from there. int64 `[batch, sequence]` */
function positionIds(ids: Value, pad: number): Value {
  const counts = where(equal(ids, pad), scalar(ids, 0), scalar(ids, 1));
  const seen = add(sumBefore(counts, 1), counts);
  return add(mul(seen, counts), pad);
}
