import * as vscode from 'vscode';
import type { ClusterTargets } from '../../protocol/cluster.ts';
import { Failure } from '../../protocol/failure.ts';

/** Lets the user choose a cluster that the settings name. @throws Failure `bad-argument` where they name none */
export async function chooseTarget(targets: ClusterTargets, title: string): Promise<string | undefined> {
  const names = Object.keys(targets);
  if (names.length === 0) throw new Failure('bad-argument', 'No cluster is known yet.', 'The setting attentionScope.targets names them; docs/cluster.md tells how.');
  const items = names.map(name => ({ label: name, description: targets[name]?.host ?? 'this machine', detail: targets[name]?.runs ?? '' }));
  return (await vscode.window.showQuickPick(items, { title, placeHolder: 'Which cluster' }))?.label;
}
