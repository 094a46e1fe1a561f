/** Language modelling as the training loop sees it: texts in buckets by length, bits per character on held-out ones. */
import { basename } from 'node:path';
import { formatVersion, type LanguageModelManifest } from '../../checkpoints/manifest.ts';
import { saveCheckpoint } from '../../checkpoints/save.ts';
import type { MapPlace } from '../../models/map-place.ts';
import { languageModelOf } from '../../models/model.ts';
import type { Fold } from '../../training/fold.ts';
import type { PlannedBatch, PreparedTask } from '../../training/task.ts';
import { atBucket } from '../at-bucket.ts';
import { filesOf, type LanguageModellingConfig, textSourcesOf } from './config.ts';
import { type LanguageDataset, prepareDataset, specialTokens } from './dataset.ts';
import { planEpoch, planValidation, type TextBatch } from './epoch-plan.ts';
import { padSequences, shapeOf } from './sequence.ts';

/** @throws Failure `bad-config`, `bad-corpus`, `no-such-file`; AbortError */
export async function prepareLanguageModelling(
  config: LanguageModellingConfig,
  file: string,
  print: (line: string) => void,
  signal?: AbortSignal,
  fold?: Fold,
): Promise<PreparedTask> {
  const dataset = await prepareDataset(await textSourcesOf(config, file), config, print, signal, fold);
  return languageModellingTask(config, dataset);
}

export function languageModellingTask(config: LanguageModellingConfig, dataset: LanguageDataset): PreparedTask {
  const { training } = config;
  const model = languageModelOf({ ...config.model, vocabulary: dataset.tokenizer.size });
  const shapes = training.buckets.map(length => shapeOf(length, training.tokensPerBatch));
  const shapeAt = atBucket(shapes);
  const planned = ({ bucket, sequences }: TextBatch): PlannedBatch => ({
    bucket,
    pad: () => padSequences(sequences, shapeAt(bucket), dataset.special),
  });
  return {
    hash: dataset.hash,
    unit: 'tokens',
    model: {
      parameters: model.parameters,
      buckets: shapes.length,
      graph: (bucket, options) => model.training(shapeAt(bucket), options),
    },
    planEpoch: epoch => planEpoch(dataset.train, epoch, training).map(planned),
    planValidation: () => planValidation(dataset.validation, training).map(planned),
    writeModel: (folder, parameters, step) =>
      saveCheckpoint(folder, {
        manifest: manifestOf(config, dataset, model.maps, step),
        tokenizer: dataset.tokenizerJson,
        parameters,
      }),
    inspect: async (folder, probeFile) => {
      const { probeLanguageModel } = await import('./probe.ts');
      return probeLanguageModel(folder, probeFile, dataset.split.validation, training.threads);
    },
  };
}

function manifestOf(config: LanguageModellingConfig, dataset: LanguageDataset, maps: readonly MapPlace[], step: number): LanguageModelManifest {
  return {
    format: 'attention-scope',
    formatVersion,
    id: config.name,
    name: config.title ?? config.name,
    task: 'language-modelling',
    language: config.language,
    files: { decoder: 'decoder.onnx', weights: 'weights.bin', tokenizer: 'tokenizer.json' },
    tokens: specialTokens,
    limits: { tokens: config.training.buckets.at(-1) ?? 1 },
    architecture: { ...config.model, vocabulary: dataset.tokenizer.size },
    attention: [...maps],
    // The last layer mixes what the others found; the one before it looks at words, as in a translator.
    alignment: { layer: Math.max(0, config.model.layers - 2), head: 'mean', shift: 0 },
    precision: 'float32',
    training: {
      // A model is given away: no path of this machine goes with it.
      data: config.data.credit ?? filesOf(config).map(name => basename(name)).join(', '),
      pairs: dataset.split.train.length,
      steps: step,
      scores: {},
      dataHash: dataset.hash,
      ...(config.split !== undefined && { split: config.split }),
    },
  };
}
