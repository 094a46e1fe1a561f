import * as vscode from 'vscode';
import type { Failure, FailureCode } from '../protocol/failure.ts';
import type { Task } from '../protocol/server.ts';
import type { Log } from './log.ts';
import { NoModel } from './session/models.ts';

type Severity = 'information' | 'warning' | 'error';

interface Action {
  readonly title: string;
  readonly command: string;
  readonly parameters?: readonly unknown[];
}

const showLog: Action = { title: 'Show Log', command: 'attentionScope.showLog' };
const manageTrust: Action = { title: 'Manage Workspace Trust', command: 'workbench.trust.manage' };

const silent: ReadonlySet<FailureCode> = new Set(['cancelled', 'superseded', 'worker-lost']);

/** Everything the user is told passes here: one message an event, and a line in the log. */
export class Notifier {
  readonly #log: Log;
  readonly #task: () => Task;
  readonly #told: string[] = [];

  /** @param task what a model was last asked for: another one is offered for that */
  constructor(log: Log, task: () => Task) {
    this.#log = log;
    this.#task = task;
  }

  /** What was told so far, oldest first. */
  get told(): readonly string[] {
    return this.#told;
  }

  /**
   * Tells of a failure and what to do about it. What the user asked for (cancelling, asking anew) goes to the log only,
   * and so does a request that died with the worker: its loss is told by itself.
   */
  failure(failure: Failure): void {
    if (silent.has(failure.code)) {
      this.#log.info(failure.message);
      return;
    }
    if (failure.code === 'internal') this.#log.error(failure);
    this.say(failure instanceof NoModel ? 'information' : severityOf(failure.code), `${failure.message} ${failure.hint}`, ...actionsFor(failure, this.#task()));
  }

  say(severity: Severity, message: string, ...actions: readonly Action[]): void {
    this.#told.push(message);
    this.#log[severity === 'information' ? 'info' : severity === 'warning' ? 'warn' : 'error'](message);
    const titles = actions.map(action => action.title);
    void show(severity, message, titles).then(chosen => {
      const action = actions.find(candidate => candidate.title === chosen);
      if (action !== undefined) void vscode.commands.executeCommand(action.command, ...(action.parameters ?? []));
    });
  }

  /** The worker, or its engine, was lost. Called once a loss. */
  workerLost(message: string): void {
    this.say('warning', message, showLog);
  }
}

function show(severity: Severity, message: string, titles: readonly string[]): Thenable<string | undefined> {
  switch (severity) {
    case 'information': return vscode.window.showInformationMessage(message, ...titles);
    case 'warning': return vscode.window.showWarningMessage(message, ...titles);
    case 'error': return vscode.window.showErrorMessage(message, ...titles);
  }
}

function severityOf(code: FailureCode): Severity {
  switch (code) {
    case 'empty-text': return 'information';
    case 'text-too-long':
    case 'unsupported-script':
    case 'not-enough-memory':
    case 'untrusted-workspace': return 'warning';
    default: return 'error';
  }
}

function actionsFor(failure: Failure, task: Task): readonly Action[] {
  if (failure instanceof NoModel) {
    return [
      { title: 'Open a Model File or Folder…', command: 'attentionScope.openModel', parameters: [failure.task] },
      { title: 'How to Train One', command: 'attentionScope.howToTrain', parameters: [failure.task] },
    ];
  }
  const selectModel: Action = { title: 'Select Model', command: 'attentionScope.selectModel', parameters: [task] };
  switch (failure.code) {
    case 'unknown-model': return [selectModel];
    case 'not-enough-memory': return [selectModel];
    case 'broken-model': return [selectModel, showLog];
    case 'untrusted-workspace': return [manageTrust, selectModel];
    case 'internal': return [showLog];
    default: return [];
  }
}
