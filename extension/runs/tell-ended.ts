import * as vscode from 'vscode';
import type { RunSummary } from '../../protocol/runs.ts';
import type { Notifier } from '../notify.ts';
import { bestCheckpoint, metricText } from './describe.ts';

/** Says how a run has ended, and offers to look at what came of it. */
export function tellEnded(run: RunSummary, notifier: Notifier): void {
  const show = { title: 'Show', command: 'attentionScope.openRun', parameters: [run.folder] };
  const best = bestCheckpoint(run);
  const open = best === undefined ? [] : [{ title: 'Open Model', command: 'attentionScope.openAsCheckpoint', parameters: [vscode.Uri.file(best.folder)] }];
  const metric = run.metric === null ? '' : `: ${metricText(run.metric.name, run.metric.best)}`;
  switch (run.state) {
    case 'failed': return notifier.say('error', `${run.name} failed${run.message === null ? '.' : `: ${run.message}`}`, show);
    case 'interrupted': return notifier.say('warning', `${run.name} was interrupted. It can go on from its last checkpoint.`, show);
    default: return notifier.say('information', `${run.name} is finished${metric}.`, show, ...open);
  }
}
