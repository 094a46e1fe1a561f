/** Models that others made, as a list of models shows them. */
import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ModelInfo, Task } from '../../protocol/server.ts';
import { isHuggingFaceFolder, openHuggingFaceFolder } from '../huggingface/folder.ts';
import type { ModelTask } from '../huggingface/model-task.ts';

/** What each kind of model is asked here; those that are not named can only be looked at. */
const taskOf: Partial<Record<ModelTask, Task>> = {
  'sequence-classification': 'classification',
  'causal-lm': 'language-modelling',
  'seq2seq-lm': 'translation',
  'image-classification': 'image-classification',
};

/** Whether a path is a model of others, as far as names tell: a folder with a config, or a file. */
export async function isForeign(path: string): Promise<boolean> {
  const stats = await stat(path).catch(() => undefined);
  if (stats?.isFile() === true) return true;
  return stats?.isDirectory() === true && ((await isHuggingFaceFolder(path)) || (await stat(join(path, 'model.json')).catch(() => undefined))?.isFile() === true);
}

/**
 * One entry for each task that the model at a path can be asked for; none where it can only be looked at. Of a folder with a
 * config, only that is read.
 * @throws Failure `no-such-file`, `broken-model`; `bad-argument` for what cannot be run
 */
export async function foreignModels(path: string): Promise<ModelInfo[]> {
  if (await isHuggingFaceFolder(path)) {
    const folder = await openHuggingFaceFolder(path);
    const { config } = folder;
    const task = config.task === undefined ? undefined : taskOf[config.task];
    const tasks: Task[] = task === undefined ? [] : task === 'language-modelling' && (await folder.converses()) ? [task, 'dialogue'] : [task];
    return tasks.map(one => infoOf(path, basename(path), config.architectures[0] ?? config.declaredType, one));
  }
  const { planForeign } = await import('./recognise.ts');
  const plan = await planForeign(path);
  return plan.tasks.flatMap(task => (task === 'attention' ? [] : [infoOf(path, plan.name, plan.about, task)]));
}

function infoOf(path: string, name: string, summary: string, task: Task): ModelInfo {
  return { id: path, name, origin: 'foreign', folder: path, task, sourceLanguage: '', targetLanguage: '', summary };
}
