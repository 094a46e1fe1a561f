/** Something to train for a while: an architecture and the shape of its batches, filled at random to the last place. */
import * as z from 'zod';
import { patchFeatures } from '../../trainer/models/classifier/patches.ts';
import { type Architecture, imageClassifierOf, languageModelOf, parametersOf, textClassifierOf, translatorOf } from '../../trainer/models/model.ts';
import type { BatchShape, StepGraph, TrainingGraphOptions } from '../../trainer/models/training-graph.ts';
import { padTexts } from '../../trainer/tasks/classification/batch.ts';
import { layImages } from '../../trainer/tasks/image-classification/batch.ts';
import { padSequences } from '../../trainer/tasks/language-modelling/sequence.ts';
import { padBatch } from '../../trainer/training/batch.ts';
import { commonTraining } from '../../trainer/training/common-config.ts';
import { Random } from '../../trainer/training/random.ts';
import type { PaddedBatch, PlannedBatch, StepModel } from '../../trainer/training/task.ts';

export interface Exercise {
  readonly name: string;
  readonly architecture: Architecture;
  /** Classifiers have no target, and images no source either. */
  readonly shape: BatchShape;
}

export const special = { pad: 0, start: 1, end: 2 } as const;
/** Ids below it are no words. */
const firstWord = 3;
/** Batches that steps go round in. */
export const differentBatches = 4;

/** As translators are trained; both sides of a race. */
export const settings = z.object(commonTraining).parse({ epochs: 1, learningRate: 5e-4, warmupSteps: 100, schedule: { kind: 'linear' }, threads: 2 });

export function stepModelOf({ architecture, shape }: Exercise): StepModel {
  return { parameters: parametersOf(architecture), buckets: 1, graph: (_, options) => graphOf(architecture, shape, options) };
}

function graphOf(architecture: Architecture, shape: BatchShape, options: TrainingGraphOptions): StepGraph {
  switch (architecture.kind) {
    case 'text-classifier':
      return textClassifierOf(architecture).training(shape, options);
    case 'image-classifier':
      return imageClassifierOf(architecture).training(shape, options);
    case 'transformer-language-model':
      return languageModelOf(architecture).training(shape, options);
    default:
      return translatorOf(architecture).training(shape, options);
  }
}

/** Batches whose every place is filled, the same each time they are asked for. */
export function batchesOf({ architecture, shape }: Exercise, count: number): PlannedBatch[] {
  const random = new Random(1, 'exercise');
  return Array.from({ length: count }, () => {
    const pad = drawBatch(architecture, shape, random);
    return { bucket: 0, pad };
  });
}

function drawBatch(architecture: Architecture, shape: BatchShape, random: Random): () => PaddedBatch {
  const { batch, source, target } = shape;
  const each = <T>(draw: () => T): T[] => Array.from({ length: batch }, draw);
  const words = (length: number, vocabulary: number): number[] =>
    Array.from({ length }, () => firstWord + random.below(vocabulary - firstWord));
  switch (architecture.kind) {
    case 'text-classifier': {
      const { vocabulary, classes } = architecture;
      const texts = each(() => ({ ids: words(source, vocabulary), label: random.below(classes) }));
      return () => padTexts(texts, shape, { pad: special.pad, weights: [] });
    }
    case 'image-classifier': {
      const { height, width, channels, classes } = architecture;
      const pixels = (): Uint8Array => Uint8Array.from({ length: height * width * channels }, () => random.below(256));
      const images = each(() => ({ pixels: pixels(), label: random.below(classes) }));
      return () => layImages(images, batch, architecture, { mean: 0.5, deviation: 0.3 }, []);
    }
    case 'transformer-language-model': {
      const sequences = each(() => [special.start, ...words(target - 1, architecture.vocabulary), special.end]);
      return () => padSequences(sequences, shape, special);
    }
    default: {
      const { vocabulary } = architecture;
      const pairs = each(() => ({ source: [...words(source - 1, vocabulary), special.end], target: words(target - 1, vocabulary) }));
      return () => padBatch(pairs, shape, special);
    }
  }
}

/** What the other side trains, as JSON. */
export function torchPlan(exercise: Exercise): object {
  const { architecture, shape } = exercise;
  const tensors = batchesOf(exercise, differentBatches).map(planned => Object.entries(planned.pad().tensors));
  return {
    architecture,
    settings,
    parameters: parametersOf(architecture),
    batch: shape.batch,
    features: architecture.kind === 'image-classifier' ? patchFeatures(architecture) : 0,
    batches: tensors.map(batch => Object.fromEntries(batch.map(([name, data]) => [name, Array.from(data, Number)]))),
  };
}
