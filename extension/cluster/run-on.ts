import * as vscode from 'vscode';
import { submitRunMethod } from '../../protocol/cluster.ts';
import { Failure } from '../../protocol/failure.ts';
import { placeOf } from '../checkpoint/place.ts';
import type { Command } from '../commands/command.ts';
import { chooseConfig } from '../config-file/choose-config.ts';
import { assertCanBeTrained } from '../config-file/kept-config.ts';
import { saveConfig } from '../config-file/save-config.ts';
import { assertMayTrain, readTargets } from '../runs/settings.ts';
import { waitingFor } from '../session/progress.ts';
import { chooseTarget } from './choose-target.ts';
import { showJobs } from './show-jobs.ts';

/** Trains a config on a cluster that the settings name. Parameters: the config's file, else the user chooses; the target's name. */
export const runOn: Command = {
  id: 'attentionScope.runOn',
  async run(app, given, named) {
    assertMayTrain();
    const title = 'Run on a Cluster';
    const targets = readTargets();
    const target = typeof named === 'string' ? named : await chooseTarget(targets, title);
    if (target === undefined) return;
    const uri = given instanceof vscode.Uri ? given : await chooseConfig(title);
    if (uri === undefined) return;
    const { path, name } = placeOf(uri);
    await assertCanBeTrained(path);
    await saveConfig(uri);
    const cancelled = new Failure('cancelled', `Nobody waits any more to hear whether ${name} was submitted.`, 'Show Jobs of a Cluster… tells.');
    const submitted = await waitingFor(`Submitting ${name} to ${target}…`, cancelled, signal => app.worker.ask(submitRunMethod, { config: path, targets, target }, signal));
    app.notifier.say('information', `${name} is job ${submitted.job} on ${target}, in ${submitted.folder}.`, { title: 'Show Jobs', command: showJobs.id, parameters: [target] });
    await app.runs.watch.begin();
  },
};
