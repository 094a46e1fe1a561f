/**
 * What an encoder and a decoder beside it share, whatever they are made of. Three graphs, as Optimum exports them:
 *   encoder_model             `input_ids`, `attention_mask` → `last_hidden_state`
 *   decoder_model             `input_ids`, `encoder_hidden_states`, `encoder_attention_mask` → `logits`, `present.<n>.decoder.key` and
 *                             `.value`, and the encoder's, which are the same in every step after
 *   decoder_with_past_model   `input_ids`, `encoder_attention_mask`, `past_key_values.<n>.decoder.key` … `.encoder.value` → `logits`,
 *                             `present.<n>.decoder.key` and `.value`
 */
import { Graph } from '../graph/graph.ts';
import type { Value } from '../graph/value.ts';
import { biasOf, type Heads, padding, type Timeline, timeline } from './attention.ts';
import type { Graphs } from './architecture.ts';
import { type Cache, cacheAfter, type KeysAndValues, pastInputs, presentOutputs } from './key-value-cache.ts';
import type { GraphWeights, Weights } from './weights.ts';

export interface EncoderContext {
  readonly weights: GraphWeights;
  /** int64 `[batch, source]` */
  readonly ids: Value;
  /** What is added to scores: nothing looks at padding. */
  readonly bias: Value;
}

export interface DecoderContext {
  readonly weights: GraphWeights;
  /** int64 `[batch, target]` */
  readonly ids: Value;
  readonly times: Timeline;
  /** What is added to the scores of cross-attention. */
  readonly crossBias: Value;
  /** Of self-attention. */
  readonly remember: Cache['remember'];
  /**
   * Keys and values of a layer's cross-attention: of what the encoder said `[batch, source, hidden]`, or from the past, where
   * nothing is made. To be called layer by layer.
   */
  readonly memory: (make: (states: Value) => KeysAndValues) => KeysAndValues;
}

export interface SequenceToSequence {
  readonly hiddenSize: number;
  readonly decoderLayers: number;
  /** Of the decoder. */
  readonly heads: Heads;
  /** @returns states `[batch, source, hidden]` */
  readonly encode: (context: EncoderContext) => Value;
  /** @returns logits `[batch, target, vocabulary]` */
  readonly decode: (context: DecoderContext) => Value;
}

const source = 'encoder_sequence_length';

export function sequenceToSequence(all: Weights, model: SequenceToSequence): Graphs {
  return {
    encoder_model: encoderGraph(all, model),
    decoder_model: decoderGraph(all, model, false),
    decoder_with_past_model: decoderGraph(all, model, true),
  };
}

export function encoderGraph(all: Weights, { encode }: Pick<SequenceToSequence, 'encode'>): Graph {
  const graph = new Graph('encoder_model');
  const ids = graph.input('input_ids', 'int64', ['batch_size', source]);
  const mask = graph.input('attention_mask', 'int64', ['batch_size', source]);
  graph.output(encode({ weights: all.in(graph), ids, bias: biasOf(padding(mask)) }), 'last_hidden_state');
  return graph;
}

function decoderGraph(all: Weights, { hiddenSize, decoderLayers: layers, heads, decode }: SequenceToSequence, hasPast: boolean): Graph {
  const graph = new Graph(hasPast ? 'decoder_with_past_model' : 'decoder_model');
  const ids = graph.input('input_ids', 'int64', ['batch_size', 'decoder_sequence_length']);
  const mask = graph.input('encoder_attention_mask', 'int64', ['batch_size', source]);
  const states = hasPast ? undefined : graph.input('encoder_hidden_states', 'float32', ['batch_size', source, hiddenSize]);
  const past = hasPast ? pastInputs(graph, { heads, layers, of: 'decoder', length: 'past_decoder_sequence_length' }) : [];
  const memories = hasPast ? pastInputs(graph, { heads, layers, of: 'encoder', length: source }) : [];
  const { remember, present } = cacheAfter(past);
  const made: KeysAndValues[] = [];
  let layer = 0;
  const logits = decode({
    weights: all.in(graph),
    ids,
    times: timeline(ids, past[0]?.key),
    crossBias: biasOf(padding(mask)),
    remember,
    memory: make => {
      const known = memories[layer++];
      if (known !== undefined) return known;
      if (states === undefined) throw new Error(`nothing is known of what the encoder said to layer ${layer - 1}`);
      const both = make(states);
      made.push(both);
      return both;
    },
  });
  graph.output(logits, 'logits');
  presentOutputs(graph, present, 'decoder');
  presentOutputs(graph, made, 'encoder');
  return graph;
}
