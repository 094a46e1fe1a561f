/** Translation as the training loop sees it: pairs in buckets by length, BLEU on held-out sources. */
import { basename, join } from 'node:path';
import { Failure } from '../../../protocol/failure.ts';
import type { IbmModel1 } from '../../analysis/ibm-model-1.ts';
import type { Pair } from '../../text/pairs.ts';
import type { Fold } from '../../training/fold.ts';
import type { PreparedTask } from '../../training/task.ts';
import { sequenceManifest, sequenceTask } from '../sequence-task.ts';
import { filesOf, pairSourcesOf, probeSourceOf, type TranslationConfig } from './config.ts';
import { type Dataset, prepareDataset } from './dataset.ts';
import { readProbePairs } from './probe-pairs.ts';
import { isStreamed } from './streamed/choice.ts';
import { prepareStreamedDataset, type StreamedDataset } from './streamed/dataset.ts';

/** @throws Failure `bad-config`, `bad-corpus`, `no-such-file`, `disk-full`; `bad-argument` for a fold that cannot be had; AbortError */
export async function prepareTranslation(
  config: TranslationConfig,
  file: string,
  print: (line: string) => void,
  signal: AbortSignal | undefined,
  { runFolder, fold }: { readonly runFolder?: string | undefined; readonly fold?: Fold | undefined },
): Promise<PreparedTask> {
  const sources = await pairSourcesOf(config, file);
  const probed = await probeSourceOf(config, file);
  const probe = probed && (await readProbePairs(probed));
  if (!(await isStreamed(config, sources))) return translationTask(config, await prepareDataset(sources, config, print, signal, fold), probe);
  if (fold !== undefined) {
    throw new Failure(
      'bad-argument',
      `The corpus of ${basename(file)} is read from the disk, and a fold of it would have to be held in memory: it cannot be cut into folds.`,
      'Set "data.stream" to false where it fits in memory, or use a part of it.',
    );
  }
  if (runFolder === undefined) throw new Error('a corpus that is not held in memory needs the folder of a run');
  return translationTask(config, await prepareStreamedDataset(sources, config, join(runFolder, 'cache'), print, signal), probe);
}

/** @param probe pairs whose maps are kept; left out, some that are held out */
export function translationTask(config: TranslationConfig, dataset: Dataset | StreamedDataset, probe?: readonly Pair[]): PreparedTask {
  // A head that was guided is the one to read.
  const isChosen = config.training.guidedAlignment === 0;
  let teacher: IbmModel1 | undefined;
  return sequenceTask(config, dataset, {
    manifest: (maps, step) => ({
      ...sequenceManifest(config, filesOf(config), dataset, maps, step),
      task: 'translation',
      languages: config.languages,
    }),
    inspect: async (folder, probeFile) => {
      const { probeCheckpoint } = await import('./probe.ts');
      if (isChosen) {
        const { chooseAlignment, teacherOf } = await import('./choose-alignment.ts');
        teacher ??= teacherOf(dataset);
        await chooseAlignment(folder, teacher, dataset.validation, config.training.threads);
      }
      return probeCheckpoint(folder, probeFile, dataset.split.validation, config.training.threads, probe);
    },
  });
}
