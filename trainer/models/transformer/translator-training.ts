/** The Transformer's training graph: fixed lengths, teacher-forced, from token ids to the loss. */
import { Graph } from '../../graph/graph.ts';
import { linear } from '../../graph/operators/linear.ts';
import { reshape, slice, transpose } from '../../graph/operators/shape.ts';
import { fixedShape, type Value } from '../../graph/value.ts';
import { withGuidance } from '../guided-alignment.ts';
import { parameterInputs, sourceOf } from '../parameters.ts';
import { smoothedCrossEntropy } from '../smoothed-cross-entropy.ts';
import type { BatchShape, TrainingGraph, TrainingGraphOptions } from '../training-graph.ts';
import { decoderLayer, dropoutInputs, finalNorm, type LayerContext } from './layer.ts';
import { embedTokens, positionsOf } from './positions.ts';
import { causalMask, encodeSequence, layerNames } from './stack.ts';
import { decoderStack, encoderStack, transformerTranslatorParameters, type TransformerTranslatorArchitecture } from './translator.ts';

/**
 * Inputs as of the GRU's training graph, time-major: `source` int64 `[source, batch]`; `source_bias` `[batch, source]`, 0
 * on real tokens, −1e9 on padding; `target` int64 `[target, batch]`; `labels` int64 and `label_weights` `[target ·
 * batch]`. With dropout (section 5.4: on embeddings and on each sub-layer's output) also `dropout.<site>` `[time · batch,
 * width]`, the sites being `source`, `target` and the sub-layers' names. When guided, also `alignment` `[target · batch,
 * source]`, in the order of `labels`.
 */
export function transformerTranslatorTrainingGraph(
  architecture: TransformerTranslatorArchitecture,
  shape: BatchShape,
  options: TrainingGraphOptions,
): TrainingGraph {
  const { batch, source, target } = shape;
  const { heads, norm } = architecture;
  const graph = new Graph(`transformer translator, ${batch} pairs of ${source} → ${target} tokens`);
  const values = parameterInputs(graph, transformerTranslatorParameters(architecture));
  const parameters = sourceOf(values);
  const embedding = parameters('embedding');
  const dropout = dropoutInputs(graph, options.dropout);
  const context: Omit<LayerContext, 'rotation'> = { parameters, norm, dropout, layout: { batch, heads } };

  const sourceIds = graph.input('source', 'int64', [source, batch]);
  const sourceMask = reshape(graph.input('source_bias', 'float32', [batch, source]), [batch, 1, 1, source]);
  const sourcePositions = positionsOf(graph, parameters, 'encoder', architecture, { kind: 'first', count: source });
  const sourceWords = dropout('source', embedTokens(embedding, sourceIds, sourcePositions));
  const encoding: LayerContext = { ...context, rotation: sourcePositions.rotation };
  const memory = encodeSequence(encoding, encoderStack(architecture), sourceWords, sourceMask).output;

  const targetIds = graph.input('target', 'int64', [target, batch]);
  const masks = { causal: causalMask(graph, target), source: sourceMask };
  const targetPositions = positionsOf(graph, parameters, 'decoder', architecture, { kind: 'first', count: target });
  const decoding: LayerContext = { ...context, rotation: targetPositions.rotation };
  const attention: Value[] = [];
  let x = dropout('target', embedTokens(embedding, targetIds, targetPositions));
  for (const name of layerNames(decoderStack(architecture))) {
    const layer = decoderLayer(decoding, name, x, memory, masks);
    attention.push(layer.cross);
    x = layer.output;
  }
  const logits = linear(finalNorm(decoding, 'decoder', x), embedding);
  const labels = graph.input('labels', 'int64', [target * batch]);
  const labelWeights = graph.input('label_weights', 'float32', [target * batch]);
  const losses = smoothedCrossEntropy(logits, labels, labelWeights, options.labelSmoothing);
  const { guided = 0 } = options;
  const loss = guided > 0 ? withGuidance(losses.loss, guidedMap(attention), guided) : losses.loss;
  return { graph, parameters: values, attention, ...losses, loss };
}

/**
 * The map that alignments guide, `[target · batch, source]`: one head of the last layer but one, which aligns best by
 * itself (Garg et al. 2019). Its row t is of the step that predicts word t, not of the one that reads it:
 * that is the map a trace shows, and the only one there is when the last word has been written.
 */
function guidedMap(attention: readonly Value[]): Value {
  const layer = attention.at(-2) ?? attention.at(-1);
  if (layer === undefined) throw new Error('a decoder without layers');
  const [batch, , target, source] = fixedShape(layer);
  if (batch === undefined || target === undefined || source === undefined) throw new Error('attention of another shape');
  const head = reshape(slice(layer, 1, 0, 1), [batch, target, source]);
  return reshape(transpose(head, [1, 0, 2]), [target * batch, source]);
}
