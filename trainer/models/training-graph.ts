/** What the training graphs of all translators have in common. */
import type { Value } from '../graph/value.ts';
import type { Graph } from '../graph/graph.ts';

export interface BatchShape {
  readonly batch: number;
  readonly source: number;
  readonly target: number;
}

export interface TrainingGraphOptions {
  /** Probability taken from the right label and spread over all (Szegedy et al. 2016, section 7). */
  readonly labelSmoothing: number;
  /** Whether the graph takes dropout masks, one a site, as inputs named `dropout.<site>`. */
  readonly dropout: boolean;
  /** Weight λ of the guided alignment loss; the graph then takes `alignment` `[target · batch, source]`, time-major. */
  readonly guided?: number | undefined;
}

/** What a training step needs of any model: the loss and what it is a function of. */
export interface StepGraph {
  readonly graph: Graph;
  readonly parameters: ReadonlyMap<string, Value>;
  /** What is minimised: the mean smoothed loss over the batch's real tokens. */
  readonly loss: Value;
  /** The mean negative log-likelihood, without smoothing. */
  readonly likelihood: Value;
}

export interface TrainingGraph extends StepGraph {
  /** Log-probabilities of every next token, time-major: `[target · batch, vocabulary]`. */
  readonly logProbabilities: Value;
  /**
   * Cross-attention: of an RNN one a step, `[batch, source]`, of several heads `[batch, head, source]`; of a Transformer one
   * a layer, `[batch, head, target, source]`.
   */
  readonly attention: readonly Value[];
}
