import { describe, expect, it } from 'vitest';
import { cancelJobMethod, listJobsMethod, resubmitRunMethod, type ClusterJob, type ClusterTargets } from '../../protocol/cluster.ts';
import { Failure } from '../../protocol/failure.ts';
import { runOf } from '../runs/run.fixture.ts';
import { ClusterJobs, type ClusterJobsHost } from './cluster-jobs.ts';
import { isPending, jobText } from './job-text.ts';

function jobOf(told: Partial<ClusterJob> = {}): ClusterJob {
  return { job: '4711', folder: '/shared/runs/mine', name: 'mine', state: 'running', tasks: null, reason: '', node: 'n1', seconds: 754, ...told };
}

it.each<[Partial<ClusterJob>, string]>([
  [{}, 'running on n1 · 13 min'],
  [{ seconds: null, node: '' }, 'running'],
  [{ state: 'waiting', node: '', reason: 'Resources', seconds: null }, 'waiting (Resources)'],
  [{ tasks: { running: 3, waiting: 5, of: 16 }, seconds: 7200 }, '3 running, 5 waiting of 16 · 2 h'],
  [{ state: 'finished', tasks: { running: 0, waiting: 0, of: 16 }, seconds: null }, 'finished'],
  [{ state: 'failed', reason: 'OUT_OF_MEMORY', seconds: 30 }, 'failed (OUT_OF_MEMORY) · 1 min'],
  [{ state: 'cancelled', reason: 'CANCELLED', seconds: null }, 'cancelled'],
])('a job of %j is told as %s', (told, text) => {
  expect(jobText(jobOf(told))).toBe(text);
  expect(isPending(jobOf(told))).toBe(/running|waiting/.test(text));
});

const words: Readonly<Record<string, string>> = { [listJobsMethod]: 'list', [cancelJobMethod]: 'cancel', [resubmitRunMethod]: 'submit' };

/** A cluster with some jobs, and a user who confirms or does not. */
function make(jobs: readonly ClusterJob[] | Failure, { confirms = true, targets = { lab: { kind: 'slurm', runs: '/shared/runs' } } as ClusterTargets } = {}) {
  const asked: string[] = [];
  const ask = async (method: string, { target, job, folder }: { readonly target: string; readonly job?: string; readonly folder?: string }): Promise<unknown> => {
    asked.push([words[method], target, job, folder].filter(word => word !== undefined).join(' '));
    if (jobs instanceof Failure) throw jobs;
    return method === listJobsMethod ? { jobs } : null;
  };
  const cluster = new ClusterJobs({
    ask: ask as unknown as ClusterJobsHost['ask'],
    targets: () => targets,
    waiting: (_title, work) => work(new AbortController().signal),
    confirms: async (job, target) => {
      asked.push(`confirm ${job.job} ${target}`);
      return confirms;
    },
  });
  return { cluster, asked };
}

const run = runOf('mine', { state: 'running', job: { target: 'lab', job: '4711' } });

describe('a run that is to stop', () => {
  it('has its job cancelled once that is confirmed', async () => {
    const { cluster, asked } = make([jobOf({ job: '4712' }), jobOf()]);
    expect(await cluster.stop(run)).toBe(true);
    expect(asked).toEqual(['list lab', 'confirm 4711 lab', 'cancel lab 4711']);
  });

  it('goes on where the user would rather not', async () => {
    const { cluster, asked } = make([jobOf()], { confirms: false });
    expect(await cluster.stop(run)).toBe(true);
    expect(asked).toEqual(['list lab', 'confirm 4711 lab']);
  });

  it.each<[string, readonly ClusterJob[] | Failure]>([
    ['has ended: another training may write it', [jobOf({ state: 'stopped' })]],
    ['is not there', [jobOf({ job: '12' })]],
    ['is of a cluster that does not answer', new Failure('no-answer', 'It is silent.', 'Try again.')],
  ])('is asked itself where its job %s', async (_what, jobs) => {
    const { cluster, asked } = make(jobs);
    expect(await cluster.stop(run)).toBe(false);
    expect(asked).toEqual(['list lab']);
  });

  it('is asked itself where it is no job, or one of a cluster that the settings do not name; nobody is asked then', async () => {
    const { cluster, asked } = make([jobOf()]);
    expect(await cluster.stop({ ...run, job: null })).toBe(false);
    expect(await cluster.stop({ ...run, job: { target: 'constructor', job: '4711' } })).toBe(false);
    expect(asked).toEqual([]);
  });

  it('is not asked where the user ended the waiting', async () => {
    const { cluster } = make(new Failure('cancelled', 'Left.', 'Ask again.'));
    await expect(cluster.stop(run)).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('a run that is to go on', () => {
  it('is submitted again where it was trained', async () => {
    const { cluster, asked } = make([]);
    expect(await cluster.resume({ ...run, state: 'stopped' })).toBe(true);
    expect(asked).toEqual(['submit lab /runs/mine']);
  });

  it('is told so itself while its process waits, or where it is no job of a cluster that is known', async () => {
    const { cluster, asked } = make([]);
    expect([await cluster.resume({ ...run, state: 'paused' }), await cluster.resume({ ...run, job: null }), await cluster.resume({ ...run, job: { target: 'other', job: '1' } })]).toEqual([false, false, false]);
    expect(asked).toEqual([]);
  });
});

describe('what a tooltip tells of a job', () => {
  const job = { target: 'lab', job: '4711' };

  it('is asked of the cluster seldom, and anew once a job was cancelled', async () => {
    const { cluster, asked } = make([jobOf()]);
    expect(await cluster.told(job)).toEqual(jobOf());
    expect(await cluster.told({ ...job, job: '12' })).toBeUndefined();
    expect(asked).toEqual(['list lab']);
    await cluster.cancel(jobOf(), 'lab');
    await cluster.told(job);
    expect(asked.slice(1)).toEqual(['confirm 4711 lab', 'cancel lab 4711', 'list lab']);
  });

  it('is nothing where the cluster does not answer or is not known', async () => {
    const { cluster, asked } = make(new Failure('no-answer', 'It is silent.', 'Try again.'));
    expect([await cluster.told(job), await cluster.told({ ...job, target: 'other' })]).toEqual([undefined, undefined]);
    expect(asked).toEqual(['list lab']);
  });
});
