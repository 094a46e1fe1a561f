/** What `npm run bench -- editor` runs inside VS Code: measures, and tells the benchmark outside. */
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { activationOnly, type EditorLine, type EditorReport, runsVariable } from '../../test/bench/editor-report.ts';
import { harness } from '../../test/vscode/harness.ts';
import type { App } from '../app.ts';
import { extension, extensionId, openText, rangeOf, shownText, translate, workspaceFolder } from './support.ts';

/** What VS Code calls. */
export async function run(): Promise<void> {
  const line: EditorLine = await report().then(
    measured => ({ report: measured }),
    (error: unknown) => ({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
  await harness.print(JSON.stringify(line));
}

async function report(): Promise<EditorReport> {
  // VS Code's own start is not ours to measure.
  await sleep(3_000);
  if (vscode.extensions.getExtension(extensionId)?.isActive !== false) throw new Error('The extension was active already.');
  const begin = performance.now();
  const app = await extension();
  const activation = performance.now() - begin;
  const only = vscode.Uri.joinPath(workspaceFolder(), activationOnly);
  if (await vscode.workspace.fs.stat(only).then(() => true, () => false)) {
    return { activation, translations: [], hovers: [], hoverRoundTrips: [] };
  }
  const runs = Number(process.env[runsVariable] ?? 100);
  const texts = Array.from({ length: runs + warmUps }, (_, index) => sentence(index));
  const editor = await openText(`${texts.join('\n')}\n`);
  const translations = await measureTranslations(app, editor, texts);
  return { activation, translations: translations.slice(warmUps), ...(await measureHovers(app, editor, runs)) };
}

const warmUps = 10;

/** Each a sentence of twelve words, no two alike, so that none comes from the cache. */
function sentence(index: number): string {
  const who = ['mother', 'father', 'sister', 'brother', 'friend', 'teacher', 'doctor', 'cousin', 'boss', 'neighbour'];
  const what = ['book', 'letter', 'story', 'poem', 'paper', 'newspaper', 'map', 'recipe', 'play', 'report', 'novel', 'magazine'];
  const where = ['garden', 'kitchen', 'train', 'park', 'office', 'library', 'car', 'school', 'sun', 'rain', 'dark'];
  const pick = (words: readonly string[], place: number): string => words[place % words.length] ?? '';
  const round = Math.floor(index / who.length);
  return `My ${pick(who, index)} would like to read a ${pick(what, round)} in the ${pick(where, Math.floor(round / what.length))} tonight.`;
}

/**
 * Selects, and lets the last answer be drawn: nobody asks again while it is. A busy workbench may take a selection back that came
 * while it was drawing; it is made anew.
 */
async function select(editor: vscode.TextEditor, selection: vscode.Selection): Promise<void> {
  for (let tries = 0; tries < 20; tries++) {
    editor.selection = selection;
    await sleep(100);
    if (vscode.window.activeTextEditor === editor && editor.selection.isEqual(selection)) return;
  }
  throw new Error(`The workbench does not take the selection of line ${selection.start.line + 1}.`);
}

async function measureTranslations(app: App, editor: vscode.TextEditor, texts: readonly string[]): Promise<number[]> {
  const times: number[] = [];
  for (const text of texts) {
    const { start, end } = rangeOf(editor.document, text);
    await select(editor, new vscode.Selection(start, end));
    const requests = app.worker.requests;
    const begin = performance.now();
    await translate();
    times.push(performance.now() - begin);
    if (app.worker.requests !== requests + 1) {
      const told = app.notifier.told.at(-1) ?? 'nothing was told';
      throw new Error(`"${text}" made ${app.worker.requests - requests} requests of the worker; the panel shows "${shownText(app) ?? ''}"; ${told}`);
    }
  }
  return times;
}

async function measureHovers(app: App, { document }: vscode.TextEditor, runs: number): Promise<Pick<EditorReport, 'hovers' | 'hoverRoundTrips'>> {
  const hovers: number[] = [];
  const hoverRoundTrips: number[] = [];
  for (let index = 0; index < runs; index++) {
    const position = new vscode.Position(index, 3 + ((7 * index) % 50));
    const begin = performance.now();
    const hover = app.hover.provideHover(document, position);
    hovers.push(performance.now() - begin);
    if (hover === undefined) throw new Error(`There is no hover at line ${index + 1}.`);
    const asked = performance.now();
    await vscode.commands.executeCommand('vscode.executeHoverProvider', document.uri, position);
    hoverRoundTrips.push(performance.now() - asked);
  }
  return { hovers, hoverRoundTrips };
}
