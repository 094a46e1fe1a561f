/** Labelled images made ready: what their pixels are scaled by, measured on the training part alone. */
import type { PixelScale } from '../../models/classifier/patches.ts';
import type { Fold } from '../../training/fold.ts';
import { countLabels, listedCounts, namesOf, weightsOf } from '../classification/classes.ts';
import type { ImageClassificationConfig, ImageSources } from './config.ts';
import { type ImageExample, type ImageParts, readExamples } from './examples.ts';

export interface Dataset extends ImageParts {
  /** The classes as they are shown. */
  readonly names: readonly string[];
  /** What an example of each class counts in the loss. */
  readonly weights: readonly number[];
  readonly scale: PixelScale;
}

/** @throws Failure `bad-config`, `bad-corpus`, `no-such-file`; AbortError */
export async function prepareDataset(
  sources: ImageSources,
  config: Pick<ImageClassificationConfig, 'data' | 'split' | 'training'>,
  print: (line: string) => void,
  signal?: AbortSignal,
  fold?: Fold,
): Promise<Dataset> {
  const examples = await readExamples(sources, config, print, signal, fold);
  const { parts, labels, format } = examples;
  const counts = countLabels(parts.train);
  const names = namesOf(labels, config.data.labels);
  const weights = weightsOf(labels, labels.map(label => counts.get(label) ?? 0), config.training.classWeights);
  const scale = scaleOf(parts.train);
  print(
    `${parts.train.length} images of ${format.width} × ${format.height} to train on ` +
      `(${listedCounts(labels, names, counts)}), ` +
      `${parts.validation.length} to validate, ${parts.test.length} to test`,
  );
  return { ...examples, names, weights, scale };
}

/** Mean and deviation of all pixels, of values from 0, black, to 1. */
function scaleOf(images: readonly ImageExample[]): PixelScale {
  const counts = new Float64Array(256);
  for (const { pixels } of images) for (const value of pixels) counts[value] = (counts[value] ?? 0) + 1;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const mean = counts.reduce((sum, count, value) => sum + (count * value) / 255, 0) / total;
  const variance = counts.reduce((sum, count, value) => sum + count * (value / 255 - mean) ** 2, 0) / total;
  // Images of one colour only have no deviation, and are no harder to tell apart for that.
  return { mean, deviation: Math.max(0.001, Math.sqrt(variance)) };
}
