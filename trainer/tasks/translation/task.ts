import { basename } from 'node:path';
import { formatVersion, type Manifest } from '../checkpoints/manifest.ts';
import { saveCheckpoint } from '../checkpoints/save.ts';
import type { TrainingConfig } from './config.ts';
import { type Dataset, specialTokens } from './dataset.ts';
import { type Progress, saveState } from './resume.ts';
import type { RunDirectory } from './run-directory.ts';
import type { Trainer } from './trainer.ts';

/**
 * Writes the model as it is now, and what it takes to go on from here, as one checkpoint.
 * @param inspect looks at the model in its folder before that gets its name
 */
export async function writeRunCheckpoint(
  directory: RunDirectory,
  trainer: Trainer,
  dataset: Dataset,
  config: TrainingConfig,
  progress: Progress,
  inspect: (folder: string) => Promise<void> = async () => undefined,
): Promise<void> {
  const manifest = manifestOf(trainer, dataset, config, progress.step);
  const parameters = trainer.state.parameters.map(({ spec, value }) => ({ spec, data: value.data }));
  await directory.writeCheckpoint(progress.step, async folder => {
    await saveCheckpoint(folder, { manifest, tokenizer: dataset.tokenizerJson, parameters });
    await saveState(folder, trainer.state, progress);
    await inspect(folder);
  });
}

function manifestOf(trainer: Trainer, dataset: Dataset, config: TrainingConfig, step: number): Manifest {
  const { languages, data } = config;
  const longest = config.training.buckets.at(-1) ?? [1, 1];
  return {
    format: 'attention-scope',
    formatVersion,
    id: config.name,
    name: config.title ?? config.name,
    task: config.task,
    languages,
    files: { encoder: 'encoder.onnx', decoder: 'decoder.onnx', weights: 'weights.bin', tokenizer: 'tokenizer.json' },
    tokens: { pad: specialTokens.pad, start: specialTokens.start, end: specialTokens.end, slots: [...specialTokens.slots] },
    limits: { sourceTokens: longest[0], targetTokens: longest[1] },
    architecture: trainer.architecture,
    attention: [{ kind: 'cross', layer: 0, head: 0, output: 'attention' }],
    precision: 'float32',
    training: {
      // A model is given away: no path of this machine goes with it.
      data: data.credit ?? (data.format === 'tsv' ? [data.file] : [data.source, data.target]).map(file => basename(file)).join(', '),
      pairs: dataset.train.length,
      steps: step,
      scores: {},
      dataHash: dataset.hash,
      split: config.split,
    },
  };
}
