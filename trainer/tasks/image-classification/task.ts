/** Classification of images as the training loop sees it: batches of one shape, accuracy on held-out images. */
import { basename } from 'node:path';
import { Failure } from '../../../protocol/failure.ts';
import { formatVersion, type ImageClassificationManifest } from '../../checkpoints/manifest.ts';
import { saveCheckpoint } from '../../checkpoints/save.ts';
import { imageClassifierProblems } from '../../models/classifier/problems.ts';
import type { MapPlace } from '../../models/map-place.ts';
import { imageClassifierOf } from '../../models/model.ts';
import type { Fold } from '../../training/fold.ts';
import { Random } from '../../training/random.ts';
import type { PlannedBatch, PreparedTask } from '../../training/task.ts';
import { augment } from './augment.ts';
import { type EncodedImage, layImages } from './batch.ts';
import { filesOf, type ImageClassificationConfig, imageSourcesOf } from './config.ts';
import { type Dataset, prepareDataset } from './dataset.ts';
import type { ImageExample } from './examples.ts';

/** @throws Failure `bad-config`, `bad-corpus`, `no-such-file`; AbortError */
export async function prepareImageClassification(
  config: ImageClassificationConfig,
  file: string,
  print: (line: string) => void,
  signal?: AbortSignal,
  fold?: Fold,
): Promise<PreparedTask> {
  const dataset = await prepareDataset(await imageSourcesOf(config, file), config, print, signal, fold);
  const problems = imageClassifierProblems(config.model, dataset.format);
  if (problems.length > 0) {
    const message = `${file} cannot be used: ${problems.map(problem => `"model": ${problem}`).join('; ')}.`;
    throw new Failure('bad-config', message, 'Correct the keys named and run again; docs/training.md explains each.');
  }
  return imageClassificationTask(config, dataset);
}

function imageClassificationTask(config: ImageClassificationConfig, dataset: Dataset): PreparedTask {
  const { training } = config;
  const { parts, labels, format, scale, weights } = dataset;
  const architecture = architectureOf(config, dataset);
  const model = imageClassifierOf(architecture);
  const encode = ({ pixels, label }: ImageExample): EncodedImage => ({ pixels, label: labels.indexOf(label) });
  const inBatches = (images: readonly ImageExample[], pad: (part: readonly ImageExample[], index: number) => EncodedImage[], counted: readonly number[]): PlannedBatch[] =>
    Array.from({ length: Math.ceil(images.length / training.batchSize) }, (_, index) => {
      const part = images.slice(index * training.batchSize, (index + 1) * training.batchSize);
      return { bucket: 0, pad: () => layImages(pad(part, index), training.batchSize, architecture, scale, counted) };
    });
  return {
    hash: dataset.hash,
    unit: 'examples',
    model: {
      parameters: model.parameters,
      buckets: 1,
      graph: (_, options) => model.training({ batch: training.batchSize }, options),
    },
    planEpoch: epoch => {
      const order = new Random(training.seed, 'epoch', epoch).shuffle([...parts.train]);
      const changed = (part: readonly ImageExample[], index: number): EncodedImage[] => {
        const random = new Random(training.seed, 'augment', epoch, index);
        return part.map(encode).map(image => ({ ...image, pixels: augment(image.pixels, format, training.augment, random) }));
      };
      return inBatches(order, changed, weights);
    },
    // What is held out is measured as it is: each image the same, whatever its class.
    planValidation: () => inBatches(parts.validation, part => part.map(encode), []),
    writeModel: (folder, parameters, step) =>
      saveCheckpoint(folder, { manifest: manifestOf(config, dataset, model.maps, step), parameters }),
    inspect: async (folder, probeFile) => {
      const { probeCheckpoint } = await import('./probe.ts');
      return probeCheckpoint(folder, probeFile, dataset, training.threads);
    },
  };
}

function architectureOf(config: ImageClassificationConfig, { labels, format }: Dataset): ImageClassificationManifest['architecture'] {
  return { ...config.model, classes: labels.length, ...format };
}

function manifestOf(config: ImageClassificationConfig, dataset: Dataset, maps: readonly MapPlace[], step: number): ImageClassificationManifest {
  return {
    format: 'attention-scope',
    formatVersion,
    id: config.name,
    name: config.title ?? config.name,
    task: 'image-classification',
    labels: [...dataset.names],
    files: { classifier: 'classifier.onnx', weights: 'weights.bin' },
    pixels: { ...dataset.scale, invert: config.data.invert },
    architecture: architectureOf(config, dataset),
    attention: [...maps],
    precision: 'float32',
    training: {
      // A model is given away: no path of this machine goes with it.
      data: config.data.credit ?? filesOf(config).map(name => basename(name)).join(', '),
      pairs: dataset.parts.train.length,
      steps: step,
      scores: {},
      dataHash: dataset.hash,
      leftOut: dataset.left,
      ...(config.split !== undefined && { split: config.split }),
    },
  };
}
