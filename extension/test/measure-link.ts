/** What `npm run bench -- inspect-link` runs inside VS Code: inspects one text after another, and says when it has each. */
import * as vscode from 'vscode';
import { type LinkLine, modelVariable, textsFile } from '../../test/bench/inspect-link-report.ts';
import { harness } from '../../test/vscode/harness.ts';
import { extension, rangeOf, run as runCommand, workspaceFolder } from './support.ts';

const tell = (line: LinkLine): Promise<void> => harness.print(JSON.stringify(line));

/** What VS Code calls. */
export async function run(): Promise<void> {
  await measure().then(
    () => tell({ type: 'ended' }),
    (error: unknown) => tell({ type: 'failed', error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
}

async function measure(): Promise<void> {
  const model = process.env[modelVariable] ?? '';
  const { inspections } = (await extension()).inspecting;
  const document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(workspaceFolder(), textsFile));
  const editor = await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
  for (const text of document.getText().trimEnd().split('\n')) {
    const { start, end } = rangeOf(document, text);
    const asked = { model, beam: 1, text, languageId: document.languageId, interventions: [] };
    await inspections.open({ asked, place: undefined }, new AbortController().signal);
    editor.selection = new vscode.Selection(start, end);
    await tell({ type: 'held', text });
    const at = Date.now();
    await runCommand('inspectSelection', model);
    await tell({ type: 'asked', at });
  }
}
