import { isDeepStrictEqual } from 'node:util';
import * as vscode from 'vscode';
import { escapeMarkdown } from '../annotations/markdown.ts';
import { statusView, type StatusFacts } from './view.ts';

const tooltipCommands = ['attentionScope.selectModel', 'attentionScope.restartWorker', 'attentionScope.showLog'] as const;

/** The status bar item: model and state; a click selects a model, or cancels what is running. */
export class StatusItem implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem('attentionScope.status', vscode.StatusBarAlignment.Right, 100);

  #facts: StatusFacts | undefined;

  constructor() {
    this.#item.name = 'Attention Scope';
    this.#item.show();
  }

  get text(): string {
    return this.#item.text;
  }

  update(facts: StatusFacts): void {
    if (isDeepStrictEqual(facts, this.#facts)) return;
    this.#facts = facts;
    const view = statusView(facts);
    this.#item.text = view.text;
    const select = { title: 'Select Model', command: view.command, arguments: [facts.task] };
    this.#item.command = view.command === 'attentionScope.selectModel' ? select : view.command;
    this.#item.accessibilityInformation = { label: view.label, role: 'button' };
    const tooltip = new vscode.MarkdownString(
      [
        `**Attention Scope**: ${view.state}`,
        ...view.models.map(escapeMarkdown),
        '[Select Model](command:attentionScope.selectModel) · [Restart Worker](command:attentionScope.restartWorker) · [Show Log](command:attentionScope.showLog)',
        ...(facts.doing !== undefined ? [`Click to stop ${facts.doing}.`] : []),
      ].join('\n\n'),
    );
    tooltip.isTrusted = { enabledCommands: tooltipCommands };
    this.#item.tooltip = tooltip;
  }

  dispose(): void {
    this.#item.dispose();
  }
}
