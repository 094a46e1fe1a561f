import * as vscode from 'vscode';
import { labelLimits, labelRunMethod } from '../../../protocol/runs.ts';
import type { Command } from '../../commands/command.ts';
import { nameOfRun, runsFor } from '../choose-run.ts';

/** Gives a run another name for people; its folder stays as it is. */
export const renameRun: Command = {
  id: 'attentionScope.renameRun',
  async run(app, clicked, selected) {
    const [folder] = await runsFor(app, clicked, selected, { verb: 'rename' });
    if (folder === undefined) return;
    const name = await vscode.window.showInputBox({
      title: 'Rename Run',
      value: nameOfRun(app, folder),
      prompt: 'Its name in the editor. An empty one is that of its folder again.',
      validateInput: text => (text.length > labelLimits.name ? `At most ${labelLimits.name} characters.` : undefined),
    });
    if (name !== undefined) await app.worker.ask(labelRunMethod, { folder, name: name.trim() }, new AbortController().signal);
  },
};

/** Puts tags on runs, which they can be filtered by. */
export const tagRun: Command = {
  id: 'attentionScope.tagRun',
  async run(app, clicked, selected) {
    const folders = await runsFor(app, clicked, selected, { verb: 'tag' });
    const [first, ...others] = folders;
    if (first === undefined) return;
    const before = app.runs.store.get(first)?.tags ?? [];
    const text = await vscode.window.showInputBox({
      title: others.length === 0 ? `Tags of ${nameOfRun(app, first)}` : `Tags of ${folders.length} Runs`,
      value: before.join(', '),
      prompt: 'Words with commas between. The filter finds them as #tag.',
      validateInput: problemOf,
    });
    if (text === undefined) return;
    const tags = tagsOf(text);
    for (const folder of folders) await app.worker.ask(labelRunMethod, { folder, tags }, new AbortController().signal);
  },
};

function tagsOf(text: string): string[] {
  return [...new Set(text.split(',').map(tag => tag.trim().replace(/^#/, '')).filter(tag => tag !== ''))];
}

function problemOf(text: string): string | undefined {
  const tags = tagsOf(text);
  if (tags.length > labelLimits.tags) return `At most ${labelLimits.tags} tags.`;
  const long = tags.find(tag => tag.length > labelLimits.tag);
  if (long !== undefined) return `${long.slice(0, labelLimits.tag)}… is longer than ${labelLimits.tag} characters.`;
  return tags.some(tag => tag.includes('"')) ? 'A tag has no quotation marks.' : undefined;
}
