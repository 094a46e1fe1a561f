/** The graph a checkpoint of a text classifier is made of; it computes what the training graph computes without dropout. */
import { Graph } from '../../graph/graph.ts';
import { reshape } from '../../graph/operators/shape.ts';
import { storedParameters, type StoreParameter } from '../parameters.ts';
import { noDropout } from '../transformer/layer.ts';
import { encodeText } from './encoder.ts';
import { outputAnswer } from './head.ts';
import { pool } from './pooling.ts';
import type { TextClassifierArchitecture } from './text-classifier.ts';

/**
 * `source` int64 `[1, source]` → `log_probs` `[1, classes]`, `attention` `[1, hop, source]`, `evidence` `[1, classes,
 * source]`, and of a Transformer's layers `encoder_attention.<layer>` `[1, head, source, source]`.
 */
export function textClassifier(architecture: TextClassifierArchitecture, store: StoreParameter): Graph {
  const graph = new Graph('classifier');
  const parameters = storedParameters(graph, store);
  const ids = reshape(graph.input('source', 'int64', [1, 'source']), [-1, 1]);
  const { memory, attention } = encodeText(architecture, { parameters, ids, batch: 1, dropout: noDropout });
  outputAnswer(graph, parameters, pool(architecture.pooling, parameters, memory));
  attention.forEach((weights, layer) => graph.output(weights, `encoder_attention.${layer}`));
  return graph;
}
