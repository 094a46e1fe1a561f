/** `attention-scope jobs` and `cancel`: what was submitted, where it is, and ending it. */
import { posix } from 'node:path';
import type { ClusterJob, JobState } from '../../protocol/cluster.ts';
import { Failure } from '../../protocol/failure.ts';
import { parseEvent } from '../runs/event.ts';
import { type JobRecord, jobRecordName, parseJobRecord } from './job-record.ts';
import { lastLines, quote, runShell } from './shell.ts';
import type { NamedTarget } from './target.ts';

/** Folders whose records are read, those that changed last. */
const mostJobs = 500;

/** Where Slurm keeps no accounts, sacct says so, which goes unread. */
const listing = (runs: string): string => `
cd -- ${quote(runs)} 2>/dev/null || exit 0
ls -td -- */${jobRecordName} 2>/dev/null | head -n ${mostJobs} | while IFS= read -r file; do
  folder=\${file%/*}
  printf 'record\\t%s\\t' "$folder"; head -c 4096 "$file" | tr -d '\\n\\t'; printf '\\n'
  printf 'event\\t%s\\t' "$folder"; [ ! -f "$folder/events.jsonl" ] || tail -n 1 "$folder/events.jsonl" | head -c 100000 | tr -d '\\n\\t'; printf '\\n'
done
queue=$(squeue --noheader --array --user="$(id -un)" --format='queue|%F|%T|%r|%N|%M') && printf '%s\\n' "$queue" | tr '|' '\\t' || printf 'unknown\\n'
sacct --noheader --allocations --parsable2 --starttime=now-30days --format=JobID,State,NodeList,ElapsedRaw 2>/dev/null | sed 's/^/account|/' | tr '|' '\\t'
:`;

interface Listed {
  readonly target: NamedTarget;
  readonly signal?: AbortSignal | undefined;
}

/** The newest first. @throws Failure `no-answer` where the cluster, or its Slurm, does not answer */
export async function listJobs({ target, signal }: Listed): Promise<ClusterJob[]> {
  const { out, error } = await runShell(listing(target.runs), { host: target.host, signal });
  const lines = out.split('\n').map(line => line.split('\t'));
  if (lines.some(([word]) => word === 'unknown')) {
    throw new Failure('no-answer', `Slurm does not answer: ${lastLines(error)}.`, 'Try again in a while.');
  }
  const told = toldOf(lines);
  return lines.flatMap(([word, folder = '', text = '']) => {
    const record = word === 'record' ? parseJobRecord(text) : undefined;
    return record === undefined ? [] : [jobOf(posix.join(target.runs, folder), record, told)];
  });
}

interface QueuedTask {
  readonly state: string;
  readonly reason: string;
  readonly node: string;
  readonly seconds: number | null;
}

interface Told {
  /** By the job's number: one of a single run, those that have not ended of a sweep. */
  readonly queue: ReadonlyMap<string, readonly QueuedTask[]>;
  readonly accounts: ReadonlyMap<string, { readonly state: string; readonly node: string; readonly seconds: number | null }>;
  /** By folder: the type of the last event. */
  readonly events: ReadonlyMap<string, string>;
}

function toldOf(lines: readonly (readonly string[])[]): Told {
  const queue = new Map<string, QueuedTask[]>();
  const accounts = new Map<string, { state: string; node: string; seconds: number | null }>();
  const events = new Map<string, string>();
  for (const [word, key = '', ...rest] of lines) {
    const [first = '', second = '', third = '', fourth = ''] = rest;
    if (word === 'queue') queue.set(key, [...(queue.get(key) ?? []), { state: first, reason: second, node: third, seconds: secondsOf(fourth) }]);
    else if (word === 'account') accounts.set(key, { state: first.split(' ')[0] ?? '', node: second, seconds: secondsOf(third) });
    else if (word === 'event') events.set(key, parseEvent(first)?.type ?? '');
  }
  return { queue, accounts, events };
}

function jobOf(folder: string, { job, tasks: of }: JobRecord, { queue, accounts, events }: Told): ClusterJob {
  const name = posix.basename(folder);
  const tasks = queue.get(job) ?? [];
  const running = tasks.filter(({ state }) => isRunning(state));
  const shown = running[0] ?? tasks[0];
  const account = accounts.get(job);
  return {
    job,
    folder,
    name,
    state: shown !== undefined ? (running.length > 0 ? 'running' : 'waiting') : endedAs(events.get(name) ?? '', account?.state ?? '', of !== undefined),
    tasks: of === undefined ? null : { waiting: tasks.length - running.length, running: running.length, of },
    reason: shown === undefined ? (account?.state ?? '') : isRunning(shown.state) || shown.reason === 'None' ? '' : shown.reason,
    node: shown === undefined ? (account?.node ?? '') : shown.node,
    seconds: shown === undefined ? (account?.seconds ?? null) : longest(running),
  };
}

const longest = (tasks: readonly QueuedTask[]): number | null =>
  tasks.reduce<number | null>((most, { seconds }) => (seconds === null || (most !== null && most > seconds) ? most : seconds), null);

/** A time as squeue(1) has it, `days-hours:minutes:seconds` with the small parts alone of a short one, or in seconds as sacct(1) has it. */
function secondsOf(text: string): number | null {
  const [whole, days = '0', clock = ''] = /^(?:(\d+)-)?(\d+(?::\d\d){0,2})$/.exec(text) ?? [];
  return whole === undefined ? null : Number(days) * 86_400 + clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
}

/** squeue(1), "Job state codes". */
const isRunning = (state: string): boolean => ['RUNNING', 'COMPLETING', 'STAGE_OUT', 'SIGNALING', 'STOPPED', 'SUSPENDED'].includes(state);

/** The run's own last word counts; only where it did not come to say it, Slurm's does. */
function endedAs(event: string, account: string, isSweep: boolean): JobState {
  if (event === 'finished' || event === 'stopped' || event === 'failed') return event;
  switch (account) {
    case 'CANCELLED':
      return 'cancelled';
    case 'COMPLETED':
      return isSweep ? 'finished' : 'interrupted';
    case 'FAILED':
    case 'OUT_OF_MEMORY':
    case 'BOOT_FAIL':
      return 'failed';
    default:
      return isSweep ? 'finished' : event === '' ? 'cancelled' : 'interrupted';
  }
}

/**
 * Cancels a job; of a sweep all that is left of it. A run that is training saves first, as long as Slurm waits for it.
 * @param job its number, or its folder's name
 * @throws Failure `bad-argument` where there is none, or it has ended; `no-answer`
 */
export async function cancelJob(wanted: string, { target, signal }: Listed): Promise<ClusterJob> {
  const jobs = await listJobs({ target, signal });
  const found = jobs.find(({ job, name, folder }) => [job, name, folder].includes(wanted));
  if (found === undefined) {
    throw new Failure('bad-argument', `Nothing called "${wanted.slice(0, 120)}" was submitted to ${target.name}.`, `See attention-scope jobs --target ${target.name}.`);
  }
  if (found.state !== 'running' && found.state !== 'waiting') {
    throw new Failure('bad-argument', `${found.name} has ended already: ${found.state}.`, 'There is nothing to cancel.');
  }
  const { code, error } = await runShell(`scancel ${quote(found.job)}`, { host: target.host, signal });
  if (code !== 0) throw new Failure('bad-argument', `Slurm did not cancel job ${found.job}: ${lastLines(error)}.`, 'See whether it is yours, and try again.');
  return found;
}
