import * as vscode from 'vscode';
import type { ModelInfo } from '../../protocol/server.ts';
import { readModel, rememberModel } from '../settings.ts';
import type { Command } from './command.ts';

interface ModelItem extends vscode.QuickPickItem {
  readonly model: ModelInfo;
}

/** Lets the user choose among the models there are, and remembers the choice. */
export const selectModel: Command = {
  id: 'attentionScope.selectModel',
  async run(app) {
    const current = readModel();
    const items = app.worker.models(new AbortController().signal).then(models =>
      models.map(model => itemOf(model, model.id === current)),
    );
    const chosen = await vscode.window.showQuickPick(items, {
      title: 'Select Model',
      placeHolder: 'The model to translate with',
      matchOnDescription: true,
      matchOnDetail: true,
    });
    if (chosen !== undefined) await rememberModel(chosen.model.id);
  },
};

function itemOf(model: ModelInfo, current: boolean): ModelItem {
  return {
    model,
    label: model.name,
    description: current ? 'current' : '',
    detail: model.origin === 'bundled' ? model.summary : `${model.summary} · ${model.folder}`,
  };
}
