/** What every file of an architecture exports, and what its graphs are called. */
import type { ConfigOf } from '../huggingface/config.ts';
import type { KnownModelType } from '../huggingface/architectures.ts';
import type { Graph } from '../graph/graph.ts';
import type { Naming, Weights } from './weights.ts';

/** The names of Optimum's files, without `.onnx`. */
export type GraphRole = 'model' | 'encoder_model' | 'decoder_model' | 'decoder_with_past_model';
export type Graphs = Readonly<Partial<Record<GraphRole, Graph>>>;

export interface Architecture<Type extends KnownModelType> {
  readonly naming: Naming;
  /**
   * The graphs of such a model, with the inputs and outputs that Optimum's exports have.
   * @throws Failure `broken-model` where a tensor is missing or of another shape than the config says, or where the config asks
   *   for what nothing here computes
   */
  build(config: ConfigOf<Type>, weights: Weights): Graphs;
}
