/** What all tasks that write a sequence from another have in common for the training loop: pairs in buckets by length. */
import { basename } from 'node:path';
import { formatVersion, type SequenceManifest } from '../checkpoints/manifest.ts';
import { saveCheckpoint } from '../checkpoints/save.ts';
import type { MapPlace } from '../models/map-place.ts';
import { translatorOf } from '../models/model.ts';
import { padBatch, shapeOf } from '../training/batch.ts';
import type { CommonConfig } from '../training/common-config.ts';
import type { Inspection, PlannedBatch, PreparedTask } from '../training/task.ts';
import { atBucket } from './at-bucket.ts';
import { bucketsOf, type TranslationConfig } from './translation/config.ts';
import type { Dataset } from './translation/dataset.ts';
import { specialTokens } from './translation/encoder.ts';
import { type PairBatch, planEpoch, planValidation } from './translation/epoch-plan.ts';
import type { StreamedPairs } from './translation/streamed/dataset.ts';

/** What is trained of a config, whatever the pairs are. */
export interface SequenceConfig extends CommonConfig, Pick<TranslationConfig, 'model' | 'split'> {
  readonly training: TranslationConfig['training'];
}

/** Pairs made ready. */
export interface SequenceDataset extends Omit<Dataset, 'split' | 'train'> {
  readonly train: Dataset['train'] | StreamedPairs;
}

/** What a task adds. */
export interface SequenceParts {
  readonly manifest: (maps: readonly MapPlace[], step: number) => SequenceManifest;
  readonly inspect: (folder: string, probeFile: string) => Promise<Inspection>;
}

export function sequenceTask({ model: settings, training, ...config }: SequenceConfig, dataset: SequenceDataset, parts: SequenceParts): PreparedTask {
  const model = translatorOf({ ...settings, vocabulary: dataset.tokenizer.size });
  const buckets = bucketsOf({ ...config, training });
  const shapes = buckets.map(bucket => shapeOf(bucket, training.tokensPerBatch));
  const plan = { ...training, buckets };
  const shapeAt = atBucket(shapes);
  const planned = ({ bucket, pairs }: PairBatch): PlannedBatch => ({
    bucket,
    pad: () => padBatch(pairs, shapeAt(bucket), dataset.special, training.guidedAlignment > 0),
  });
  const { train } = dataset;
  return {
    hash: dataset.hash,
    unit: 'tokens',
    model: {
      parameters: model.parameters,
      buckets: shapes.length,
      graph: (bucket, options) => model.training(shapeAt(bucket), options),
    },
    ...('plan' in train
      ? { planEpoch: epoch => each(train.plan(epoch), planned), batchesPerEpoch: train.batchesPerEpoch, release: () => train.remove() }
      : { planEpoch: epoch => planEpoch(train, epoch, plan).map(planned) }),
    planValidation: () => planValidation(dataset.validation, plan).map(planned),
    writeModel: (folder, parameters, step) =>
      saveCheckpoint(folder, { manifest: parts.manifest(model.maps, step), tokenizer: dataset.tokenizerJson, parameters }),
    inspect: parts.inspect,
  };
}

async function* each(batches: AsyncIterable<PairBatch>, planned: (batch: PairBatch) => PlannedBatch): AsyncGenerator<PlannedBatch, void, undefined> {
  for await (const batch of batches) yield planned(batch);
}

/** What the manifests of these tasks have in common. */
export function sequenceManifest(
  config: SequenceConfig & { readonly data: { readonly credit?: string | undefined } },
  files: readonly string[],
  dataset: SequenceDataset,
  maps: readonly MapPlace[],
  step: number,
) {
  const longest = config.training.buckets.at(-1) ?? [1, 1];
  return {
    format: 'attention-scope',
    formatVersion,
    id: config.name,
    name: config.title ?? config.name,
    files: { encoder: 'encoder.onnx', decoder: 'decoder.onnx', weights: 'weights.bin', tokenizer: 'tokenizer.json' },
    tokens: { pad: specialTokens.pad, start: specialTokens.start, end: specialTokens.end, slots: [...specialTokens.slots] },
    limits: { sourceTokens: longest[0], targetTokens: longest[1] },
    architecture: { ...config.model, vocabulary: dataset.tokenizer.size },
    attention: [...maps],
    ...alignmentOf(config),
    precision: 'float32',
    training: {
      // A model is given away: no path of this machine goes with it.
      data: config.data.credit ?? files.map(name => basename(name)).join(', '),
      pairs: dataset.train.length,
      steps: step,
      scores: {},
      dataHash: dataset.hash,
      ...(config.split !== undefined && { split: config.split }),
    },
  } satisfies Partial<SequenceManifest>;
}

/**
 * Recurrent decoders have one layer of attention. Of a Transformer the penultimate layer often aligns best, read at the step
 * whose input is the token (Garg et al. 2019, section 4.1; Chen et al. 2020, section 3); translation asks the model itself.
 */
function alignmentOf({ model, training }: SequenceConfig): Pick<SequenceManifest, 'alignment'> {
  if (model.kind !== 'transformer-translator') return {};
  const layer = Math.max(0, model.decoderLayers - 2);
  // The head that was guided, at the step that it was guided at.
  if (training.guidedAlignment > 0) return { alignment: { layer, head: 0, shift: 0 } };
  return { alignment: { layer, head: 'mean', shift: 1 } };
}
