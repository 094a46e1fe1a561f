import * as vscode from 'vscode';
import { labelText } from '../../protocol/classified-text.ts';
import { Failure } from '../../protocol/failure.ts';
import type { Outcome } from '../../protocol/outcome.ts';
import type { App } from '../app.ts';
import { atCaret } from './at-caret.ts';
import { copyImageLabels } from './classify-image.ts';
import type { Command } from './command.ts';
import { writtenText } from './written-text.ts';

/** The panel's own button: copies what the panel shows. */
export const copyShown: Command = {
  id: 'attentionScope.copyShown',
  run: app => copy(app.panel.outcome),
};

/**
 * Copies what was written, or the labels: of the text that a link names, else of the image whose panel has the focus, else of
 * the one at the caret, else of what the panel shows.
 */
export const copyResult: Command = {
  id: 'attentionScope.copyResult',
  run: (app, id) => (id === undefined && app.image.active ? copyImageLabels.run(app) : copy(typeof id === 'number' ? linked(app, id) : (atCaret(app) ?? app.panel.outcome))),
};

async function copy(outcome: Outcome | undefined): Promise<void> {
  if (outcome === undefined) {
    throw new Failure('empty-text', 'There is nothing to copy yet.', 'Select some text and translate or classify it first.');
  }
  await vscode.env.clipboard.writeText(textOf(outcome));
}

function textOf(outcome: Outcome): string {
  return outcome.kind === 'classification' ? outcome.classification.labels.map(labelText).join('\n') : writtenText(outcome);
}

function linked(app: App, id: number): Outcome {
  const annotation = app.store.get(id);
  if (annotation?.state === 'done') return annotation;
  throw new Failure('bad-argument', 'What this link would copy is gone: its text was edited or asked about again.', 'Hover the text anew, or ask again.');
}
