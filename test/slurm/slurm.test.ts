/** Runs, sweeps and cancelling on a real Slurm of two nodes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ClusterJob } from '../../protocol/cluster.ts';
import { Sshd, sshdMissing } from '../../trainer/cluster/sshd.fixture.ts';
import { buildCommandLine, eventsOf, measured, toyConfig, writeToy } from '../../trainer/training/training.fixture.ts';
import { type Node, nodes, Slurm, slurmMissing, until } from './slurm.ts';

/** A name that would do harm in a shell that read it. */
const nasty = `shared "disk's" $(touch harm) \`touch harm\` ; touch harm & * 漢字`;

let slurm: Slurm;
let folder: string;
let runs: string;
let targets: string;
let commandLine: string;

describe.skipIf(slurmMissing !== undefined)(`a real Slurm${slurmMissing === undefined ? '' : ` (skipped: ${slurmMissing})`}`, () => {
  beforeAll(async () => {
    [slurm, commandLine] = await Promise.all([Slurm.start(), buildCommandLine()]);
    folder = await mkdtemp(join(tmpdir(), 'cluster-'));
    runs = join(folder, nasty);
    targets = join(folder, 'targets.json');
    const target = { kind: 'slurm', runs, node: process.execPath, program: dirname(commandLine), partition: 'main', extra: ['--comment=a $(touch harm) comment'] };
    await writeFile(targets, JSON.stringify({ here: target, elsewhere: { ...target, partition: 'absent' }, behind: { ...target, host: 'cluster', data: join(folder, 'short') } }));
    await mkdir(join(folder, 'long'));
    await mkdir(join(folder, 'endless'));
    await mkdir(join(folder, 'short'));
    await writeToy(join(folder, 'long'), { epochs: 16, patience: 1000, logEvery: 1, validateEvery: 40 });
    await writeToy(join(folder, 'endless'), { epochs: 1000, patience: 1000, logEvery: 5, validateEvery: 40 });
    await writeToy(join(folder, 'short'), { epochs: 2, validateEvery: 20 });
  });
  afterAll(async () => {
    for (const child of asked) child.kill('SIGKILL');
    await slurm?.stop();
    if (commandLine !== undefined) await rm(dirname(commandLine), { recursive: true, force: true });
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  test('a node that dies in the middle costs nothing: the run ends on the other as it would have unbroken', async () => {
    const unbroken = join(folder, 'unbroken');
    const straight = ask('train', join(folder, 'long', 'toy.json'), '--run-dir', unbroken);
    const { code, out } = await ask('submit', join(folder, 'long', 'toy.json'), '--target', 'here', '--name', 'broken');
    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringMatching(/^Job \d+ trains /) });
    const run = join(runs, 'broken');
    await until(async () => (await stepsOf(run)) > 60, 'the run at step 60', 300);
    const first = (await jobNamed('broken')).node;
    expect(nodes).toContain(first);
    await slurm.killNode(first as Node);
    const reached = await stepsOf(run);
    await until(async () => (await typesOf(run)).at(-1) === 'finished', 'the end of the run', 400);
    await until(async () => (await jobNamed('broken')).state === 'finished', 'the end of the job', 60);
    slurm.startNode(first as Node);
    await straight;

    const events = await eventsOf(run);
    expect(events.at(-1)?.type).toBe('finished');
    expect(events.find(({ type }) => type === 'resumed')).toMatchObject({ attempt: 2, fromStep: expect.toSatisfy(step => step >= 40 && step <= reached) });
    expect(await measured(run)).toEqual(await measured(unbroken));
    expect(await readdir(folder)).not.toContain('harm');
    expect(await readFile(join(run, 'output.log'), 'utf8')).toContain('Done:');
  }, 900_000);

  test('a run whose time is over saves and is queued again; cancelled it saves too, and goes on when it is submitted again', async () => {
    const config = join(folder, 'endless', 'toy.json');
    await ask('submit', config, '--target', 'here', '--name', 'timed');
    const run = join(runs, 'timed');
    await until(async () => (await stepsOf(run)) > 10, 'the run at step 10', 300);
    // What Slurm does a minute before the end of the time that was asked for.
    slurm.ask('scancel', '--batch', '--signal=USR1', (await jobNamed('timed')).job);
    await until(async () => (await typesOf(run)).includes('resumed'), 'the run to go on', 300);
    const types = await typesOf(run);
    expect(types[types.indexOf('resumed') - 1]).toBe('stopped');
    const early = await ask('submit', config, '--target', 'here', '--name', 'timed', '--resume');
    expect(early).toMatchObject({ code: 2, error: expect.stringContaining('still has it') });

    const cancelled = await ask('cancel', 'timed', '--target', 'here');
    expect(cancelled).toMatchObject({ code: 0, error: '' });
    await until(async () => (await jobNamed('timed')).state === 'stopped', 'the run to stop', 60);
    expect((await typesOf(run)).at(-1)).toBe('stopped');
    expect(await ask('cancel', 'timed', '--target', 'here')).toMatchObject({ code: 2, error: expect.stringContaining('has ended already: stopped') });
    expect((await ask('submit', config, '--target', 'here', '--name', 'timed', '--resume')).code).toBe(0);
    await until(async () => (await typesOf(run)).filter(type => type === 'resumed').length === 2, 'the run to go on', 300);
    await ask('cancel', 'timed', '--target', 'here');
  }, 900_000);

  test('a sweep is a job array, with a report once all of it has ended', async () => {
    const spec = join(folder, 'rates.json');
    await writeFile(spec, JSON.stringify({ name: 'rates', title: 'Rates | compared', base: 'short/toy.json', grid: { 'training.learningRate': [0.02, 0.0001] }, seeds: [1, 2], atOnce: 3 }));
    const { code, out } = await ask('sweep', spec, '--target', 'here');
    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining('trains 4 runs') });
    expect(await ask('sweep', spec, '--target', 'here')).toMatchObject({ code: 2, error: expect.stringContaining('is there already') });
    const sweep = join(runs, 'rates');
    const watching = ask('sweep', spec, '--target', 'here', '--watch');
    await until(async () => (await readdir(sweep)).includes('leaderboard.md'), 'the report', 200);
    const board = JSON.parse(await readFile(join(sweep, 'leaderboard.json'), 'utf8'));
    expect(board).toMatchObject({ name: 'rates', metric: 'bleu', better: 'higher' });
    expect(board.rows.map((row: { settings: object }) => row.settings)).toEqual([{ 'training.learningRate': 0.02 }, { 'training.learningRate': 0.0001 }]);
    for (const row of board.rows) expect(row.runs).toMatchObject([{ seed: 1, state: 'finished' }, { seed: 2, state: 'finished' }]);
    expect(await readFile(join(sweep, 'leaderboard.md'), 'utf8')).toContain('# Rates \\| compared');
    expect((await watching).out).toContain('learningRate 0.02');
    expect(await ask('sweep', spec, '--target', 'here', '--resume')).toMatchObject({ code: 2, error: expect.stringContaining('are finished') });
  }, 900_000);

  test.skipIf(sshdMissing !== undefined)(`the same through ssh, with data that are there already${sshdMissing === undefined ? '' : ` (skipped: ${sshdMissing})`}`, async () => {
    const sshd = await Sshd.start(slurm.environment);
    const through = { PATH: `${sshd.bin}:${process.env['PATH'] ?? ''}` };
    try {
      const config = join(folder, 'remote.json');
      await writeFile(config, JSON.stringify(toyConfig({ epochs: 1 })));
      expect((await askIn(through, 'submit', config, '--target', 'behind', '--name', 'remote')).out).toMatch(/^Job \d+ trains /);
      await writeFile(config, JSON.stringify(toyConfig({ epochs: 1 }, 'absent.tsv')));
      expect(await askIn(through, 'submit', config, '--target', 'behind')).toMatchObject({ code: 1, error: expect.stringMatching(/names absent\.tsv, which cluster has not in /) });
      const spec = join(folder, 'remote.sweep.json');
      await writeFile(spec, JSON.stringify({ name: 'remote-sweep', base: toyConfig({ epochs: 1 }), seeds: [1, 2] }));
      expect((await askIn(through, 'sweep', spec, '--target', 'behind')).out).toContain('trains 2 runs');
      await until(async () => (await readdir(join(runs, 'remote-sweep'))).includes('leaderboard.md'), 'the report', 300);
      const board = JSON.parse((await askIn(through, 'sweep', spec, '--target', 'behind', '--json')).out);
      expect(board.rows).toMatchObject([{ settings: {}, measure: { count: 2 }, runs: [{ state: 'finished' }, { state: 'finished' }] }]);
      await until(async () => (await typesOf(join(runs, 'remote'))).at(-1) === 'finished', 'the run', 100);
      const jobs: ClusterJob[] = JSON.parse((await askIn(through, 'jobs', '--target', 'behind', '--json')).out);
      expect(jobs.map(({ name, state }) => `${name}: ${state}`)).toEqual(expect.arrayContaining(['remote: finished', 'remote-sweep: finished']));
    } finally {
      await sshd.stop();
    }
  }, 600_000);

  test('what Slurm refuses leaves nothing behind', async () => {
    const before = await readdir(runs);
    const refused = await ask('submit', join(folder, 'short', 'toy.json'), '--target', 'elsewhere');
    expect(refused).toMatchObject({ code: 2, out: '', error: expect.stringMatching(/Slurm refused the job: .*partition/i) });
    expect(await readdir(runs)).toEqual(before);
  });
});

