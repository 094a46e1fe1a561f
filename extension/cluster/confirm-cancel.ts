import * as vscode from 'vscode';
import type { ClusterJob } from '../../protocol/cluster.ts';
import { jobText } from './job-text.ts';

/** Whether the user wants a job to end. */
export async function confirmCancel(job: ClusterJob, target: string): Promise<boolean> {
  const stop = 'Stop';
  const saves = job.state === 'running' ? ' What is trained saves a checkpoint first, as long as the cluster waits for it: usually 30 seconds.' : '';
  const detail = `Its job ${job.job} on ${target}, ${jobText(job)}, is cancelled.${saves}`;
  return (await vscode.window.showWarningMessage(`Stop ${job.name}?`, { modal: true, detail }, stop)) === stop;
}
