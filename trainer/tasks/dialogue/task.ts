/** Dialogue as the training loop sees it: the turns before a reply are its source. */
import type { Fold } from '../../training/fold.ts';
import type { PreparedTask } from '../../training/task.ts';
import { sequenceManifest, sequenceTask } from '../sequence-task.ts';
import { type DialogueConfig, dialogueSourcesOf, filesOf } from './config.ts';
import { type DialogueDataset, prepareDataset, specialTokens } from './dataset.ts';

/** @throws Failure `bad-config`, `bad-corpus`, `no-such-file`; AbortError */
export async function prepareDialogue(
  config: DialogueConfig,
  file: string,
  print: (line: string) => void,
  signal?: AbortSignal,
  fold?: Fold,
): Promise<PreparedTask> {
  const dataset = await prepareDataset(await dialogueSourcesOf(config, file), config, print, signal, fold);
  return dialogueTask(config, dataset);
}

export function dialogueTask(config: DialogueConfig, dataset: DialogueDataset): PreparedTask {
  return sequenceTask(config, dataset, {
    manifest: (maps, step) => {
      const common = sequenceManifest(config, filesOf(config), dataset, maps, step);
      return { ...common, task: 'dialogue', language: config.language, history: config.history, tokens: { ...common.tokens, turn: specialTokens.turn } };
    },
    inspect: async (folder, probeFile) => {
      const { probeDialogue } = await import('./probe.ts');
      return probeDialogue(folder, probeFile, dataset.split.validation, config.training.threads);
    },
  });
}
