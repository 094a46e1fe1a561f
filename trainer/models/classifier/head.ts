/**
 * From what was pooled to the labels, by one linear layer: with nothing bent in between, each label's logit is a sum over
 * positions, `Σ_h Σ_j α_hj (w_h · v_hj) + b`, whose terms are the evidence that each position gave.
 */
import type { Graph } from '../../graph/graph.ts';
import { add, mul } from '../../graph/operators/elementwise.ts';
import { fusedMatmul, linear } from '../../graph/operators/linear.ts';
import { logSoftmax } from '../../graph/operators/normalize.ts';
import { sum } from '../../graph/operators/reduce.ts';
import { reshape, transpose } from '../../graph/operators/shape.ts';
import { lengthOf, type Value } from '../../graph/value.ts';
import type { MapPlace } from '../map-place.ts';
import type { ParameterSource, ParameterSpec } from '../parameters.ts';
import { smoothedCrossEntropy } from '../smoothed-cross-entropy.ts';
import type { StepGraph, TrainingGraphOptions } from '../training-graph.ts';
import type { Dropout } from '../transformer/layer.ts';
import { hopsOf, type Pooled, pooledFeatures, type PoolingArchitecture } from './pooling.ts';
import { redundancy } from './redundancy.ts';

/**
 * Labels finer than the classes, learnt by a layer of their own from what was pooled: what tells them apart tells the classes
 * apart too (Caruana 1997, section 2). The layer is no part of the model.
 */
export interface FinerLabels {
  readonly count: number;
  /** Of their loss. */
  readonly weight: number;
}

export interface ClassifierTrainingOptions extends Pick<TrainingGraphOptions, 'labelSmoothing' | 'dropout'> {
  readonly finer?: FinerLabels | undefined;
}

export interface ClassifierTrainingGraph extends StepGraph {
  /** `[batch, classes]` */
  readonly logProbabilities: Value;
  /** What the pooling attended to, `[batch, hop, position]`. */
  readonly attention: Value;
}

/** @param features of each position */
export function headParameters(classes: number, pooling: PoolingArchitecture, features: number): ParameterSpec[] {
  return [
    { name: 'output.weight', shape: [classes, pooledFeatures(pooling, features)], start: { kind: 'glorot' } },
    { name: 'output.bias', shape: [classes], start: { kind: 'zeros' } },
  ];
}

/** What the layer of finer labels learns. @param features of each position */
export function finerParameters({ count }: FinerLabels, pooling: PoolingArchitecture, features: number): ParameterSpec[] {
  return [
    { name: 'finer.weight', shape: [count, pooledFeatures(pooling, features)], start: { kind: 'glorot' } },
    { name: 'finer.bias', shape: [count], start: { kind: 'zeros' } },
  ];
}

/** Maps of the pooling, a hop being a head. */
export function poolingMaps(pooling: PoolingArchitecture): MapPlace[] {
  return Array.from({ length: hopsOf(pooling) }, (_, head) => ({ kind: 'cross', layer: 0, head, output: 'attention' }));
}

/**
 * The end of a training graph. Takes `labels` int64 `[batch]` and `label_weights` `[batch]`, 0 on rows that are none,
 * which sum to 1; with finer labels also `finer_labels` int64 `[batch]`; and `dropout.pooled` `[batch, pooledFeatures]`.
 */
export function trainHead(
  graph: Graph,
  values: ReadonlyMap<string, Value>,
  parameters: ParameterSource,
  { pooling, pooled, dropout }: { readonly pooling: PoolingArchitecture; readonly pooled: Pooled; readonly dropout: Dropout },
  options: ClassifierTrainingOptions,
): ClassifierTrainingGraph {
  const batch = lengthOf(pooled.vector, 0);
  const labels = graph.input('labels', 'int64', [batch]);
  const labelWeights = graph.input('label_weights', 'float32', [batch]);
  const vector = dropout('pooled', pooled.vector);
  const logits = logitsOf(parameters, vector);
  const losses = smoothedCrossEntropy(logits, labels, labelWeights, options.labelSmoothing);
  const penalty = pooling.kind === 'self-attentive' ? pooling.penalty : 0;
  const redundant = penalty > 0 ? sum(mul(redundancy(pooled.weights), labelWeights), [0], { keepAxes: false }) : undefined;
  const apart = redundant === undefined ? losses.loss : add(losses.loss, mul(redundant, penalty));
  const { finer, labelSmoothing } = options;
  const loss = finer === undefined ? apart : add(apart, mul(finerLoss(graph, parameters, vector, labelWeights, labelSmoothing), finer.weight));
  return { graph, parameters: values, attention: pooled.weights, ...losses, loss };
}

function finerLoss(graph: Graph, parameters: ParameterSource, vector: Value, labelWeights: Value, smoothing: number): Value {
  const labels = graph.input('finer_labels', 'int64', [lengthOf(vector, 0)]);
  const logits = linear(vector, parameters('finer.weight'), parameters('finer.bias'));
  return smoothedCrossEntropy(logits, labels, labelWeights, smoothing).loss;
}

/** The end of an inference graph: `log_probs` `[1, classes]`, `attention` `[1, hop, position]`, `evidence` `[1, classes, position]`. */
export function outputAnswer(graph: Graph, parameters: ParameterSource, pooled: Pooled): void {
  graph.output(logSoftmax(logitsOf(parameters, pooled.vector)), 'log_probs');
  graph.output(pooled.weights, 'attention');
  graph.output(evidenceOf(parameters('output.weight'), pooled), 'evidence');
}

function logitsOf(parameters: ParameterSource, vector: Value): Value {
  return linear(vector, parameters('output.weight'), parameters('output.bias'));
}

/** `Σ_h α_hj (W_h v_hj)`, `[1, classes, position]`: summed over positions, with the bias, the logits. */
function evidenceOf(weight: Value, { weights, values }: Pooled): Value {
  const [classes, hops] = [lengthOf(weight, 0), lengthOf(weights, 1)];
  const byHop = transpose(reshape(weight, [classes, hops, -1]), [1, 0, 2]);
  const each = fusedMatmul(byHop, values, { transB: true });
  const counted = mul(each, reshape(weights, [hops, 1, -1]));
  return reshape(sum(counted, [counted.rank - 3]), [1, classes, -1]);
}
