/** What encoders of BERT's kind share: what is fed, layers normalised after each sum, outputs by task. */
import type { Graph } from '../graph/graph.ts';
import { add } from '../graph/operators/elementwise.ts';
import { at, split, squeeze } from '../graph/operators/shape.ts';
import type { Value } from '../graph/value.ts';
import type { ModelTask } from '../huggingface/model-task.ts';
import type { Activation } from './activations.ts';
import { attend, type Heads, splitHeads } from './attention.ts';
import { layerNorm, linear, project } from './layers.ts';
import type { GraphWeights } from './weights.ts';

/** An input of whole numbers, `[batch, sequence]`. */
export function sequenceInput(graph: Graph, name: string): Value {
  return graph.input(name, 'int64', ['batch_size', 'sequence_length']);
}

/** What the parts of an encoder's layer are called, below the layer's own name. */
export interface EncoderLayerNames {
  readonly query: string;
  readonly key: string;
  readonly value: string;
  readonly output: string;
  readonly attentionNorm: string;
  readonly inner: string;
  readonly outer: string;
  readonly outputNorm: string;
}

export interface EncoderSizes {
  readonly layers: number;
  readonly heads: number;
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly layerNormEpsilon: number;
  readonly activation: Activation;
}

/**
 * Layers `<prefix>.<n>`, each normalised after its sums (Devlin et al. 2019).
 * @param x `[batch, time, hidden]`
 * @param bias broadcasts to `[batch, head, query, key]`
 */
export function encoderLayers(weights: GraphWeights, prefix: string, names: EncoderLayerNames, x: Value, bias: Value, sizes: EncoderSizes): Value {
  const { hiddenSize, layerNormEpsilon: epsilon } = sizes;
  const heads: Heads = { count: sizes.heads, width: hiddenSize / sizes.heads };
  let states = x;
  for (let layer = 0; layer < sizes.layers; layer++) {
    const name = (part: string): string => `${prefix}.${layer}.${part}`;
    const [query, key, value] = [names.query, names.key, names.value].map(part => splitHeads(linear(weights, name(part), states, hiddenSize), heads));
    if (query === undefined || key === undefined || value === undefined) throw new Error('three projections are three');
    const attended = attend({ query, key, value }, bias, heads.width ** -0.5, `encoder.layers.${layer}.self_attention`);
    states = layerNorm(weights, name(names.attentionNorm), add(states, linear(weights, name(names.output), attended, hiddenSize)), epsilon);
    const inner = sizes.activation(linear(weights, name(names.inner), states, sizes.intermediateSize));
    states = layerNorm(weights, name(names.outputNorm), add(states, linear(weights, name(names.outer), inner, hiddenSize)), epsilon);
  }
  return states;
}

/** Output layers, by task; where a task has none here, the states themselves are what comes out. */
export type OutputLayers = Readonly<Partial<Record<ModelTask, (states: Value) => Value>>>;

/**
 * `logits`, or `start_logits` and `end_logits` `[batch, sequence]` of an answer, or else `last_hidden_state`
 * `[batch, sequence, hidden]`.
 */
export function outputByTask(graph: Graph, task: ModelTask | undefined, states: Value, layers: OutputLayers): void {
  const layer = task === undefined ? undefined : layers[task];
  if (layer === undefined) {
    graph.output(states, 'last_hidden_state');
  } else if (task === 'question-answering') {
    const [start, end] = split(layer(states), 2, [1, 1]);
    if (start === undefined || end === undefined) throw new Error('two pieces are two');
    graph.output(squeeze(start, 2), 'start_logits');
    graph.output(squeeze(end, 2), 'end_logits');
  } else {
    graph.output(layer(states), 'logits');
  }
}

/** Names of an output layer that gives each token a word of the vocabulary. */
export interface WordLayerNames {
  readonly dense: string;
  readonly norm: string;
  /** `[vocabulary, hidden]` */
  readonly table: string;
  readonly bias: string;
}

/** Transformed, normalised, and held against every word (Devlin et al. 2019, the masked language model): `[batch, time, vocabulary]`. */
export function wordLayer(
  weights: GraphWeights,
  names: WordLayerNames,
  states: Value,
  { hiddenSize, vocabularySize, layerNormEpsilon, activation }: Pick<EncoderSizes, 'hiddenSize' | 'layerNormEpsilon' | 'activation'> & { readonly vocabularySize: number },
): Value {
  const transformed = activation(linear(weights, names.dense, states, hiddenSize));
  const normal = layerNorm(weights, names.norm, transformed, layerNormEpsilon);
  return add(project(normal, weights.tensor(names.table, [vocabularySize, hiddenSize])), weights.tensor(names.bias, [vocabularySize]));
}

/** The first token's state through a layer of its own, for the whole text: `[batch, labels]`. */
export function textLayer(weights: GraphWeights, dense: string, activation: Activation, output: string, states: Value, hiddenSize: number): Value {
  return linear(weights, output, activation(linear(weights, dense, at(states, 1, 0), hiddenSize)), 'any');
}

/** Output layers that take each token's state as it is. */
export const tokenLayers = (weights: GraphWeights): OutputLayers => ({
  'token-classification': states => linear(weights, 'classifier', states, 'any'),
  'question-answering': states => linear(weights, 'qa_outputs', states, 2),
});
