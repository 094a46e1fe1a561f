/** Translation as the training loop sees it: pairs in buckets by length, BLEU on held-out sources. */
import type { PreparedTask } from '../../training/task.ts';
import { sequenceManifest, sequenceTask } from '../sequence-task.ts';
import { filesOf, pairSourcesOf, type TranslationConfig } from './config.ts';
import { type Dataset, prepareDataset } from './dataset.ts';

/** @throws Failure `bad-config`, `bad-corpus`, `no-such-file`; AbortError */
export async function prepareTranslation(
  config: TranslationConfig,
  file: string,
  print: (line: string) => void,
  signal?: AbortSignal,
): Promise<PreparedTask> {
  const dataset = await prepareDataset(await pairSourcesOf(config, file), config, print, signal);
  return translationTask(config, dataset);
}

export function translationTask(config: TranslationConfig, dataset: Dataset): PreparedTask {
  return sequenceTask(config, dataset, {
    manifest: (maps, step) => ({
      ...sequenceManifest(config, filesOf(config), dataset, maps, step),
      task: 'translation',
      languages: config.languages,
    }),
    inspect: async (folder, probeFile) => {
      const { probeCheckpoint } = await import('./probe.ts');
      return probeCheckpoint(folder, probeFile, dataset.split.validation, config.training.threads);
    },
  });
}
