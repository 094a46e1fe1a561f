/**
 * The graphs a checkpoint is made of, of symbolic lengths: an encoder of ONNX' own `GRU`, and one decoding step over a
 * beam. They compute what the training graph computes without dropout.
 */
import { Graph } from '../graph/graph.ts';
import { tanh } from '../graph/operators/elementwise.ts';
import { linear } from '../graph/operators/linear.ts';
import { embed } from '../graph/operators/lookup.ts';
import { logSoftmax } from '../graph/operators/normalize.ts';
import { concat, reshape, squeeze, transpose } from '../graph/operators/shape.ts';
import { lengthOf, type Value } from '../graph/value.ts';
import { attendOverBeam, attentionKeys } from './additive-attention.ts';
import { addGateInputs, cutGates, gateInputs, gruStep } from './gru.ts';
import type { GruTranslatorArchitecture } from './gru-translator.ts';
import { readout } from './gru-translator-training.ts';
import type { ParameterSource } from './parameters.ts';

/** Stores a parameter in a graph, in whatever precision the checkpoint has. */
export type StoreParameter = (graph: Graph, name: string) => Value;

/**
 * `source` int64 `[1, source]` → `memory` `[1, source, 2·hidden]`, `keys` `[1, source, attention]`, `state`
 * `[1, hidden]`.
 */
export function translatorEncoder(architecture: GruTranslatorArchitecture, store: StoreParameter): Graph {
  const { hidden, attention } = architecture;
  const graph = new Graph('encoder');
  const parameter = remember(graph, store);
  const source = graph.input('source', 'int64', [1, 'source']);
  const words = transpose(embed(parameter('source.embedding'), source), [1, 0, 2]);
  const directions = ['encoder.forward', 'encoder.backward'];
  const stacked = (suffix: string): Value =>
    concat(directions.map(direction => withDirection(parameter(`${direction}.${suffix}`))), 0);
  const bias = concat([stacked('input_bias'), stacked('recurrent_bias')], 1);
  const [annotations, last] = graph.node('GRU', [words, stacked('input'), stacked('recurrent'), bias], {
    hidden_size: hidden,
    direction: 'bidirectional',
    linear_before_reset: 1,
  });
  if (annotations === undefined || last === undefined) throw new Error('the encoder gave no output');
  // [source, 2, 1, hidden] → [1, source, 2·hidden]
  const memory = reshape(transpose(annotations, [2, 0, 1, 3]), [1, -1, 2 * hidden]);
  const keys = reshape(attentionKeys(parameter, reshape(memory, [-1, 2 * hidden])), [1, -1, attention]);
  const [, backward] = graph.node('Split', [last, graph.constant('int64', [2], BigInt64Array.of(1n, 1n))], { axis: 0 });
  if (backward === undefined) throw new Error('the encoder has one direction');
  const state = tanh(linear(squeeze(backward, 0), parameter('start.weight'), parameter('start.bias')));
  graph.output(memory, 'memory');
  graph.output(keys, 'keys');
  graph.output(state, 'state');
  return graph;
}

/**
 * One step: `previous` int64 `[beam]`, `state` `[beam, hidden]`, `memory` and `keys` as the encoder gave them →
 * `log_probs` `[beam, vocabulary]`, `next_state` `[beam, hidden]`, `attention` `[beam, source]`.
 */
export function translatorDecoder(architecture: GruTranslatorArchitecture, store: StoreParameter): Graph {
  const { hidden } = architecture;
  const graph = new Graph('decoder');
  const parameter = remember(graph, store);
  const previous = graph.input('previous', 'int64', ['beam']);
  const state = graph.input('state', 'float32', ['beam', hidden]);
  const memory = graph.input('memory', 'float32', [1, 'source', 2 * hidden]);
  const keys = graph.input('keys', 'float32', [1, 'source', architecture.attention]);
  const word = embed(parameter('target.embedding'), previous);
  const { weights, context } = attendOverBeam(parameter, state, keys, memory, 'attention');
  const share = gateInputs(parameter, 'decoder', word);
  const next = gruStep(parameter, 'decoder', cutGates(addGateInputs(context, parameter('decoder.context'), share)), state);
  const hiddenWord = readout(parameter, word, next, context);
  const logits = linear(hiddenWord, parameter('target.embedding'), parameter('output.bias'));
  graph.output(logSoftmax(logits), 'log_probs');
  graph.output(next, 'next_state');
  graph.output(weights);
  return graph;
}

/** A parameter that is used twice is stored once. */
function remember(graph: Graph, store: StoreParameter): ParameterSource {
  const known = new Map<string, Value>();
  return name => {
    const value = known.get(name) ?? store(graph, name);
    known.set(name, value);
    return value;
  };
}

/** One direction's weights as ONNX' `GRU` wants them, with a leading axis of directions. */
function withDirection(weight: Value): Value {
  return reshape(weight, [1, ...weight.shape.map((_, axis) => lengthOf(weight, axis))]);
}
