import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { originalName, restoreRun, trashedName, trashRun } from './trash.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trash-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function makeRun(name: string, content: string): Promise<string> {
  const run = join(folder, name);
  await mkdir(run);
  await writeFile(join(run, 'events.jsonl'), content);
  return run;
}

test('every name has one in the trash that it is found again from', () => {
  for (const name of ['en-fr', 'en-fr~2', 'a~', '~3', 'a~1~2']) {
    const inTrash = [1, 2, 3, 10].map(attempt => trashedName(name, attempt));
    expect(new Set(inTrash).size).toBe(4);
    expect(inTrash.map(originalName)).toEqual([name, name, name, name]);
  }
});

test('several runs of one name lie in the trash, and each comes back as it was', async () => {
  const first = await trashRun(await makeRun('toy', 'first'));
  const second = await trashRun(await makeRun('toy', 'second'));
  expect([first, second]).toEqual([join(folder, '.trash', 'toy'), join(folder, '.trash', 'toy~2')]);
  expect(await readdir(folder)).toEqual(['.trash']);
  expect(await restoreRun(second)).toBe(join(folder, 'toy'));
  expect(await readFile(join(folder, 'toy', 'events.jsonl'), 'utf8')).toBe('second');
  expect(await readdir(join(folder, 'toy'))).toEqual(['events.jsonl']);
  await expect(restoreRun(first)).rejects.toMatchObject({ code: 'bad-argument', message: expect.stringContaining('cannot be put back') });
  expect(await readFile(join(first, 'events.jsonl'), 'utf8')).toBe('first');
});

test('a log of others, a single file too, is moved as it is', async () => {
  const log = join(folder, 'log.csv');
  await writeFile(log, 'step,loss\n');
  const gone = await trashRun(log);
  expect(await readFile(gone, 'utf8')).toBe('step,loss\n');
  expect(await restoreRun(gone)).toBe(log);
});

test('what is elsewhere, or gone, is refused', async () => {
  await expect(trashRun(join(folder, 'none'))).rejects.toMatchObject({ code: 'no-such-file' });
  await expect(restoreRun(await makeRun('toy', ''))).rejects.toMatchObject({ code: 'bad-argument' });
  const trashed = await trashRun(join(folder, 'toy'));
  await expect(trashRun(trashed)).rejects.toMatchObject({ code: 'bad-argument' });
});

test('a run that another machine writes is left to it', async () => {
  const run = await makeRun('toy', '');
  await writeFile(join(run, 'writer.json'), JSON.stringify({ pid: 1, host: `not-${hostname()}` }));
  await expect(trashRun(run)).rejects.toMatchObject({ code: 'bad-argument', message: expect.stringContaining('is being trained') });
  expect((await readdir(run)).toSorted()).toEqual(['events.jsonl', 'writer.json']);
});
