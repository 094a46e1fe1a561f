import * as vscode from 'vscode';
import { labelText } from '../../protocol/classified-text.ts';
import { Failure } from '../../protocol/failure.ts';
import { classifyImageAt } from '../image/classify.ts';
import { imageEndings, isImageName } from '../image/picture.ts';
import type { Command } from './command.ts';

/** Classifies an image: the one a menu names, else the one in the active editor, else one that the user chooses. */
export const classifyImage: Command = {
  id: 'attentionScope.classifyImage',
  async run(app, given) {
    const uri = given instanceof vscode.Uri ? given : (activeImage() ?? (await chooseImage()));
    if (uri !== undefined) await classifyImageAt(app, uri);
  },
};

/** The image panel's own button: asks about its image once more. */
export const classifyImageAgain: Command = {
  id: 'attentionScope.classifyImageAgain',
  async run(app) {
    const { uri } = app.image;
    if (uri !== undefined) await classifyImageAt(app, uri);
  },
};

/** The image panel's own button: copies the labels and their probabilities. */
export const copyImageLabels: Command = {
  id: 'attentionScope.copyImageLabels',
  async run(app) {
    const { classification } = app.image;
    if (classification === undefined) throw new Failure('empty-text', 'There are no labels to copy yet.', 'Classify an image first.');
    await vscode.env.clipboard.writeText(classification.labels.map(labelText).join('\n'));
  },
};

/** The image in the active tab, however it is shown there. */
function activeImage(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const isOfFile = input instanceof vscode.TabInputCustom || input instanceof vscode.TabInputText;
  return isOfFile && isImageName(input.uri.path) ? input.uri : undefined;
}

async function chooseImage(): Promise<vscode.Uri | undefined> {
  const [uri] = (await vscode.window.showOpenDialog({
    title: 'Classify Image', openLabel: 'Classify', filters: { Images: [...imageEndings] },
  })) ?? [];
  return uri;
}
