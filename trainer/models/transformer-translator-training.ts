/** The Transformer's training graph: fixed lengths, teacher-forced, from token ids to the loss. */
import { Graph } from '../graph/graph.ts';
import { add, mul } from '../graph/operators/elementwise.ts';
import { linear } from '../graph/operators/linear.ts';
import { embed } from '../graph/operators/lookup.ts';
import { reshape } from '../graph/operators/shape.ts';
import { lengthOf, type Value } from '../graph/value.ts';
import { parameterInputs, sourceOf } from './parameters.ts';
import { sinusoidalPositions } from './sinusoidal-positions.ts';
import { smoothedCrossEntropy } from './smoothed-cross-entropy.ts';
import type { BatchShape, TrainingGraph, TrainingGraphOptions } from './training-graph.ts';
import { decoderLayer, encoderLayer, type LayerContext, norm } from './transformer-layer.ts';
import {
  decoderLayerNames,
  encoderLayerNames,
  transformerParameters,
  type TransformerTranslatorArchitecture,
} from './transformer-translator.ts';

const masked = -1e9;

/**
 * Inputs as of the GRU's training graph, time-major: `source` int64 `[source, batch]`; `source_bias` `[batch, source]`, 0
 * on real tokens, −1e9 on padding; `target` int64 `[target, batch]`; `labels` int64 and `label_weights` `[target ·
 * batch]`. With dropout (section 5.4: on embeddings and on each sub-layer's output) also `dropout.<site>` `[time · batch,
 * width]`, the sites being `source`, `target` and the sub-layers' names.
 */
export function transformerTrainingGraph(
  architecture: TransformerTranslatorArchitecture,
  shape: BatchShape,
  options: TrainingGraphOptions,
): TrainingGraph {
  const { batch, source, target } = shape;
  const graph = new Graph(`transformer translator, ${batch} pairs of ${source} → ${target} tokens`);
  const values = parameterInputs(graph, transformerParameters(architecture));
  const parameters = sourceOf(values);
  const dropout = (site: string, x: Value): Value =>
    options.dropout ? mul(x, graph.input(`dropout.${site}`, 'float32', [lengthOf(x, 0), lengthOf(x, 1)])) : x;
  const context: LayerContext = { parameters, dropout, layout: { batch, heads: architecture.heads } };

  const sourceIds = graph.input('source', 'int64', [source, batch]);
  const sourceMask = reshape(graph.input('source_bias', 'float32', [batch, source]), [batch, 1, 1, source]);
  const sourceWords = dropout('source', withPositions(parameters('embedding'), sourceIds));
  const encoded = encoderLayerNames(architecture).reduce((x, name) => encoderLayer(context, name, x, sourceMask), sourceWords);
  const memory = norm(parameters, 'encoder.norm', encoded);

  const targetIds = graph.input('target', 'int64', [target, batch]);
  const masks = { causal: causalMask(graph, target), source: sourceMask };
  const attention: Value[] = [];
  let x = dropout('target', withPositions(parameters('embedding'), targetIds));
  for (const name of decoderLayerNames(architecture)) {
    const layer = decoderLayer(context, name, x, memory, masks);
    attention.push(layer.attention);
    x = layer.output;
  }
  const logits = linear(norm(parameters, 'decoder.norm', x), parameters('embedding'));
  const labels = graph.input('labels', 'int64', [target * batch]);
  const labelWeights = graph.input('label_weights', 'float32', [target * batch]);
  const losses = smoothedCrossEntropy(logits, labels, labelWeights, options.labelSmoothing);
  return { graph, parameters: values, attention, ...losses };
}

/** Embeddings times √width plus positions (sections 3.4 and 3.5): ids `[time, batch]` give `[time · batch, width]`. */
function withPositions(table: Value, ids: Value): Value {
  const [time, batch, width] = [lengthOf(ids, 0), lengthOf(ids, 1), lengthOf(table, 1)];
  const positions = table.graph.constant('float32', [time, 1, width], sinusoidalPositions(time, width));
  return reshape(add(mul(embed(table, ids), Math.sqrt(width)), positions), [time * batch, width]);
}

/** `[1, 1, target, target]`: 0 up to the diagonal, −1e9 beyond. */
function causalMask(graph: Graph, target: number): Value {
  const data = Float32Array.from({ length: target * target }, (_, index) => (index % target > Math.floor(index / target) ? masked : 0));
  return graph.constant('float32', [1, 1, target, target], data);
}
