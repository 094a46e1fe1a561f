/** Classification of texts as the training loop sees it: texts in buckets by length, accuracy on held-out ones. */
import { basename } from 'node:path';
import { Failure } from '../../../protocol/failure.ts';
import { formatVersion, type TextClassificationManifest } from '../../checkpoints/manifest.ts';
import { saveCheckpoint } from '../../checkpoints/save.ts';
import { textClassifierProblems } from '../../models/classifier/problems.ts';
import type { MapPlace } from '../../models/map-place.ts';
import { textClassifierOf } from '../../models/model.ts';
import type { Fold } from '../../training/fold.ts';
import { Random } from '../../training/random.ts';
import type { PlannedBatch, PreparedTask } from '../../training/task.ts';
import { atBucket } from '../at-bucket.ts';
import { padTexts } from './batch.ts';
import { type ClassificationConfig, filesOf, labelledSourcesOf, longestText } from './config.ts';
import { type Dataset, prepareDataset, specialTokens } from './dataset.ts';
import { planEpoch, planValidation, shapeOf } from './epoch-plan.ts';

/** @throws Failure `bad-config`, `bad-corpus`, `no-such-file`; AbortError */
export async function prepareClassification(
  config: ClassificationConfig,
  file: string,
  print: (line: string) => void,
  signal?: AbortSignal,
  fold?: Fold,
): Promise<PreparedTask> {
  const problems = textClassifierProblems(config.model, longestText(config));
  if (problems.length > 0) {
    const message = `${file} cannot be used: ${problems.map(problem => `"model": ${problem}`).join('; ')}.`;
    throw new Failure('bad-config', message, 'Correct the keys named and run again; docs/training.md explains each.');
  }
  return classificationTask(config, await prepareDataset(await labelledSourcesOf(config, file), config, print, signal, fold));
}

function classificationTask(config: ClassificationConfig, dataset: Dataset): PreparedTask {
  const { training } = config;
  const finer = dataset.finer.length === 0 ? undefined : { count: dataset.finer.length, weight: training.finer };
  const model = textClassifierOf(architectureOf(config, dataset), finer);
  const shapes = training.buckets.map(length => shapeOf(length, training.tokensPerBatch));
  const shapeAt = atBucket(shapes);
  const { weights, special } = dataset;
  const hidingAt = (epoch: number, index: number): { mask: number; share: number; random: Random } | undefined =>
    training.wordDropout === 0
      ? undefined
      : { mask: special.mask, share: training.wordDropout, random: new Random(training.seed, 'words', epoch, index) };
  return {
    hash: dataset.hash,
    unit: 'examples',
    model: {
      parameters: model.parameters,
      buckets: shapes.length,
      graph: (bucket, options) => model.training(shapeAt(bucket), options),
    },
    planEpoch: epoch =>
      planEpoch(dataset.train, epoch, training).map(({ bucket, examples }, index): PlannedBatch => ({
        bucket,
        pad: () => padTexts(examples, shapeAt(bucket), { pad: special.pad, weights, finer: finer !== undefined, hiding: hidingAt(epoch, index) }),
      })),
    // What is held out is measured as it is: each text the same, whatever its class.
    planValidation: () =>
      planValidation(dataset.validation, training).map(({ bucket, examples }): PlannedBatch => ({
        bucket,
        pad: () => padTexts(examples, shapeAt(bucket), { pad: special.pad, weights: [], finer: finer !== undefined }),
      })),
    writeModel: (folder, parameters, step) =>
      saveCheckpoint(folder, {
        manifest: manifestOf(config, dataset, model.maps, step),
        tokenizer: dataset.tokenizerJson,
        parameters,
      }),
    inspect: async (folder, probeFile) => {
      const { probeCheckpoint } = await import('./probe.ts');
      return probeCheckpoint(folder, probeFile, dataset, training.threads);
    },
  };
}

function architectureOf(config: ClassificationConfig, { tokenizer, labels }: Dataset): TextClassificationManifest['architecture'] {
  return { ...config.model, vocabulary: tokenizer.size, classes: labels.length };
}

function manifestOf(config: ClassificationConfig, dataset: Dataset, maps: readonly MapPlace[], step: number): TextClassificationManifest {
  return {
    format: 'attention-scope',
    formatVersion,
    id: config.name,
    name: config.title ?? config.name,
    task: 'classification',
    language: config.language,
    labels: [...dataset.names],
    files: { classifier: 'classifier.onnx', weights: 'weights.bin', tokenizer: 'tokenizer.json' },
    tokens: { ...specialTokens },
    lowercase: config.vocabulary.lowercase,
    spell: config.vocabulary.spell,
    limits: { sourceTokens: longestText(config) },
    architecture: architectureOf(config, dataset),
    attention: [...maps],
    precision: 'float32',
    training: {
      // A model is given away: no path of this machine goes with it.
      data: config.data.credit ?? filesOf(config).map(name => basename(name)).join(', '),
      pairs: dataset.train.length,
      steps: step,
      scores: {},
      dataHash: dataset.hash,
      leftOut: dataset.left,
      ...(config.split !== undefined && { split: config.split }),
    },
  };
}
