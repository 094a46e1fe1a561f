/** The task that a config names, its corpus read. */
import { prepareClassification } from '../tasks/classification/task.ts';
import { prepareImageClassification } from '../tasks/image-classification/task.ts';
import { prepareDialogue } from '../tasks/dialogue/task.ts';
import { prepareLanguageModelling } from '../tasks/language-modelling/task.ts';
import { prepareTranslation } from '../tasks/translation/task.ts';
import type { TrainingConfig } from './config.ts';
import type { Fold } from './fold.ts';
import type { PreparedTask } from './task.ts';

export interface PrepareOptions {
  /** Of the run: what does not fit in memory lies in it while it trains. */
  readonly runFolder?: string;
  /** What validates instead of what the config says. */
  readonly fold?: Fold | undefined;
}

/** @throws Failure `bad-config`, `bad-corpus`, `no-such-file`, `disk-full`; `bad-argument` for a fold that cannot be had; AbortError */
export async function prepareTask(
  config: TrainingConfig,
  file: string,
  print: (line: string) => void,
  signal?: AbortSignal,
  { runFolder, fold }: PrepareOptions = {},
): Promise<PreparedTask> {
  switch (config.task) {
    case 'translation':
      return prepareTranslation(config, file, print, signal, { runFolder, fold });
    case 'classification':
      return prepareClassification(config, file, print, signal, fold);
    case 'image-classification':
      return prepareImageClassification(config, file, print, signal, fold);
    case 'dialogue':
      return prepareDialogue(config, file, print, signal, fold);
    case 'language-modelling':
      return prepareLanguageModelling(config, file, print, signal, fold);
  }
}
