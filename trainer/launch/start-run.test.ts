import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeToy } from '../training/training.fixture.ts';
import { makeRun } from './new-run.ts';
import { newRequest } from './request.ts';
import { startRun } from './start-run.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'start-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

test('a wrong config and a missing corpus are told before anything is made', async () => {
  const config = await writeToy(home);
  const params = { config, runs: join(home, 'runs'), atOnce: 1 };
  await rm(join(home, 'toy.tsv'));
  await expect(startRun(params)).rejects.toMatchObject({ code: 'no-such-file', message: expect.stringContaining('"data.file"') });
  await writeFile(config, '{"name": "one", "task": "translation", "epoch": 3}');
  await expect(startRun(params)).rejects.toMatchObject({ code: 'bad-config', message: expect.stringContaining('"epoch"') });
  expect(await readdir(home)).toEqual(['toy.json']);
});

test('of runs of one name that are made at once, each gets a folder of its own, whole', async () => {
  const origin = await writeToy(home);
  const runs = join(home, 'runs');
  const made = await Promise.all(Array.from({ length: 4 }, () => makeRun(runs, 'same', newRequest({ origin, resume: false, runtime: undefined }))));
  expect(made.toSorted()).toEqual(['same', 'same-2', 'same-3', 'same-4'].map(name => join(runs, name)));
  for (const run of made) expect(await readdir(run)).toEqual(['config.attention.json', 'origin.json', 'request.json']);
  expect(await readdir(runs)).toHaveLength(4);
});
