/** Sweeps of several seeds on a real Slurm of two nodes, watched and through ssh. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ClusterJob } from '../../protocol/cluster.ts';
import { Sshd, sshdMissing } from '../../trainer/cluster/sshd.fixture.ts';
import { toyConfig, writeToy } from '../../trainer/training/training.fixture.ts';
import { Cluster, typesOf } from './cluster.fixture.ts';
import { slurmMissing, until } from './slurm.ts';

let cluster: Cluster;

describe.skipIf(slurmMissing !== undefined)(`a real Slurm${slurmMissing === undefined ? '' : ` (skipped: ${slurmMissing})`}`, () => {
  beforeAll(async () => {
    cluster = await Cluster.start();
    await writeToy(cluster.folder, { epochs: 2, validateEvery: 20 });
  });
  afterAll(() => cluster?.stop());

  test('settings with several seeds are ranked by their means, and may be watched meanwhile', async () => {
    const spec = join(cluster.folder, 'rates.json');
    await writeFile(spec, JSON.stringify({ name: 'rates', title: 'Rates | compared', base: 'toy.json', grid: { 'training.learningRate': [0.02, 0.0001] }, seeds: [1, 2], atOnce: 3 }));
    expect((await cluster.ask('sweep', spec, '--target', 'here')).out).toContain('trains 4 runs');
    expect(await cluster.ask('sweep', spec, '--target', 'here')).toMatchObject({ code: 2, error: expect.stringContaining('is there already') });
    const sweep = join(cluster.runs, 'rates');
    const watching = cluster.ask('sweep', spec, '--target', 'here', '--watch');
    await until(async () => (await readdir(sweep)).includes('leaderboard.md'), 'the report', 200);
    const board = JSON.parse(await readFile(join(sweep, 'leaderboard.json'), 'utf8'));
    expect(board.rows.map((row: { settings: object }) => row.settings)).toEqual([{ 'training.learningRate': 0.02 }, { 'training.learningRate': 0.0001 }]);
    for (const row of board.rows) expect(row.runs).toMatchObject([{ seed: 1, state: 'finished' }, { seed: 2, state: 'finished' }]);
    expect(await readFile(join(sweep, 'leaderboard.md'), 'utf8')).toContain('# Rates \\| compared');
    expect((await watching).out).toContain('learningRate 0.02');
  }, 900_000);

  test.skipIf(sshdMissing !== undefined)(`the same through ssh, with data that are there already${sshdMissing === undefined ? '' : ` (skipped: ${sshdMissing})`}`, async () => {
    const sshd = await Sshd.start(cluster.slurm.environment);
    const ask = (command: string, ...args: readonly string[]) => cluster.askIn({ PATH: `${sshd.bin}:${process.env['PATH'] ?? ''}` }, command, ...args, '--target', 'behind');
    try {
      const config = join(cluster.folder, 'remote.json');
      await writeFile(config, JSON.stringify(toyConfig({ epochs: 1 })));
      expect((await ask('submit', config, '--name', 'remote')).out).toMatch(/^Job \d+ trains /);
      await writeFile(config, JSON.stringify(toyConfig({ epochs: 1 }, 'absent.tsv')));
      expect(await ask('submit', config)).toMatchObject({ code: 1, error: expect.stringMatching(/names absent\.tsv, which cluster has not in /) });
      const spec = join(cluster.folder, 'remote.sweep.json');
      await writeFile(spec, JSON.stringify({ name: 'remote-sweep', base: toyConfig({ epochs: 1 }), seeds: [1, 2] }));
      expect((await ask('sweep', spec)).out).toContain('trains 2 runs');
      await until(async () => (await readdir(join(cluster.runs, 'remote-sweep'))).includes('leaderboard.md'), 'the report', 300);
      const board = JSON.parse((await ask('sweep', spec, '--json')).out);
      expect(board.rows).toMatchObject([{ settings: {}, measure: { count: 2 }, runs: [{ state: 'finished' }, { state: 'finished' }] }]);
      await until(async () => (await typesOf(join(cluster.runs, 'remote'))).at(-1) === 'finished', 'the run', 100);
      const jobs: ClusterJob[] = JSON.parse((await ask('jobs', '--json')).out);
      expect(jobs.map(({ name, state }) => `${name}: ${state}`)).toEqual(expect.arrayContaining(['remote: finished', 'remote-sweep: finished']));
    } finally {
      await sshd.stop();
    }
  }, 600_000);
});
