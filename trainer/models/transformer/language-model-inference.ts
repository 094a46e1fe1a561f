/** The graph a checkpoint of a Transformer language model is made of: one step over a beam, which reads a prompt, too. */
import { Graph } from '../../graph/graph.ts';
import { linear } from '../../graph/operators/linear.ts';
import { logSoftmax } from '../../graph/operators/normalize.ts';
import { reshape } from '../../graph/operators/shape.ts';
import { storedParameters, type StoreParameter } from '../parameters.ts';
import { cachedSelfAttention, KeyValueCache, type StepContext } from './decoding-step.ts';
import { feedForwardSublayer, finalNorm, noDropout } from './layer.ts';
import { languageModelStack, type TransformerLanguageModelArchitecture } from './language-model.ts';
import { embedTokens, positionsOf } from './positions.ts';
import { layerNames } from './stack.ts';

/**
 * `previous` int64 `[beam]`, `position` int64 `[1]` (0 at the first step), `past` `[past, beam, 2 · layers · width]`, the
 * rows of the steps before, none at first → `log_probs` `[beam, vocabulary]`, `next_past` `[1, beam, 2 · layers · width]`,
 * the row of this step, and of each layer `self_attention.<layer>` `[beam, head, past + 1]`.
 */
export function transformerLanguageModelDecoder(architecture: TransformerLanguageModelArchitecture, store: StoreParameter): Graph {
  const { norm, layers } = architecture;
  const graph = new Graph('decoder');
  const parameters = storedParameters(graph, store);
  const previous = graph.input('previous', 'int64', ['beam']);
  const position = graph.input('position', 'int64', [1]);
  const cache = new KeyValueCache(graph, layers, architecture);
  const positions = positionsOf(graph, parameters, 'decoder', architecture, { kind: 'at', position });
  const context: StepContext = { parameters, norm, dropout: noDropout, sizes: architecture, rotation: positions.rotation };
  let x = embedTokens(parameters('embedding'), reshape(previous, [1, -1]), positions);
  layerNames(languageModelStack(architecture)).forEach((name, layer) => {
    const attended = cachedSelfAttention(context, name, x, cache);
    x = feedForwardSublayer(context, name, attended.output);
    graph.output(attended.weights, `self_attention.${layer}`);
  });
  graph.output(logSoftmax(linear(finalNorm(context, 'decoder', x), parameters('embedding'))), 'log_probs');
  cache.output();
  return graph;
}
