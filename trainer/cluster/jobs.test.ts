import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { cancelJob, listJobs } from './jobs.ts';
import type { NamedTarget } from './target.ts';

let folder: string;
let target: NamedTarget;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jobs-'));
  target = { name: 'lab', kind: 'slurm', runs: join(folder, 'runs') };
  vi.stubEnv('PATH', `${folder}:${process.env['PATH'] ?? ''}`);
  await say('squeue', '');
  await say('sacct', '');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

/** A program of Slurm's that says always the same. */
async function say(program: string, text: string): Promise<void> {
  await writeFile(join(folder, `${program}.txt`), text);
  await writeFile(join(folder, program), `#!/bin/sh\necho "$@" >>'${join(folder, 'asked.txt')}'\ncat '${join(folder, `${program}.txt`)}'\n`);
  await chmod(join(folder, program), 0o755);
}

async function submitted(name: string, job: string, more: { readonly tasks?: number; readonly event?: string } = {}): Promise<void> {
  const run = join(target.runs, name);
  await mkdir(run, { recursive: true });
  const { event, ...rest } = more;
  await writeFile(join(run, 'job.json'), JSON.stringify({ format: 'attention-scope-job', formatVersion: 1, target: 'lab', job, submitted: new Date().toISOString(), ...rest }));
  if (event !== undefined) await writeFile(join(run, 'events.jsonl'), `${JSON.stringify({ type: event, attempt: 1, step: 3, time: new Date().toISOString() })}\n`);
}

describe.skipIf(process.platform === 'win32')('jobs', () => {
  test('are told with where they are, for how long, or why they wait; what has ended, as it says itself', async () => {
    await submitted('short', '1');
    await submitted('long', '2');
    await submitted('waits', '3');
    await submitted('sweep', '4', { tasks: 3 });
    await submitted('done', '5', { event: 'finished' });
    await submitted('lost', '6', { event: 'step' });
    await say('squeue', ['1|RUNNING|None|n1|1:02', '2|RUNNING|None|n2|2-03:04:05', '3|PENDING|Resources||0:00', '4|RUNNING|None|n1|0:07', '4|RUNNING|None|n2|1:00:00', '4|PENDING|Resources||INVALID'].map(line => `queue|${line}\n`).join(''));
    await say('sacct', '5|COMPLETED|n1|90\n6|NODE_FAIL|n2|\n');
    const jobs = (await listJobs({ target })).map(({ name, state, node, reason, seconds, tasks }) => [name, state, node, reason, seconds, tasks]);
    expect(jobs.toSorted()).toEqual([
      ['done', 'finished', 'n1', 'COMPLETED', 90, null],
      ['long', 'running', 'n2', '', 2 * 86_400 + 3 * 3600 + 4 * 60 + 5, null],
      ['lost', 'interrupted', 'n2', 'NODE_FAIL', null, null],
      ['short', 'running', 'n1', '', 62, null],
      ['sweep', 'running', 'n1', '', 3600, { waiting: 1, running: 2, of: 3 }],
      ['waits', 'waiting', '', 'Resources', null, null],
    ]);
  });

  test('are cancelled by their number; what has ended is not', async () => {
    await submitted('short', '1');
    await submitted('done', '5', { event: 'finished' });
    await say('squeue', 'queue|1|RUNNING|None|n1|1:02\n');
    await say('scancel', '');
    expect(await cancelJob('1', { target })).toMatchObject({ name: 'short' });
    expect((await readFile(join(folder, 'asked.txt'), 'utf8')).split('\n').at(-2)).toBe('1');
    await expect(cancelJob('5', { target })).rejects.toMatchObject({ code: 'bad-argument', message: 'done has ended already: finished.' });
  });

  test('are not told where Slurm is silent', async () => {
    await submitted('short', '1');
    await writeFile(join(folder, 'squeue'), '#!/bin/sh\necho no controller >&2\nexit 1\n');
    await expect(listJobs({ target })).rejects.toMatchObject({ code: 'no-answer', message: 'Slurm does not answer: no controller.' });
  });
});
