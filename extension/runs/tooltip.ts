import * as vscode from 'vscode';
import type { ClusterJob } from '../../protocol/cluster.ts';
import type { RunSummary } from '../../protocol/runs.ts';
import { escapeMarkdown } from '../annotations/markdown.ts';
import { jobText } from '../cluster/job-text.ts';
import { taskNames } from '../session/models.ts';
import { leftText, metricText, shareText, valueText } from './describe.ts';

/** All that a summary knows, a line each. @param job that trains it, where its cluster has told of it */
export function runTooltip(run: RunSummary, job: ClusterJob | undefined): vscode.MarkdownString {
  const lines = runLines(run, job).map(escapeMarkdown);
  return new vscode.MarkdownString([`**${escapeMarkdown(run.name)}**: ${run.state}`, ...lines].join('\n\n'));
}

function runLines(run: RunSummary, job: ClusterJob | undefined): string[] {
  const { message, metric, loss, secondsLeft, started, task, tags } = run;
  const share = shareText(run);
  return [
    ...(message === null ? [] : [message]),
    ...(share === undefined ? [] : [[share, ...(run.totalSteps === null ? [] : [`step ${run.step.toLocaleString('en')} of ${run.totalSteps.toLocaleString('en')}`])].join(' · ')]),
    ...(metric === null ? [] : [`${metricText(metric.name, metric.best)} at best, ${valueText(metric.value)} last`]),
    ...(loss === null ? [] : [`Loss ${valueText(loss)}`]),
    ...(secondsLeft === null || run.state !== 'running' ? [] : [leftText(secondsLeft)]),
    ...(run.job === null ? [] : [`Job ${run.job.job} of ${run.job.target}${job === undefined ? '' : `: ${jobText(job)}`}`]),
    ...(started === null ? [] : [`Started ${dateText(started)}`]),
    ...(task === null ? [] : [taskNames[task]]),
    ...(tags.length === 0 ? [] : [tags.map(tag => `#${tag}`).join(' ')]),
    run.folder,
  ];
}

/** In the user's own way of writing dates; what is no date stays as it is. */
function dateText(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : date.toLocaleString();
}
