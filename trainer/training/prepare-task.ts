/** The task that a config names, its corpus read. */
import { prepareClassification } from '../tasks/classification/task.ts';
import { prepareImageClassification } from '../tasks/image-classification/task.ts';
import { prepareDialogue } from '../tasks/dialogue/task.ts';
import { prepareLanguageModelling } from '../tasks/language-modelling/task.ts';
import { prepareTranslation } from '../tasks/translation/task.ts';
import type { TrainingConfig } from './config.ts';
import type { PreparedTask } from './task.ts';

/** @throws Failure `bad-config`, `bad-corpus`, `no-such-file`; AbortError */
export async function prepareTask(
  config: TrainingConfig,
  file: string,
  print: (line: string) => void,
  signal?: AbortSignal,
): Promise<PreparedTask> {
  switch (config.task) {
    case 'translation':
      return prepareTranslation(config, file, print, signal);
    case 'classification':
      return prepareClassification(config, file, print, signal);
    case 'image-classification':
      return prepareImageClassification(config, file, print, signal);
    case 'dialogue':
      return prepareDialogue(config, file, print, signal);
    case 'language-modelling':
      return prepareLanguageModelling(config, file, print, signal);
  }
}
