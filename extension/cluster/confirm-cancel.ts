import * as vscode from 'vscode';
import type { ClusterJob } from '../../protocol/cluster.ts';
import { jobText } from './job-text.ts';

/** Whether the user wants a job to end. */
export async function confirmCancel(job: ClusterJob, target: string): Promise<boolean> {
  const stop = 'Stop';
  const how = job.state === 'running' ? 'It is cancelled. What it trains is saved first, as long as the cluster waits for that: usually 30 seconds.' : 'It is taken out of the queue.';
  const detail = `Job ${job.job} of ${target}: ${jobText(job)}.\n${how}`;
  return (await vscode.window.showWarningMessage(`Stop ${job.name}?`, { modal: true, detail }, stop)) === stop;
}
