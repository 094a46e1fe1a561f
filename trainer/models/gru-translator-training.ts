/** The training graph: fixed lengths, unrolled, teacher-forced, from token ids to the loss. */
import { Graph } from '../graph/graph.ts';
import { filled } from '../graph/operators/constants.ts';
import { mul, tanh } from '../graph/operators/elementwise.ts';
import { gemm, linear } from '../graph/operators/linear.ts';
import { embed } from '../graph/operators/lookup.ts';
import { chunk, concat, reshape } from '../graph/operators/shape.ts';
import type { Value } from '../graph/value.ts';
import { attend, attentionKeys } from './additive-attention.ts';
import { addGateInputs, cutGates, gateInputs, gruStep, unrollGru } from './gru.ts';
import { type GruTranslatorArchitecture, translatorParameters } from './gru-translator.ts';
import { type ParameterSource, parameterInputs, sourceOf } from './parameters.ts';
import { smoothedCrossEntropy } from './smoothed-cross-entropy.ts';
import type { BatchShape, TrainingGraph, TrainingGraphOptions } from './training-graph.ts';

/** Where dropout is applied (Zaremba et al. 2014: on what flows between layers, never on the recurrent state). */
export const dropoutSites = ['source', 'target', 'readout'] as const;
export type DropoutSite = (typeof dropoutSites)[number];

/**
 * Inputs, time-major: `source` int64 `[source, batch]`; `source_mask` `[source · batch, 1]`, 1 on real tokens;
 * `source_bias` `[batch, source]`, 0 on real tokens, −1e9 on padding; `target` int64 `[target, batch]`, beginning with
 * the start token; `labels` int64 `[target · batch]`, ending with the end token; `label_weights` `[target · batch]`:
 * 1 / (number of real tokens) on real tokens, 0 on padding. With dropout also `dropout.<site>` `[time · batch,
 * embedding]` for each site.
 */
export function translatorTrainingGraph(
  architecture: GruTranslatorArchitecture,
  shape: BatchShape,
  options: TrainingGraphOptions,
): TrainingGraph {
  const { batch, source, target } = shape;
  const { embedding, hidden } = architecture;
  const graph = new Graph(`gru translator, ${batch} pairs of ${source} → ${target} tokens`);
  const parameters = parameterInputs(graph, translatorParameters(architecture));
  const parameter = sourceOf(parameters);
  const dropped = (site: DropoutSite, x: Value, steps: number): Value =>
    options.dropout ? mul(x, graph.input(`dropout.${site}`, 'float32', [steps * batch, embedding])) : x;

  const sourceIds = graph.input('source', 'int64', [source, batch]);
  const sourceMask = graph.input('source_mask', 'float32', [source * batch, 1]);
  const sourceBias = graph.input('source_bias', 'float32', [batch, source]);
  const words = reshape(embed(parameter('source.embedding'), sourceIds), [source * batch, embedding]);
  const { memory, start } = encode(parameter, dropped('source', words, source), sourceMask, {
    batch,
    source,
    hidden,
  });
  const keys = reshape(attentionKeys(parameter, reshape(memory, [batch * source, 2 * hidden])), [
    batch,
    source,
    architecture.attention,
  ]);

  const targetIds = graph.input('target', 'int64', [target, batch]);
  const previous = dropped(
    'target',
    reshape(embed(parameter('target.embedding'), targetIds), [target * batch, embedding]),
    target,
  );
  const shares = chunk(gateInputs(parameter, 'decoder', previous), 0, target);
  const states: Value[] = [];
  const contexts: Value[] = [];
  const attention: Value[] = [];
  let state = start;
  for (const share of shares) {
    const { weights, context } = attend(parameter, state, keys, memory, sourceBias);
    const gates = cutGates(addGateInputs(context, parameter('decoder.context'), share));
    state = gruStep(parameter, 'decoder', gates, state);
    states.push(state);
    contexts.push(context);
    attention.push(weights);
  }
  const hiddenWord = readout(parameter, previous, concat(states, 0), concat(contexts, 0));
  const logits = linear(dropped('readout', hiddenWord, target), parameter('target.embedding'), parameter('output.bias'));
  const labels = graph.input('labels', 'int64', [target * batch]);
  const labelWeights = graph.input('label_weights', 'float32', [target * batch]);
  const losses = smoothedCrossEntropy(logits, labels, labelWeights, options.labelSmoothing);
  return { graph, parameters, attention, ...losses };
}

interface EncoderShape {
  readonly batch: number;
  readonly source: number;
  readonly hidden: number;
}

/**
 * Annotations `h_j = [→h_j; ←h_j]` as memory `[batch, source, 2·hidden]`, and the decoder's first state
 * `tanh(W_s ←h_1)` (Bahdanau 2014, appendix A.2.2).
 */
function encode(
  parameter: ParameterSource,
  words: Value,
  mask: Value,
  { batch, source, hidden }: EncoderShape,
): { memory: Value; start: Value } {
  const zero = filled(words, [batch, hidden], 0);
  const masks = chunk(mask, 0, source);
  const forward = unrollGru(parameter, 'encoder.forward', words, zero, { steps: source, reverse: false });
  const backward = unrollGru(parameter, 'encoder.backward', words, zero, { steps: source, reverse: true, mask: masks });
  const sideBySide = (states: readonly Value[]): Value =>
    concat(states.map(state => reshape(state, [batch, 1, hidden])), 1);
  const [first] = backward;
  if (first === undefined) throw new Error('an empty source');
  return {
    memory: concat([sideBySide(forward), sideBySide(backward)], 2),
    start: tanh(linear(first, parameter('start.weight'), parameter('start.bias'))),
  };
}

/** `tanh(W_y y_{t−1} + W_s s_t + W_c c_t + b)`, `[rows, embedding]`. */
export function readout(parameter: ParameterSource, previous: Value, state: Value, context: Value): Value {
  const word = linear(previous, parameter('readout.word'), parameter('readout.bias'));
  const withState = gemm(state, parameter('readout.state'), word, { transB: true });
  return tanh(gemm(context, parameter('readout.context'), withState, { transB: true }));
}
