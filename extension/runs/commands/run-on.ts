import * as vscode from 'vscode';
import { submitRunMethod, type ClusterTargets } from '../../../protocol/cluster.ts';
import { Failure } from '../../../protocol/failure.ts';
import { placeOf } from '../../checkpoint/place.ts';
import type { Command } from '../../commands/command.ts';
import { withProgress } from '../../session/progress.ts';
import { chooseConfig } from '../choose-config.ts';
import { assertMayTrain, readTargets } from '../settings.ts';

/** Trains a config on a cluster that the settings name. Parameters: the config's file, else the user chooses; the target's name. */
export const runOn: Command = {
  id: 'attentionScope.runOn',
  async run(app, given, named) {
    assertMayTrain();
    const targets = readTargets();
    const target = typeof named === 'string' ? named : await chooseTarget(targets);
    if (target === undefined) return;
    const uri = given instanceof vscode.Uri ? given : await chooseConfig('Run on a Cluster');
    if (uri === undefined) return;
    const { path, name } = placeOf(uri);
    const controller = new AbortController();
    const cancel = (): void => controller.abort(new Failure('cancelled', `${name} was not submitted, or nobody waits to hear of it.`, 'The cluster’s own queue tells.'));
    const submitted = await withProgress(`Submitting ${name} to ${target}…`, cancel, app.worker.ask(submitRunMethod, { config: path, targets, target }, controller.signal));
    app.notifier.say('information', `${name} is job ${submitted.job} on ${target}, in ${submitted.folder}.`);
  },
};

/** @throws Failure `bad-argument` where the settings name none */
async function chooseTarget(targets: ClusterTargets): Promise<string | undefined> {
  const names = Object.keys(targets);
  if (names.length === 0) throw new Failure('bad-argument', 'No cluster is known yet.', 'The setting attentionScope.targets names them; docs/cluster.md tells how.');
  const items = names.map(name => ({ label: name, description: targets[name]?.host ?? 'this machine', detail: targets[name]?.runs ?? '' }));
  return (await vscode.window.showQuickPick(items, { title: 'Run on a Cluster', placeHolder: 'Where' }))?.label;
}
