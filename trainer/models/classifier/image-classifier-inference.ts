/** The graph a checkpoint of an image classifier is made of; it computes what the training graph computes without dropout. */
import { Graph } from '../../graph/graph.ts';
import { storedParameters, type StoreParameter } from '../parameters.ts';
import { noDropout } from '../transformer/layer.ts';
import { outputAnswer } from './head.ts';
import { encodePatches, type ImageClassifierArchitecture } from './image-classifier.ts';
import { patchCount, patchFeatures } from './patches.ts';
import { pool } from './pooling.ts';

/**
 * `patches` `[patches, patchFeatures]` → `log_probs` `[1, classes]`, `attention` `[1, hop, patches]`, `evidence` `[1,
 * classes, patches]`, and of each layer `encoder_attention.<layer>` `[1, head, patches, patches]`.
 */
export function imageClassifier(architecture: ImageClassifierArchitecture, store: StoreParameter): Graph {
  const graph = new Graph('classifier');
  const parameters = storedParameters(graph, store);
  const patches = graph.input('patches', 'float32', [patchCount(architecture), patchFeatures(architecture)]);
  const { memory, attention } = encodePatches(architecture, parameters, patches, 1, noDropout);
  outputAnswer(graph, parameters, pool(architecture.pooling, parameters, memory));
  attention.forEach((weights, layer) => graph.output(weights, `encoder_attention.${layer}`));
  return graph;
}
