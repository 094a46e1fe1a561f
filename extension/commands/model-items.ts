import type * as vscode from 'vscode';
import type { ModelInfo } from '../../protocol/server.ts';

/** A model in a list to choose from. */
export interface ModelItem extends vscode.QuickPickItem {
  readonly model: ModelInfo;
}

/** @param isCurrent it is what its task is done with now */
export function modelItem(model: ModelInfo, isCurrent: boolean): ModelItem {
  const place = model.origin === 'bundled' ? [] : [model.folder];
  return {
    model,
    label: model.name,
    description: isCurrent ? 'current' : '',
    detail: [model.summary, ...place].filter(part => part !== '').join(' · '),
  };
}