/** What still runs, where a test was given up. */
const asked = new Set<ChildProcess>();

interface Told {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

const ask = (command: string, ...args: string[]): Promise<Told> => askIn({ ...slurm.environment }, command, ...args);

async function askIn(environment: Readonly<Record<string, string>>, command: string, ...args: string[]): Promise<Told> {
  const more = command === 'train' ? [] : ['--targets', targets];
  const child = spawn(process.execPath, [commandLine, command, ...args, ...more], { env: { ...process.env, ...environment }, cwd: folder });
  asked.add(child);
  let out = '';
  let error = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (error += text));
  const code = await new Promise<number | null>(resolve => child.once('close', resolve));
  asked.delete(child);
  return { code, out, error };
}

async function jobNamed(name: string): Promise<ClusterJob> {
  const { out, error } = await ask('jobs', '--target', 'here', '--json');
  const found = (JSON.parse(out || '[]') as ClusterJob[]).find(job => job.name === name);
  if (found === undefined) throw new Error(`no job ${name}: ${out}${error}`);
  return found;
}

const typesOf = async (run: string): Promise<string[]> => (await eventsOf(run).catch(() => [])).map(({ type }) => type);
const stepsOf = async (run: string): Promise<number> => Math.max(0, ...(await eventsOf(run).catch(() => [])).map(({ step }) => step));
