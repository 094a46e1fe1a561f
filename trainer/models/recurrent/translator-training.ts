/** The training graph: fixed lengths, unrolled, teacher-forced, from token ids to the loss. */
import { Graph } from '../../graph/graph.ts';
import { filled } from '../../graph/operators/constants.ts';
import { add, mul } from '../../graph/operators/elementwise.ts';
import { embed } from '../../graph/operators/lookup.ts';
import { mean, sum } from '../../graph/operators/reduce.ts';
import { chunk, concat, reshape } from '../../graph/operators/shape.ts';
import { lengthOf, type Value } from '../../graph/value.ts';
import { coverageLoss } from '../attention/coverage.ts';
import { withGuidance } from '../guided-alignment.ts';
import { parameterInputs, sourceOf } from '../parameters.ts';
import { smoothedCrossEntropy } from '../smoothed-cross-entropy.ts';
import type { BatchShape, TrainingGraph, TrainingGraphOptions } from '../training-graph.ts';
import { layerName } from './cell.ts';
import { Decoder, type DecoderState, type DecoderStep } from './decoder.ts';
import { type Dropout, encode } from './encoder.ts';
import { decoderStart, summaryOf } from './start.ts';
import { recurrentTranslatorParameters, type RecurrentTranslatorArchitecture, translatorAttention } from './translator.ts';

/**
 * Inputs, time-major: `source` int64 `[source, batch]`; `source_mask` `[source · batch, 1]`, 1 on real tokens;
 * `source_bias` `[batch, source]`, 0 on real tokens, −1e9 on padding; `target` int64 `[target, batch]`, beginning with
 * the start token; `labels` int64 `[target · batch]`, ending with the end token; `label_weights` `[target · batch]`:
 * 1 / (number of real tokens) on real tokens, 0 on padding.
 *
 * With dropout (Zaremba et al. 2014: on what flows between layers, never on the recurrent state) also `dropout.<site>`
 * `[time · batch, features]`, the sites being `source`, `target`, `readout`, and each layer above a first one. Hard
 * attention takes `gumbel.attention` `[target · batch, source]`; where it is 0, it attends as a checkpoint does.
 * @throws where guidance is asked of a translator that attends to nothing
 */
export function recurrentTranslatorTrainingGraph(
  architecture: RecurrentTranslatorArchitecture,
  shape: BatchShape,
  options: TrainingGraphOptions,
): TrainingGraph {
  const { batch, source, target } = shape;
  const { embedding, order } = architecture;
  const graph = new Graph(`recurrent translator, ${batch} pairs of ${source} → ${target} tokens`);
  const parameters = parameterInputs(graph, recurrentTranslatorParameters(architecture));
  const parameter = sourceOf(parameters);
  const mask = (site: string, rows: number, features: number): Value => graph.input(`dropout.${site}`, 'float32', [rows, features]);
  const dropout: Dropout = (site, x) => (options.dropout ? mul(x, mask(site, lengthOf(x, 0), lengthOf(x, 1))) : x);

  const sourceIds = graph.input('source', 'int64', [source, batch]);
  const sourceMask = graph.input('source_mask', 'float32', [source * batch, 1]);
  const bias = graph.input('source_bias', 'float32', [batch, source]);
  const words = dropout('source', reshape(embed(parameter('source.embedding'), sourceIds), [source * batch, embedding]));
  const encoded = encode(architecture, parameter, words, sourceMask, { batch, source, dropout });
  const attention = translatorAttention(architecture);
  const keys = attention?.keys(parameter, encoded.annotations, {
    positions: () => graph.constant('float32', [1, source], Float32Array.from({ length: source }, (_, index) => index)),
    lengths: () => sum(reshape(sourceMask, [source, batch, 1]), [0], { keepAxes: false }),
  });

  const targetIds = graph.input('target', 'int64', [target, batch]);
  const previous = dropout('target', reshape(embed(parameter('target.embedding'), targetIds), [target * batch, embedding]));
  const decoder = new Decoder(architecture, parameter);
  const between = layerMasks(architecture, target, options.dropout ? site => mask(site, target * batch, architecture.hidden) : undefined);
  const noise = architecture.attention.score === 'hard' ? graph.input('gumbel.attention', 'float32', [target * batch, source]) : undefined;
  const noises = noise && chunk(noise, 0, target);
  const zeros = (features: number): Value => filled(words, [batch, features], 0);
  let state: DecoderState = {
    layers: decoderStart(architecture, parameter, encoded),
    fed: architecture.inputFeeding ? zeros(embedding) : undefined,
    summary: attention === undefined ? summaryOf(encoded) : undefined,
    coverage: architecture.coverage > 0 ? zeros(source) : undefined,
  };
  const steps: DecoderStep[] = [];
  const covered: Value[] = [];
  for (const [time, gates] of chunk(decoder.wordGates(previous), 0, target).entries()) {
    if (state.coverage !== undefined) covered.push(state.coverage);
    const step = decoder.step({ state, gates, keys, options: { bias, noise: noises?.[time] }, dropout: between(time) });
    steps.push(step);
    state = step.state;
  }

  const all = (part: (step: DecoderStep) => Value | undefined): Value => concat(steps.flatMap(step => part(step) ?? []), 0);
  const readout = architecture.inputFeeding
    ? all(({ fed }) => fed)
    : decoder.readout(all(({ output }) => output), all(({ context }) => context), order === 'before' ? previous : undefined);
  const logits = decoder.logits(dropout('readout', readout));
  const labels = graph.input('labels', 'int64', [target * batch]);
  const labelWeights = graph.input('label_weights', 'float32', [target * batch]);
  const losses = smoothedCrossEntropy(logits, labels, labelWeights, options.labelSmoothing);
  let { loss } = losses;
  if (covered.length > 0) {
    const again = coverageLoss(all(({ attended }) => attended?.weights), concat(covered, 0), labelWeights);
    loss = add(loss, mul(again, architecture.coverage));
  }
  if (options.guided !== undefined && options.guided > 0) {
    if (attention === undefined) throw new Error('attention.score is "none": there is nothing to guide');
    const looked = all(({ attended }) => attended?.distribution ?? attended?.weights);
    loss = withGuidance(loss, looked.rank === 2 ? looked : mean(looked, [1], { keepAxes: false }), options.guided);
  }
  return { graph, parameters, attention: steps.flatMap(({ attended }) => attended?.weights ?? []), ...losses, loss };
}

/** Masks between the decoder's layers, one a layer for all steps, cut into steps. */
function layerMasks(
  { decoderLayers }: RecurrentTranslatorArchitecture,
  steps: number,
  mask: ((site: string) => Value) | undefined,
): (time: number) => (layer: number, x: Value) => Value {
  if (mask === undefined) return () => (_layer, x) => x;
  const masks = Array.from({ length: decoderLayers }, (_, layer) => (layer === 0 ? [] : chunk(mask(layerName('decoder', layer)), 0, steps)));
  return time => (layer, x) => {
    const own = masks[layer]?.[time];
    return own === undefined ? x : mul(x, own);
  };
}
