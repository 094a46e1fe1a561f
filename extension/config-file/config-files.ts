import * as vscode from 'vscode';
import { checkConfigMethod, type CheckConfigParams, type ConfigProblem } from '../../protocol/config.ts';
import { Failure } from '../../protocol/failure.ts';
import type { Log } from '../log.ts';
import type { RunStore } from '../runs/store.ts';
import { runsFolderOf } from '../runs/settings.ts';
import type { Worker } from '../worker/worker.ts';
import { Checks } from './checks.ts';
import { configPattern, isConfigPath, nameIn } from './config-name.ts';
import { runOfConfig } from './kept-config.ts';
import { type Lens, lensesOf, lensOfRun } from './lenses.ts';

export interface ConfigFilesHost {
  readonly worker: Pick<Worker, 'ask'>;
  readonly runs: RunStore;
  readonly log: Log;
  /** Runs are looked for from now on: what stands above a config tells of its own. */
  watchRuns(): void;
}

/** What helps to write JSON, in VS Code itself: it wakes for JSON's own languages, and knows that ours is one more (package.json). */
const jsonExtension = 'vscode.json-language-features';

/** Runs change several times a second while they are trained: what stands above a config is drawn again this seldom, in milliseconds. */
const redraw = 1000;

/**
 * Configs in editors. Their form is checked by VS Code itself, which has a JSON schema of them; here what no schema can say is
 * marked (files that are missing, sizes that do not fit), and what can be done with them stands above their first line. Above the
 * copy that a run keeps stands that run.
 */
export class ConfigFiles implements vscode.CodeLensProvider {
  readonly #host: ConfigFilesHost;
  readonly #diagnostics = vscode.languages.createDiagnosticCollection('attentionScope');
  readonly #checks: Checks<vscode.TextDocument, ConfigProblem>;
  readonly #lensesChanged = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.#lensesChanged.event;
  #redrawing: NodeJS.Timeout | undefined;

  constructor(host: ConfigFilesHost) {
    this.#host = host;
    this.#checks = new Checks({
      key: document => document.uri.toString(),
      check: (document, signal) => this.#check(document, signal),
      tell: (document, problems) => this.#diagnostics.set(document.uri, problems.filter(({ inSchema }) => !inSchema).map(problem => diagnosticOf(document, problem))),
      forget: document => this.#diagnostics.delete(document.uri),
      failed: error => host.log.warn(Failure.from(error).message),
    });
  }

  register(): vscode.Disposable[] {
    for (const document of vscode.workspace.textDocuments) this.#opened(document);
    const runs = this.#host.runs.onDidChange(() => this.#redrawLenses());
    // A corpus may have come or gone: what is missing is looked for again when the user comes back to the config, and when anything is saved.
    const again = (): void => vscode.window.visibleTextEditors.forEach(({ document }) => this.#changed(document));
    return [
      vscode.workspace.onDidOpenTextDocument(document => this.#opened(document)),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.#changed(document);
      }),
      vscode.workspace.onDidCloseTextDocument(document => {
        if (isConfig(document)) this.#checks.closed(document);
      }),
      vscode.workspace.onDidSaveTextDocument(again),
      vscode.window.onDidChangeActiveTextEditor(editor => editor && this.#changed(editor.document)),
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        this.#lensesChanged.fire();
        again();
      }),
      vscode.languages.registerCodeLensProvider({ scheme: 'file', pattern: configPattern }, this),
      new vscode.Disposable(() => {
        runs.dispose();
        clearTimeout(this.#redrawing);
        this.#checks.dispose();
        this.#diagnostics.dispose();
        this.#lensesChanged.dispose();
      }),
    ];
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const range = new vscode.Range(0, 0, 0, 0);
    const lenses = await this.#lensesOf(document);
    return lenses.map(({ title, tooltip, command, parameters }) => new vscode.CodeLens(range, { title, tooltip, command, arguments: [...parameters] }));
  }

  async #lensesOf(document: vscode.TextDocument): Promise<readonly Lens[]> {
    const path = document.uri.fsPath;
    const { runs } = this.#host;
    const run = await runOfConfig(path);
    if (run !== undefined) return [lensOfRun(run, runs.get(run))];
    return lensesOf({ name: nameIn(document.getText()), runsFolder: runsFolderOf(path), isTrusted: vscode.workspace.isTrusted }, runs.all, document.uri);
  }

  /** What a run keeps is checked no more: it was trained. */
  async #check(document: vscode.TextDocument, signal: AbortSignal): Promise<readonly ConfigProblem[]> {
    if ((await runOfConfig(document.uri.fsPath)) !== undefined) return [];
    return (await this.#host.worker.ask(checkConfigMethod, paramsOf(document), signal)).problems;
  }

  #opened(document: vscode.TextDocument): void {
    if (!isConfig(document)) return;
    void vscode.extensions.getExtension(jsonExtension)?.activate();
    this.#host.watchRuns();
    this.#checks.changed(document, 0);
  }

  #changed(document: vscode.TextDocument): void {
    if (isConfig(document)) this.#checks.changed(document);
  }

  #redrawLenses(): void {
    this.#redrawing ??= setTimeout(() => {
      this.#redrawing = undefined;
      this.#lensesChanged.fire();
    }, redraw);
  }
}

function isConfig({ uri }: vscode.TextDocument): boolean {
  return uri.scheme === 'file' && isConfigPath(uri.fsPath);
}

function paramsOf(document: vscode.TextDocument): CheckConfigParams {
  return { path: document.uri.fsPath, text: document.getText(), lookForFiles: vscode.workspace.isTrusted };
}

function diagnosticOf(document: vscode.TextDocument, { start, end, message, severity }: ConfigProblem): vscode.Diagnostic {
  const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
  const diagnostic = new vscode.Diagnostic(range, message, severity === 'error' ? vscode.DiagnosticSeverity.Error : vscode.DiagnosticSeverity.Warning);
  diagnostic.source = 'Attention Scope';
  return diagnostic;
}
