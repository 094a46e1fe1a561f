/** `attention-scope score`: a model on the test set of its config, by the task's own measures. */
import { scoreClassification } from '../tasks/classification/score.ts';
import { scoreDialogue } from '../tasks/dialogue/score.ts';
import { scoreImageClassification } from '../tasks/image-classification/score.ts';
import { scoreLanguageModel } from '../tasks/language-modelling/score.ts';
import { scoreTranslation } from '../tasks/translation/score.ts';
import { readConfig } from './config.ts';

export interface ScoreRequest {
  /** Path of the config. */
  readonly config: string;
  /** The folder of the model. */
  readonly model: string;
  /** Of models that write. */
  readonly beam: number;
  /** Write the scores into the model's manifest and card. */
  readonly save: boolean;
  readonly print: (line: string) => void;
}

/** @throws Failure `bad-config`, `bad-corpus`, `no-such-file`, `unknown-model`, `broken-model`, `bad-argument` */
export async function scoreModel({ config: file, ...request }: ScoreRequest): Promise<void> {
  const config = await readConfig(file);
  switch (config.task) {
    case 'translation':
      await scoreTranslation({ ...request, config, file });
      break;
    case 'classification':
      await scoreClassification({ ...request, config, file });
      break;
    case 'dialogue':
      await scoreDialogue({ ...request, config, file });
      break;
    case 'language-modelling':
      await scoreLanguageModel({ ...request, config, file });
      break;
    case 'image-classification':
      await scoreImageClassification({ ...request, config, file });
      break;
  }
}
