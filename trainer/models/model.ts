/** Every architecture by its kind: its parameters, training graphs, and the graphs that a checkpoint is made of. */
import type { Graph } from '../graph/graph.ts';
import { imageClassifier } from './classifier/image-classifier-inference.ts';
import { imageClassifierTrainingGraph } from './classifier/image-classifier-training.ts';
import { imageClassifierMaps, imageClassifierParameters, type ImageClassifierArchitecture } from './classifier/image-classifier.ts';
import {
  imageClassifierProblems,
  type ImageClassifierSettings,
  textClassifierProblems,
  type TextClassifierSettings,
} from './classifier/problems.ts';
import { textClassifier } from './classifier/text-classifier-inference.ts';
import { textClassifierTrainingGraph, textClassifierTrainingParameters } from './classifier/text-classifier-training.ts';
import type { FinerLabels } from './classifier/head.ts';
import { textClassifierMaps, textClassifierParameters, type TextClassifierArchitecture } from './classifier/text-classifier.ts';
import type { MapPlace } from './map-place.ts';
import type { ParameterSpec, StoreParameter } from './parameters.ts';
import { recurrentTranslatorProblems } from './recurrent/problems.ts';
import { recurrentTranslatorDecoder, recurrentTranslatorEncoder } from './recurrent/translator-inference.ts';
import { recurrentTranslatorTrainingGraph } from './recurrent/translator-training.ts';
import { recurrentTranslatorMaps, recurrentTranslatorParameters, type RecurrentTranslatorArchitecture } from './recurrent/translator.ts';
import type { BatchShape, StepGraph, TrainingGraph, TrainingGraphOptions } from './training-graph.ts';
import { transformerLanguageModelDecoder } from './transformer/language-model-inference.ts';
import { type LanguageModelTrainingGraph, transformerLanguageModelTrainingGraph } from './transformer/language-model-training.ts';
import { transformerLanguageModelMaps, transformerLanguageModelParameters, type TransformerLanguageModelArchitecture } from './transformer/language-model.ts';
import { transformerProblems } from './transformer/sizes.ts';
import { transformerTranslatorDecoder, transformerTranslatorEncoder } from './transformer/translator-inference.ts';
import { transformerTranslatorTrainingGraph } from './transformer/translator-training.ts';
import { transformerTranslatorMaps, transformerTranslatorParameters, type TransformerTranslatorArchitecture } from './transformer/translator.ts';

/** Writes a sequence from another. */
export type TranslatorArchitecture = RecurrentTranslatorArchitecture | TransformerTranslatorArchitecture;
export type ClassifierArchitecture = TextClassifierArchitecture | ImageClassifierArchitecture;
/** Continues a text. */
export type LanguageModelArchitecture = TransformerLanguageModelArchitecture;
export type Architecture = TranslatorArchitecture | ClassifierArchitecture | LanguageModelArchitecture;

/** An architecture without what the corpus decides. */
export type ArchitectureSettings<A extends Architecture = Architecture> = A extends TextClassifierArchitecture
  ? TextClassifierSettings
  : A extends ImageClassifierArchitecture
    ? ImageClassifierSettings
    : A extends unknown
      ? Omit<A, 'vocabulary'>
      : never;

export interface TranslatorModel {
  readonly parameters: readonly ParameterSpec[];
  readonly maps: readonly MapPlace[];
  training(shape: BatchShape, options: TrainingGraphOptions): TrainingGraph;
}

export function translatorOf(architecture: TranslatorArchitecture): TranslatorModel {
  switch (architecture.kind) {
    case 'recurrent-translator':
      return {
        parameters: recurrentTranslatorParameters(architecture),
        maps: recurrentTranslatorMaps(architecture),
        training: (shape, options) => recurrentTranslatorTrainingGraph(architecture, shape, options),
      };
    case 'transformer-translator':
      return {
        parameters: transformerTranslatorParameters(architecture),
        maps: transformerTranslatorMaps(architecture),
        training: (shape, options) => transformerTranslatorTrainingGraph(architecture, shape, options),
      };
  }
}

/** @param Shape of a batch: its size, and of texts how long they are */
export interface ClassifierModel<Shape> {
  readonly parameters: readonly ParameterSpec[];
  readonly maps: readonly MapPlace[];
  training(shape: Shape, options: TrainingGraphOptions): StepGraph;
}

/** @param finer labels that are learnt beside the classes, if there are any */
export function textClassifierOf(architecture: TextClassifierArchitecture, finer?: FinerLabels): ClassifierModel<Pick<BatchShape, 'batch' | 'source'>> {
  return {
    parameters: textClassifierTrainingParameters(architecture, { finer }),
    maps: textClassifierMaps(architecture),
    training: (shape, options) => textClassifierTrainingGraph(architecture, shape, { ...options, finer }),
  };
}

export function imageClassifierOf(architecture: ImageClassifierArchitecture): ClassifierModel<Pick<BatchShape, 'batch'>> {
  return {
    parameters: imageClassifierParameters(architecture),
    maps: imageClassifierMaps(architecture),
    training: (shape, options) => imageClassifierTrainingGraph(architecture, shape, options),
  };
}

export interface LanguageModelParts {
  readonly parameters: readonly ParameterSpec[];
  readonly maps: readonly MapPlace[];
  training(shape: Pick<BatchShape, 'batch' | 'target'>, options: TrainingGraphOptions): LanguageModelTrainingGraph;
}

export function languageModelOf(architecture: LanguageModelArchitecture): LanguageModelParts {
  return {
    parameters: transformerLanguageModelParameters(architecture),
    maps: transformerLanguageModelMaps(architecture),
    training: (shape, options) => transformerLanguageModelTrainingGraph(architecture, shape, options),
  };
}

export function parametersOf(architecture: Architecture): readonly ParameterSpec[] {
  switch (architecture.kind) {
    case 'text-classifier':
      return textClassifierParameters(architecture);
    case 'image-classifier':
      return imageClassifierParameters(architecture);
    case 'transformer-language-model':
      return transformerLanguageModelParameters(architecture);
    default:
      return translatorOf(architecture).parameters;
  }
}

/** The graphs of a checkpoint, by the role that its manifest gives their files. */
export function graphsOf(architecture: Architecture, store: StoreParameter): Readonly<Record<string, Graph>> {
  switch (architecture.kind) {
    case 'recurrent-translator':
      return { encoder: recurrentTranslatorEncoder(architecture, store), decoder: recurrentTranslatorDecoder(architecture, store) };
    case 'transformer-translator':
      return { encoder: transformerTranslatorEncoder(architecture, store), decoder: transformerTranslatorDecoder(architecture, store) };
    case 'text-classifier':
      return { classifier: textClassifier(architecture, store) };
    case 'image-classifier':
      return { classifier: imageClassifier(architecture, store) };
    case 'transformer-language-model':
      return { decoder: transformerLanguageModelDecoder(architecture, store) };
  }
}

/** What cannot be about an architecture, each by the config's key, what was found and what fits; empty where all is well. */
export function architectureProblems(architecture: ArchitectureSettings): string[] {
  switch (architecture.kind) {
    case 'recurrent-translator':
      return recurrentTranslatorProblems(architecture);
    case 'transformer-translator':
    case 'transformer-language-model':
      return transformerProblems(architecture);
    case 'text-classifier':
      return textClassifierProblems(architecture);
    case 'image-classifier':
      return imageClassifierProblems(architecture);
  }
}
