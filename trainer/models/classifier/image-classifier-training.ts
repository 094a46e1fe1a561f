/** The training graph of an image classifier, from patches to the loss. */
import { Graph } from '../../graph/graph.ts';
import { parameterInputs, sourceOf } from '../parameters.ts';
import { dropoutInputs } from '../transformer/layer.ts';
import { type ClassifierTrainingGraph, type ClassifierTrainingOptions, trainHead } from './head.ts';
import { encodePatches, imageClassifierParameters, type ImageClassifierArchitecture } from './image-classifier.ts';
import { patchCount, patchFeatures } from './patches.ts';
import { pool } from './pooling.ts';

/**
 * Inputs: `patches` `[patches · batch, patchFeatures]`, time-major (all images' first patches, then their second …);
 * `labels` int64 `[batch]` and `label_weights` `[batch]`, which sum to 1. With dropout also `dropout.<site>`, the sites
 * being `patches`, the encoder's own, and `pooled`.
 */
export function imageClassifierTrainingGraph(
  architecture: ImageClassifierArchitecture,
  { batch }: { readonly batch: number },
  options: ClassifierTrainingOptions,
): ClassifierTrainingGraph {
  const { pooling } = architecture;
  const graph = new Graph(`image classifier, ${batch} images of ${patchCount(architecture)} patches`);
  const values = parameterInputs(graph, imageClassifierParameters(architecture));
  const parameters = sourceOf(values);
  const dropout = dropoutInputs(graph, options.dropout);
  const patches = graph.input('patches', 'float32', [patchCount(architecture) * batch, patchFeatures(architecture)]);
  const { memory } = encodePatches(architecture, parameters, patches, batch, dropout);
  const pooled = pool(pooling, parameters, memory);
  return trainHead(graph, values, parameters, { pooling, pooled, dropout }, options);
}
