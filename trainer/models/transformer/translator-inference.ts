/**
 * The graphs a checkpoint of a Transformer translator is made of, of symbolic lengths: an encoder, and one decoding step
 * over a beam. They compute what the training graph computes without dropout.
 */
import { Graph } from '../../graph/graph.ts';
import { linear } from '../../graph/operators/linear.ts';
import { logSoftmax } from '../../graph/operators/normalize.ts';
import { concat, reshape } from '../../graph/operators/shape.ts';
import { storedParameters, type StoreParameter } from '../parameters.ts';
import { cachedSelfAttention, cutMemory, KeyValueCache, type StepContext, stepCrossAttention } from './decoding-step.ts';
import { feedForwardSublayer, finalNorm, noDropout } from './layer.ts';
import { project } from './multi-head-attention.ts';
import { embedTokens, positionsOf } from './positions.ts';
import { encodeSequence, layerNames } from './stack.ts';
import { decoderStack, encoderStack, type TransformerTranslatorArchitecture } from './translator.ts';

/**
 * `source` int64 `[1, source]` → `memory` `[1, source, 2 · decoderLayers · width]`, the keys and then the values of each
 * decoder layer's cross-attention, and `encoder_attention.<layer>` `[1, head, source, source]`.
 */
export function transformerTranslatorEncoder(architecture: TransformerTranslatorArchitecture, store: StoreParameter): Graph {
  const { norm, heads, width, decoderLayers } = architecture;
  const graph = new Graph('encoder');
  const parameters = storedParameters(graph, store);
  const ids = reshape(graph.input('source', 'int64', [1, 'source']), [-1, 1]);
  const positions = positionsOf(graph, parameters, 'encoder', architecture, { kind: 'along', ids });
  const words = embedTokens(parameters('embedding'), ids, positions);
  const context = { parameters, norm, dropout: noDropout, layout: { batch: 1, heads }, rotation: positions.rotation };
  const { output, attention } = encodeSequence(context, encoderStack(architecture), words, undefined);
  const layers = layerNames(decoderStack(architecture)).map(name => project(parameters, `${name}.cross_attention.memory`, output));
  graph.output(reshape(concat(layers, 1), [1, -1, 2 * decoderLayers * width]), 'memory');
  attention.forEach((weights, layer) => graph.output(weights, `encoder_attention.${layer}`));
  return graph;
}

/**
 * One step: `previous` int64 `[beam]`, `position` int64 `[1]` (0 at the first step), `memory` as the encoder gave it,
 * `past` `[past, beam, 2 · decoderLayers · width]`, the rows of the steps before, none at first → `log_probs`
 * `[beam, vocabulary]`, `next_past` `[1, beam, 2 · decoderLayers · width]`, the row of this step, and of each layer
 * `attention.<layer>` `[beam, head, source]` and `self_attention.<layer>` `[beam, head, past + 1]`.
 */
export function transformerTranslatorDecoder(architecture: TransformerTranslatorArchitecture, store: StoreParameter): Graph {
  const { norm, width, decoderLayers } = architecture;
  const graph = new Graph('decoder');
  const parameters = storedParameters(graph, store);
  const previous = graph.input('previous', 'int64', ['beam']);
  const position = graph.input('position', 'int64', [1]);
  const memory = cutMemory(graph.input('memory', 'float32', [1, 'source', 2 * decoderLayers * width]), architecture);
  const cache = new KeyValueCache(graph, decoderLayers, architecture);
  const positions = positionsOf(graph, parameters, 'decoder', architecture, { kind: 'at', position });
  const context: StepContext = { parameters, norm, dropout: noDropout, sizes: architecture, rotation: positions.rotation };
  let x = embedTokens(parameters('embedding'), reshape(previous, [1, -1]), positions);
  layerNames(decoderStack(architecture)).forEach((name, layer) => {
    const [keys, values] = memory.slice(2 * layer);
    if (keys === undefined || values === undefined) throw new Error(`the memory has nothing for layer ${layer}`);
    const own = cachedSelfAttention(context, name, x, cache);
    const crossed = stepCrossAttention(context, name, own.output, keys, values);
    x = feedForwardSublayer(context, name, crossed.output);
    graph.output(crossed.weights, `attention.${layer}`);
    graph.output(own.weights, `self_attention.${layer}`);
  });
  graph.output(logSoftmax(linear(finalNorm(context, 'decoder', x), parameters('embedding'))), 'log_probs');
  cache.output();
  return graph;
}
