import * as assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { sourceOf } from '../../protocol/outcome.ts';
import type { ToPanel } from '../../protocol/panel.ts';
import { harness } from '../../test/vscode/harness.ts';
import { foreignNames, foreignVariable } from '../../test/vscode/foreign-places.ts';
import { toyModelsVariable, toyNames } from '../../test/vscode/toy-places.ts';
import { isWritten, type ClassifiedAnnotation, type DoneAnnotation, type WrittenAnnotation } from '../annotations/annotation.ts';
import type { App } from '../app.ts';

export const extensionId = 'attention-scope.attention-scope';

/** The running extension: what `activate` returns. */
export async function extension(): Promise<App> {
  const found = vscode.extensions.getExtension<App>(extensionId);
  assert.ok(found, 'The extension is not installed.');
  return found.activate();
}

/** The folder that the tests' files are put in: the workspace is a temporary copy. */
export function workspaceFolder(): vscode.Uri {
  return vscode.workspace.workspaceFolders?.[0]?.uri ?? assert.fail('No folder is open.');
}

const extensions = { plaintext: 'txt', typescript: 'ts', python: 'py' } as const;
let files = 0;

/** Writes a new file and shows it. No file is used twice: VS Code may close documents late. */
export async function openText(content: string, language: keyof typeof extensions = 'plaintext'): Promise<vscode.TextEditor> {
  const uri = vscode.Uri.joinPath(workspaceFolder(), `test-${++files}.${extensions[language]}`);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(content));
  return vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.One, preview: false });
}

/** The range of the first occurrence of a text. */
export function rangeOf(document: vscode.TextDocument, text: string): vscode.Range {
  const start = document.getText().indexOf(text);
  assert.ok(start >= 0, `The document does not hold ${JSON.stringify(text)}.`);
  return new vscode.Range(document.positionAt(start), document.positionAt(start + text.length));
}

export function select(editor: vscode.TextEditor, ...texts: readonly string[]): void {
  editor.selections = texts.map(text => {
    const { start, end } = rangeOf(editor.document, text);
    return new vscode.Selection(start, end);
  });
}

export function putCaret(editor: vscode.TextEditor, before: string): void {
  const { start } = rangeOf(editor.document, before);
  editor.selections = [new vscode.Selection(start, start)];
}

export const run = (command: string, ...parameters: readonly unknown[]): Thenable<unknown> =>
  vscode.commands.executeCommand(`attentionScope.${command}`, ...parameters);

export const translate = (): Thenable<unknown> => run('translateSelection');

/** Waits until `condition` gives something, which it returns. */
export async function until<Value>(
  what: string,
  condition: () => Value | undefined | false | Promise<Value | undefined | false>,
  milliseconds = 20_000,
): Promise<Value> {
  const end = Date.now() + milliseconds;
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > end) throw new Error(`Not within ${milliseconds} ms: ${what}`);
    await sleep(20);
  }
}

/** Selects texts, translates them, and returns their annotations in the document's order. */
export async function annotate(editor: vscode.TextEditor, ...texts: readonly string[]): Promise<readonly WrittenAnnotation[]> {
  const app = await extension();
  select(editor, ...texts);
  const told = app.notifier.told.length;
  await translate();
  assert.deepEqual(app.notifier.told.slice(told), [], 'Something was told to the user.');
  return annotationsOf(app, editor.document);
}

export async function annotateOne(editor: vscode.TextEditor, text: string): Promise<WrittenAnnotation> {
  const [annotation] = (await annotate(editor, text)).filter(one => one.trace.source.text === text);
  assert.ok(annotation, `${JSON.stringify(text)} is not annotated.`);
  return annotation;
}

/** The annotations of a document with something written from its text, in its order. */
export function annotationsOf(app: App, document: vscode.TextDocument): readonly WrittenAnnotation[] {
  return inOrder(app, document).filter(isWritten);
}

/** Those with a class, in its order. */
export function classificationsOf(app: App, document: vscode.TextDocument): readonly ClassifiedAnnotation[] {
  return inOrder(app, document).filter(annotation => annotation.kind === 'classification');
}

function inOrder(app: App, document: vscode.TextDocument): DoneAnnotation[] {
  return [...app.store.in(document.uri.toString())].sort((one, other) => one.span.start - other.span.start);
}

/** The text of what the panel shows. */
export function shownText(app: App): string | undefined {
  const { outcome } = app.panel;
  return outcome === undefined ? undefined : sourceOf(outcome).text;
}

/** What the document holds where an annotation stands. */
export function textOf(document: vscode.TextDocument, { span }: DoneAnnotation): string {
  return document.getText(new vscode.Range(document.positionAt(span.start), document.positionAt(span.end)));
}

