/** The language model's training graph: a fixed length, teacher-forced, from token ids to the loss. */
import { Graph } from '../../graph/graph.ts';
import { linear } from '../../graph/operators/linear.ts';
import type { Value } from '../../graph/value.ts';
import { parameterInputs, sourceOf } from '../parameters.ts';
import { smoothedCrossEntropy } from '../smoothed-cross-entropy.ts';
import type { BatchShape, StepGraph, TrainingGraphOptions } from '../training-graph.ts';
import { dropoutInputs, type LayerContext } from './layer.ts';
import { languageModelStack, transformerLanguageModelParameters, type TransformerLanguageModelArchitecture } from './language-model.ts';
import { embedTokens, positionsOf } from './positions.ts';
import { causalMask, encodeSequence } from './stack.ts';

export interface LanguageModelTrainingGraph extends StepGraph {
  /** Log-probabilities of every next token, time-major: `[target · batch, vocabulary]`. */
  readonly logProbabilities: Value;
  /** Every layer's self-attention, `[batch, head, target, target]`. */
  readonly attention: readonly Value[];
}

/**
 * Inputs as of the translators' training graphs, time-major: `target` int64 `[target, batch]`; `labels` int64 and
 * `label_weights` `[target · batch]`. With dropout also `dropout.<site>` `[target · batch, width]`, the sites being `target`
 * and the sub-layers' names. What comes before a text's end never looks at the padding behind it, so none is masked.
 */
export function transformerLanguageModelTrainingGraph(
  architecture: TransformerLanguageModelArchitecture,
  { batch, target }: Pick<BatchShape, 'batch' | 'target'>,
  options: Pick<TrainingGraphOptions, 'labelSmoothing' | 'dropout'>,
): LanguageModelTrainingGraph {
  const { heads, norm } = architecture;
  const graph = new Graph(`transformer language model, ${batch} texts of ${target} tokens`);
  const values = parameterInputs(graph, transformerLanguageModelParameters(architecture));
  const parameters = sourceOf(values);
  const embedding = parameters('embedding');
  const positions = positionsOf(graph, parameters, 'decoder', architecture, { kind: 'first', count: target });
  const dropout = dropoutInputs(graph, options.dropout);
  const context: LayerContext = { parameters, norm, dropout, layout: { batch, heads }, rotation: positions.rotation };

  const ids = graph.input('target', 'int64', [target, batch]);
  const words = dropout('target', embedTokens(embedding, ids, positions));
  const { output, attention } = encodeSequence(context, languageModelStack(architecture), words, causalMask(graph, target));
  const labels = graph.input('labels', 'int64', [target * batch]);
  const labelWeights = graph.input('label_weights', 'float32', [target * batch]);
  const losses = smoothedCrossEntropy(linear(output, embedding), labels, labelWeights, options.labelSmoothing);
  return { graph, parameters: values, attention, ...losses };
}
