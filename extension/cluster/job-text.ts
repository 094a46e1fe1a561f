/** What the jobs of clusters are told as. */
import type { ClusterJob, JobState } from '../../protocol/cluster.ts';
import { durationText } from '../runs/describe.ts';

/** Each state's codicon, as the runs' own (extension/runs/describe.ts). */
export const jobIcons: Readonly<Record<JobState, string>> = {
  waiting: 'clock', running: 'pulse', finished: 'pass', stopped: 'circle-slash', failed: 'error', cancelled: 'circle-slash', interrupted: 'warning',
};

/** Whether there is anything left to cancel. */
export function isPending({ state }: ClusterJob): boolean {
  return state === 'waiting' || state === 'running';
}

/** "waiting (Resources)", "running on n1 · 12 min", "3 running, 5 waiting of 16 · 2 h". */
export function jobText(job: ClusterJob): string {
  const { state, tasks, reason, node, seconds } = job;
  const place = state === 'running' && node !== '' ? ` on ${node}` : '';
  const why = reason === '' || reason.toLowerCase() === state ? '' : ` (${reason})`;
  const how = tasks === null || !isPending(job) ? `${state}${place}` : `${tasks.running} running, ${tasks.waiting} waiting of ${tasks.of}`;
  return [`${how}${why}`, ...(seconds === null || state === 'waiting' ? [] : [durationText(seconds)])].join(' · ');
}
