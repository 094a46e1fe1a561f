/** The task that a config names, its corpus read. */
import { filesOf as classificationFiles } from '../tasks/classification/config.ts';
import { prepareClassification } from '../tasks/classification/task.ts';
import { filesOf as dialogueFiles } from '../tasks/dialogue/config.ts';
import { prepareDialogue } from '../tasks/dialogue/task.ts';
import { filesOf as imageFiles } from '../tasks/image-classification/config.ts';
import { prepareImageClassification } from '../tasks/image-classification/task.ts';
import { filesOf as textFiles } from '../tasks/language-modelling/config.ts';
import { prepareLanguageModelling } from '../tasks/language-modelling/task.ts';
import { filesOf as pairFiles } from '../tasks/translation/config.ts';
import { prepareTranslation } from '../tasks/translation/task.ts';
import type { TrainingConfig } from './config.ts';
import type { Fold } from './fold.ts';
import { locate } from './locate.ts';
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
  options: PrepareOptions = {},
): Promise<PreparedTask> {
  const prepared = await prepare(config, file, print, signal, options);
  const files = await Promise.all(filesOf(config).map(name => locate(name, file).catch(() => undefined)));
  return { ...prepared, files: files.filter(path => path !== undefined) };
}

function prepare(
  config: TrainingConfig,
  file: string,
  print: (line: string) => void,
  signal: AbortSignal | undefined,
  { runFolder, fold }: PrepareOptions,
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

/** The files that a config's corpus is read from, as it names them. */
function filesOf(config: TrainingConfig): string[] {
  switch (config.task) {
    case 'translation':
      return pairFiles(config);
    case 'classification':
      return classificationFiles(config);
    case 'image-classification':
      return imageFiles(config);
    case 'dialogue':
      return dialogueFiles(config);
    case 'language-modelling':
      return textFiles(config);
  }
}
