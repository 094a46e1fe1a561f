/** What decoders that are given a text and continue it share: what is fed and what comes out. */
import { Graph } from '../graph/graph.ts';
import { or } from '../graph/operators/elementwise.ts';
import type { Value } from '../graph/value.ts';
import { biasOf, type Heads, later, padding, timeline } from './attention.ts';
import { type Cache, cacheAfter, pastInputs, presentOutputs } from './key-value-cache.ts';
import type { GraphWeights, Weights } from './weights.ts';

export interface DecoderInputs {
  readonly graph: Graph;
  readonly weights: GraphWeights;
  /** int64 `[batch, sequence]` */
  readonly ids: Value;
  /** int64 `[batch, sequence]` */
  readonly positions: Value;
  /**
   * What is added to scores `[batch, head, query, key]`: nothing looks at padding, nor at what comes later.
   * @param window how many places a query may look at, itself among them
   */
  readonly bias: (window: number | undefined) => Value;
  readonly remember: Cache['remember'];
  /** Ends the graph. */
  readonly finish: (name: 'logits' | 'last_hidden_state', output: Value) => Graph;
}

/**
 * `input_ids`, `position_ids` int64 `[batch, sequence]`, `attention_mask` int64 `[batch, past + sequence]`, and keys and values of
 * the past, of which there may be none → `logits` `[batch, sequence, vocabulary]`, and keys and values for the next run.
 * @param heads of keys and values
 */
export function decoderInputs(all: Weights, heads: Heads, layers: number): DecoderInputs {
  const graph = new Graph('model');
  const length = 'past_sequence_length';
  const ids = graph.input('input_ids', 'int64', ['batch_size', 'sequence_length']);
  const mask = graph.input('attention_mask', 'int64', ['batch_size', `${length} + sequence_length`]);
  const positions = graph.input('position_ids', 'int64', ['batch_size', 'sequence_length']);
  const past = pastInputs(graph, { heads, layers, length });
  const { remember, present } = cacheAfter(past);
  const times = timeline(ids, past[0]?.key);
  const padded = padding(mask);
  const biases = new Map<number | undefined, Value>();
  return {
    graph,
    weights: all.in(graph),
    ids,
    positions,
    bias: window => {
      const bias = biases.get(window) ?? biasOf(or(padded, later(times, window)));
      biases.set(window, bias);
      return bias;
    },
    remember,
    finish: (name, output) => {
      graph.output(output, name);
      presentOutputs(graph, present);
      return graph;
    },
  };
}
