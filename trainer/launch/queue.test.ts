import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { queueFolder } from './queue-folder.ts';
import { takeRequest } from './request.ts';
import { ToyTrainings } from './toy-training.fixture.ts';

let home: string;
let toys: ToyTrainings;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'queue-'));
  toys = new ToyTrainings(home);
  for (const name of ['XDG_STATE_HOME', 'LOCALAPPDATA']) vi.stubEnv(name, join(home, 'state'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
});

test('queues of several folders that look at the same moment train one run at a time together, each run once', async () => {
  const folders = ['a', 'b', 'c'];
  for (const folder of folders) await toys.ask(folder, `of-${folder}`, { milliseconds: 150 });
  await toys.ask('a', 'second-of-a', { milliseconds: 150 });
  await Promise.all(folders.map(folder => toys.keepQueue(folder, 1)));
  const done = await toys.done();
  expect(done.filter(line => line.startsWith('ends')).toSorted()).toEqual(['ends of-a', 'ends of-b', 'ends of-c', 'ends second-of-a']);
  expect(await toys.mostAtOnce()).toBe(1);
  expect(done.indexOf('begins second-of-a')).toBeGreaterThan(done.indexOf('ends of-a'));
});

test('they train so many at a time as there may be', async () => {
  const folders = ['a', 'b', 'c'];
  for (const folder of folders) await toys.ask(folder, `of-${folder}`, { milliseconds: 400 });
  await Promise.all(folders.map(folder => toys.keepQueue(folder, 2)));
  expect(await toys.mostAtOnce()).toBe(2);
  expect(await toys.done()).toHaveLength(6);
});

test('what was started by hand, or by a queue that was killed, is waited for, in its own folder and in others', async () => {
  const going = await toys.ask('a', 'going', { milliseconds: 800 });
  const { script } = await toys.launcher();
  spawn(process.execPath, [script, 'train', join(going, 'config.attention.json'), '--run-dir', going, '--origin', join(home, 'going.attention.json')], { stdio: 'ignore' });
  await vi.waitFor(async () => expect(await toys.done()).toEqual(['begins going']), { timeout: 5_000 });
  await toys.ask('a', 'next', { milliseconds: 50 });
  const first = toys.keepQueue('a', 1);
  await vi.waitFor(async () => expect(await readdir(join(home, 'state', 'attention-scope'))).toHaveLength(1), { timeout: 5_000 });
  await toys.ask('b', 'other', { milliseconds: 50 });
  await Promise.all([first, toys.keepQueue('b', 1)]);
  expect(await toys.mostAtOnce()).toBe(1);
  expect((await toys.done()).slice(0, 2)).toEqual(['begins going', 'ends going']);
});

test('one that cannot begin says so, and is not tried again; one that was withdrawn is not begun; neither keeps others waiting', async () => {
  const failing = await toys.ask('a', 'failing', { fails: 'The config is wrong.\nCorrect it.' });
  const withdrawn = await toys.ask('a', 'withdrawn', { milliseconds: 1 });
  await toys.ask('a', 'good', { milliseconds: 1 });
  const kept = toys.keepQueue('a', 1);
  await takeRequest(withdrawn);
  await kept;
  expect(await toys.done()).toEqual(['begins good', 'ends good']);
  const events = (await readFile(join(failing, 'events.jsonl'), 'utf8')).trim().split('\n').map(line => JSON.parse(line) as unknown);
  expect(events).toMatchObject([{ type: 'failed', message: 'The config is wrong.' }]);
  expect(await readdir(failing)).not.toContain('request.json');
  expect(await readdir(queueFolder(join(home, 'a')))).not.toContain('writer.json');
});

test('where nothing can be shared with other folders, runs are trained all the same', async () => {
  for (const name of ['XDG_STATE_HOME', 'LOCALAPPDATA']) vi.stubEnv(name, join(home, 'a.attention.json', 'none'));
  await mkdir(join(home, 'runs'));
  await toys.ask('runs', 'a', { milliseconds: 1 });
  await toys.keepQueue('runs', 1);
  expect(await toys.done()).toEqual(['begins a', 'ends a']);
});
