import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { controlRun } from './control-run.ts';
import { makeRun } from './new-run.ts';
import { newRequest } from './request.ts';

let home: string;
let run: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'control-run-'));
  const origin = join(home, 'toy.attention.json');
  await writeFile(origin, '{}');
  run = await makeRun(join(home, 'runs'), 'toy', newRequest({ origin, resume: false, runtime: undefined }));
});
afterEach(() => rm(home, { recursive: true, force: true }));

test('one that waits is taken out of the queue, and leaves nothing', async () => {
  await controlRun({ folder: run, wish: 'stop', atOnce: 1 });
  expect(await readdir(join(home, 'runs'))).toEqual([]);
});

test('nothing that somebody has put into its folder goes with it', async () => {
  await writeFile(join(run, 'notes.txt'), 'mine');
  await controlRun({ folder: run, wish: 'stop', atOnce: 1 });
  expect((await readdir(run)).toSorted()).toEqual(['config.attention.json', 'notes.txt', 'origin.json']);
});

test('what has not begun cannot pause, and what is gone cannot be controlled', async () => {
  await expect(controlRun({ folder: run, wish: 'pause', atOnce: 1 })).rejects.toMatchObject({ code: 'bad-argument', message: expect.stringContaining('has not begun') });
  await rm(run, { recursive: true });
  await expect(controlRun({ folder: run, wish: 'resume', atOnce: 1 })).rejects.toMatchObject({ code: 'no-such-file' });
});
