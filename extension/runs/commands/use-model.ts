import * as vscode from 'vscode';
import type { App } from '../../app.ts';
import type { Command } from '../../commands/command.ts';
import { takeModel } from '../../commands/open-model.ts';
import { purposes } from '../../session/models.ts';
import { rememberModel } from '../../settings.ts';
import { type CheckpointNode, type ModelNode, placesGiven } from '../nodes.ts';

/** From now on, a model or checkpoint does what it was trained for: that of the trees' menus, else the one that the user chooses. */
export const useModel: Command = {
  id: 'attentionScope.useModel',
  async run(app, clicked) {
    const [given] = placesGiven(clicked, undefined);
    const place = given === undefined ? await chooseModel(app) : given;
    if (place === undefined || place.kind === 'run') return;
    await use(app, place);
    app.runs.models.refresh();
  },
};

async function use(app: App, place: ModelNode | CheckpointNode): Promise<void> {
  const model = place.kind === 'model' ? place.model : undefined;
  if (model?.origin !== 'bundled') {
    await takeModel(app, model?.task, vscode.Uri.file(place.folder));
    return;
  }
  await rememberModel(model.task, model.id);
  app.updateStatus();
  app.notifier.say('information', `${model.name} is now the model ${purposes[model.task]}.`);
}

type Item = vscode.QuickPickItem & { readonly node?: ModelNode };

/** Among those of the view Models, as it shows them. */
async function chooseModel(app: App): Promise<ModelNode | undefined> {
  const chosen = await vscode.window.showQuickPick(itemsOf(app), { title: 'Use Model for Its Task', placeHolder: 'The model', matchOnDescription: true, matchOnDetail: true });
  return chosen?.node;
}

async function itemsOf({ runs: { models } }: App): Promise<readonly Item[]> {
  const groups = await models.getChildren();
  const inEach = groups.map(async (group): Promise<Item[]> => {
    const inside = (await models.getChildren(group)).filter(node => node.kind === 'model');
    return [{ ...textOf(models.getTreeItem(group)), kind: vscode.QuickPickItemKind.Separator }, ...inside.map(node => ({ node, ...textOf(models.getTreeItem(node)), detail: node.folder }))];
  });
  return (await Promise.all(inEach)).flat();
}

function textOf({ label, description }: vscode.TreeItem): { readonly label: string; readonly description: string } {
  return { label: String(label), description: String(description ?? '') };
}
