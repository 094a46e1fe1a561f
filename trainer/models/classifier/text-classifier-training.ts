/** The training graph of a text classifier: fixed lengths, from token ids to the loss. */
import { Graph } from '../../graph/graph.ts';
import { reshape } from '../../graph/operators/shape.ts';
import { type ParameterSpec, parameterInputs, sourceOf } from '../parameters.ts';
import type { BatchShape } from '../training-graph.ts';
import { dropoutInputs } from '../transformer/layer.ts';
import { encodedFeatures, encodeText } from './encoder.ts';
import { type ClassifierTrainingGraph, type ClassifierTrainingOptions, finerParameters, trainHead } from './head.ts';
import { pool } from './pooling.ts';
import { textClassifierParameters, type TextClassifierArchitecture } from './text-classifier.ts';

/** What the model learns, and what is learnt beside it. */
export function textClassifierTrainingParameters(
  architecture: TextClassifierArchitecture,
  { finer }: Pick<ClassifierTrainingOptions, 'finer'>,
): ParameterSpec[] {
  const beside = finer === undefined ? [] : finerParameters(finer, architecture.pooling, encodedFeatures(architecture));
  return [...textClassifierParameters(architecture), ...beside];
}

/**
 * Inputs: `source` int64 `[source, batch]`; `source_bias` `[batch, source]`, 0 on real tokens, −1e9 on padding; of
 * recurrent encoders also `source_mask` `[source · batch, 1]`, 1 on real tokens; `labels` int64 `[batch]` and
 * `label_weights` `[batch]`, which sum to 1; with finer labels `finer_labels` int64 `[batch]`. With dropout also `dropout.<site>`, the sites being `source`, the encoder's
 * own, and `pooled`.
 */
export function textClassifierTrainingGraph(
  architecture: TextClassifierArchitecture,
  { batch, source }: Pick<BatchShape, 'batch' | 'source'>,
  options: ClassifierTrainingOptions,
): ClassifierTrainingGraph {
  const { pooling } = architecture;
  const graph = new Graph(`text classifier, ${batch} texts of ${source} tokens`);
  const values = parameterInputs(graph, textClassifierTrainingParameters(architecture, options));
  const parameters = sourceOf(values);
  const dropout = dropoutInputs(graph, options.dropout);
  const ids = graph.input('source', 'int64', [source, batch]);
  const bias = graph.input('source_bias', 'float32', [batch, source]);
  const padding = { bias, mask: () => graph.input('source_mask', 'float32', [source * batch, 1]) };
  const { memory } = encodeText(architecture, { parameters, ids, batch, dropout, padding });
  const pooled = pool(pooling, parameters, memory, reshape(bias, [batch, 1, source]));
  return trainHead(graph, values, parameters, { pooling, pooled, dropout }, options);
}
