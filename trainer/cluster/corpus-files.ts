/** The files and folders of a config's data, as it names them, whatever its task. */
import { filesOf as classificationFiles } from '../tasks/classification/config.ts';
import { filesOf as dialogueFiles } from '../tasks/dialogue/config.ts';
import { filesOf as imageFiles } from '../tasks/image-classification/config.ts';
import { filesOf as languageModelFiles } from '../tasks/language-modelling/config.ts';
import { filesOf as translationFiles, probeFilesOf } from '../tasks/translation/config.ts';
import type { TrainingConfig } from '../training/config.ts';

export function corpusFiles(config: TrainingConfig): string[] {
  switch (config.task) {
    case 'translation':
      return [...translationFiles(config), ...(config.data.links === undefined ? [] : [config.data.links]), ...probeFilesOf(config)];
    case 'classification':
      return classificationFiles(config);
    case 'image-classification':
      return imageFiles(config);
    case 'dialogue':
      return dialogueFiles(config);
    case 'language-modelling':
      return languageModelFiles(config);
  }
}
