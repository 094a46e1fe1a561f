/** Runs, sweeps and cancelling on a real Slurm of two nodes; larger ones, and behind ssh: slurm.long.test.ts. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SeenRun } from '../../trainer/runs/seen-run.ts';
import { eventsOf, measured, toyConfig, writeToy } from '../../trainer/training/training.fixture.ts';
import { Cluster, stepsOf, typesOf } from './cluster.fixture.ts';
import { slurmMissing, until } from './slurm.ts';

let cluster: Cluster;

describe.skipIf(slurmMissing !== undefined)(`a real Slurm${slurmMissing === undefined ? '' : ` (skipped: ${slurmMissing})`}`, () => {
  beforeAll(async () => {
    cluster = await Cluster.start();
  });
  afterAll(() => cluster?.stop());

  test('a node that dies in the middle costs nothing: the run ends on the other as it would have unbroken', async () => {
    const { slurm, folder } = cluster;
    const config = await writeToy(await cluster.folderFor('broken'), { epochs: 8, patience: 1000, logEvery: 1, validateEvery: 20 });
    const { code, out } = await cluster.ask('submit', config, '--target', 'here', '--name', 'broken');
    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringMatching(/^Job \d+ trains /) });
    const [job = ''] = /\d+/.exec(out) ?? [];
    const run = join(cluster.runs, 'broken');
    await until(async () => (await stepsOf(run)) > 25, 'the run at step 25', 300);
    const first = slurm.nodeOf(job);
    if (first === undefined) throw new Error(`job ${job} is on no node`);
    await slurm.killNode(first);
    const reached = await stepsOf(run);
    const unbroken = join(folder, 'unbroken');
    const straight = cluster.ask('train', config, '--run-dir', unbroken);
    await slurm.beginElsewhere(job, first);
    await until(async () => (await typesOf(run)).at(-1) === 'finished', 'the end of the run', 400);
    await until(async () => (await cluster.jobNamed('broken')).state === 'finished', 'the end of the job', 60);
    slurm.startNode(first);
    await straight;

    const events = await eventsOf(run);
    expect(events.at(-1)?.type).toBe('finished');
    expect(events.find(({ type }) => type === 'resumed')).toMatchObject({ attempt: 2, fromStep: expect.toSatisfy(step => step >= 20 && step <= reached) });
    expect(await measured(run)).toEqual(await measured(unbroken));
    expect(await readdir(folder)).not.toContain('harm');
    expect(await readFile(join(run, 'output.log'), 'utf8')).toContain('Done:');
  }, 900_000);

  test('a run whose time is over saves and is queued again; cancelled it saves too, and goes on when it is submitted again', async () => {
    const { slurm } = cluster;
    const config = await writeToy(await cluster.folderFor('timed'), { epochs: 1000, patience: 1000, logEvery: 5, validateEvery: 40 });
    const [job = ''] = /\d+/.exec((await cluster.ask('submit', config, '--target', 'here', '--name', 'timed')).out) ?? [];
    const run = join(cluster.runs, 'timed');
    await until(async () => (await stepsOf(run)) > 10, 'the run at step 10', 300);
    const first = slurm.nodeOf(job);
    if (first === undefined) throw new Error(`job ${job} is on no node`);
    // What Slurm does a minute before the end of the time that was asked for.
    slurm.ask('scancel', '--batch', '--signal=USR1', job);
    await slurm.beginElsewhere(job, first);
    await until(async () => (await typesOf(run)).includes('resumed'), 'the run to go on', 300);
    const types = await typesOf(run);
    expect(types[types.indexOf('resumed') - 1]).toBe('stopped');
    const early = await cluster.ask('submit', config, '--target', 'here', '--name', 'timed', '--resume');
    expect(early).toMatchObject({ code: 2, error: expect.stringContaining('still has it') });

    const cancelled = await cluster.ask('cancel', 'timed', '--target', 'here');
    expect(cancelled).toMatchObject({ code: 0, error: '' });
    await until(async () => (await cluster.jobNamed('timed')).state === 'stopped', 'the run to stop', 60);
    expect((await typesOf(run)).at(-1)).toBe('stopped');
    expect(await cluster.ask('cancel', 'timed', '--target', 'here')).toMatchObject({ code: 2, error: expect.stringContaining('has ended already: stopped') });
    expect((await cluster.ask('submit', config, '--target', 'here', '--name', 'timed', '--resume')).code).toBe(0);
    await until(async () => (await typesOf(run)).filter(type => type === 'resumed').length === 2, 'the run to go on', 300);
    await cluster.ask('cancel', 'timed', '--target', 'here');
  }, 900_000);

  test('a sweep is a job array, whose runs wait for their turn, with a report once all of it has ended', async () => {
    const config = await writeToy(await cluster.folderFor('swept'), { epochs: 1, validateEvery: 20 });
    const spec = join(cluster.folder, 'rates.json');
    await writeFile(spec, JSON.stringify({ name: 'rates', base: config, grid: { 'training.learningRate': [0.02, 0.0001] }, atOnce: 1 }));
    const { code, out } = await cluster.ask('sweep', spec, '--target', 'here');
    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining('trains 2 runs') });
    const sweep = join(cluster.runs, 'rates');
    expect(await new SeenRun(join(sweep, '0001'), undefined).look()).toMatchObject({ name: 'learningRate 0.0001', state: 'queued' });
    await until(async () => (await readdir(sweep)).includes('leaderboard.md'), 'the report', 200);
    const board = JSON.parse(await readFile(join(sweep, 'leaderboard.json'), 'utf8'));
    expect(board).toMatchObject({ name: 'rates', metric: 'bleu', better: 'higher', rows: [{ runs: [{ state: 'finished' }] }, { runs: [{ state: 'finished' }] }] });
    expect(await cluster.ask('sweep', spec, '--target', 'here', '--resume')).toMatchObject({ code: 2, error: expect.stringContaining('are finished') });
  }, 900_000);

  test('what Slurm refuses leaves nothing behind', async () => {
    const before = await readdir(cluster.runs);
    const config = join(cluster.folder, 'refused.json');
    await writeFile(config, JSON.stringify(toyConfig({}, 'swept/toy.tsv')));
    const refused = await cluster.ask('submit', config, '--target', 'elsewhere');
    expect(refused).toMatchObject({ code: 2, out: '', error: expect.stringMatching(/Slurm refused the job: .*partition/i) });
    expect(await readdir(cluster.runs)).toEqual(before);
  });
});