/** The texts that are tinted in a document, in its order. */
export function tinted(app: App, document: vscode.TextDocument, kind: 'received' | 'lit' = 'received'): string[] {
  return app.decorator.paint(document)[kind].flat()
    .sort((one, other) => one.start - other.start)
    .map(span => document.getText(new vscode.Range(document.positionAt(span.start), document.positionAt(span.end))));
}

/** Waits until so many editors on the screen have this word tinted: what was drawn, not what was meant to be. */
export async function untilTinted(word: string, editors = 1): Promise<void> {
  await until(`${word} tinted in ${editors} editors`, async () =>
    (await harness.painted()).filter(({ tinted }) => tinted.includes(word)).length === editors);
}

/** Waits until translations stand after these lines and no others, in every editor that has any. */
export async function untilAfter(...lines: readonly string[]): Promise<void> {
  await until(`translations after ${lines.join(', ')}`, async () => {
    const found = (await harness.painted()).map(({ after }) => after.map(({ line }) => line)).filter(({ length }) => length > 0);
    return (lines.length > 0 ? found.length > 0 : true) && found.every(after => isDeepStrictEqual(after, lines));
  });
}

/** The Markdown of our hover before a text; `undefined` when we have nothing to say there. */
export async function hoverAt(document: vscode.TextDocument, text: string): Promise<vscode.MarkdownString | undefined> {
  const { start } = rangeOf(document, text);
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', document.uri, start);
  return hovers
    .flatMap(hover => hover.contents)
    .filter(content => content instanceof vscode.MarkdownString)
    .find(content => content.value.includes('attentionScope.copyResult'));
}

/** What was told to the user while `work` lasted. */
export async function toldDuring(work: () => PromiseLike<unknown>): Promise<readonly string[]> {
  const app = await extension();
  const before = app.notifier.told.length;
  await work();
  return app.notifier.told.slice(before);
}

/** What was posted to the panel while `work` lasted. */
export async function postedDuring(work: () => PromiseLike<unknown>): Promise<readonly ToPanel[]> {
  const posted: ToPanel[] = [];
  const listening = (await extension()).panel.onDidPost(message => posted.push(message));
  try {
    await work();
    return posted;
  } finally {
    listening.dispose();
  }
}

/** The folder of the model with random weights that does a task. */
export function toyModel(task: keyof typeof toyNames): string {
  return join(process.env[toyModelsVariable] ?? assert.fail(`No ${toyModelsVariable}.`), toyNames[task]);
}

/** A checkpoint that another program wrote. */
export function foreign(name: keyof typeof foreignNames): vscode.Uri {
  return vscode.Uri.file(join(process.env[foreignVariable] ?? assert.fail(`No ${foreignVariable}.`), foreignNames[name]));
}

/** Runs `work` with the models of random weights chosen for every task that has one. */
export async function withToyModels(work: () => Promise<void>): Promise<void> {
  const folder = process.env[toyModelsVariable] ?? assert.fail(`No ${toyModelsVariable}.`);
  await withSettings({
    modelFolders: [folder],
    classificationModel: toyModel('classification'),
    replyModel: toyModel('dialogue'),
    continuationModel: toyModel('language-modelling'),
    imageClassificationModel: toyModel('image-classification'),
  }, work);
}

/** Runs `work` with these settings of the user's, and puts back what was there before. */
export async function withSettings(settings: Readonly<Record<string, unknown>>, work: () => Promise<void>): Promise<void> {
  const configuration = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('attentionScope');
  const before = Object.keys(settings).map(key => [key, configuration().inspect(key)?.globalValue] as const);
  const set = async (all: readonly (readonly [string, unknown])[]): Promise<void> => {
    for (const [key, value] of all) await configuration().update(key, value, vscode.ConfigurationTarget.Global);
  };
  await set(Object.entries(settings));
  try {
    await work();
  } finally {
    await set(before);
  }
}

/** A text of `length` characters, of short sentences. */
export function longText(length: number): string {
  const sentences = ['The old dog sleeps in the garden.', 'My sister reads a book every evening.', 'We want to see the sea.', 'Nobody knows where he lives.'];
  let text = '';
  for (let index = 0; text.length < length; index++) text += `${sentences[index % sentences.length]} `;
  return text.slice(0, length);
}

/** Leaves nothing of a test behind. */
export async function cleanUp(): Promise<void> {
  await run('clearAnnotations');
  for (const document of vscode.workspace.textDocuments.filter(one => one.isDirty && !one.isClosed)) {
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  }
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}
