import * as vscode from 'vscode';
import type { RunSummary } from '../../protocol/runs.ts';
import { runDescription } from '../runs/describe.ts';

/** Lets the user choose runs to compare with one; none when they would rather not, or there is no other. */
export async function pickRuns(runs: readonly RunSummary[], name: string): Promise<readonly string[]> {
  if (runs.length === 0) {
    void vscode.window.showInformationMessage(`There is no other run to compare ${name} with.`);
    return [];
  }
  const items = runs
    .toSorted((one, other) => (other.updated ?? '').localeCompare(one.updated ?? ''))
    .map(run => ({ label: run.name, description: run.experiment === run.name ? '' : run.experiment, detail: runDescription(run), folder: run.folder }));
  const chosen = await vscode.window.showQuickPick(items, { title: `Compare ${name} with`, placeHolder: 'Runs whose curves are drawn in the same charts', canPickMany: true, matchOnDescription: true, matchOnDetail: true });
  return (chosen ?? []).map(({ folder }) => folder);
}
