/** What a training step must know of an architecture. */
import { type GruTranslatorArchitecture, translatorParameters } from '../models/gru-translator.ts';
import { translatorTrainingGraph } from '../models/gru-translator-training.ts';
import type { ParameterSpec } from '../models/parameters.ts';
import type { BatchShape, TrainingGraph, TrainingGraphOptions } from '../models/training-graph.ts';
import { transformerParameters, type TransformerTranslatorArchitecture } from '../models/transformer-translator.ts';
import { transformerTrainingGraph } from '../models/transformer-translator-training.ts';

export interface StepModel {
  readonly parameters: readonly ParameterSpec[];
  /** Features of an embedding, and of what a dropout mask covers. */
  readonly width: number;
  /** Rows of all dropout masks together, for one pair. */
  maskRows(lengths: Pick<BatchShape, 'source' | 'target'>): number;
  graph(shape: BatchShape, options: TrainingGraphOptions): TrainingGraph;
}

export function gruStepModel(architecture: GruTranslatorArchitecture): StepModel {
  return {
    parameters: translatorParameters(architecture),
    width: architecture.embedding,
    maskRows: ({ source, target }) => source + 2 * target,
    graph: (shape, options) => translatorTrainingGraph(architecture, shape, options),
  };
}

export function transformerStepModel(architecture: TransformerTranslatorArchitecture): StepModel {
  const { layers, width } = architecture;
  return {
    parameters: transformerParameters(architecture),
    width,
    maskRows: ({ source, target }) => (1 + 2 * layers) * source + (1 + 3 * layers) * target,
    graph: (shape, options) => transformerTrainingGraph(architecture, shape, options),
  };
}
