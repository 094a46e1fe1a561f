import { spawn, spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startOf } from './process-start.ts';
import { findWriter, lockRun } from './run-lock.ts';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lock-'));
  file = join(folder, 'writer.json');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** The id of a process that has ended. */
const ended = (): number => spawnSync(process.execPath, ['-e', '0']).pid;
const own = { pid: process.pid, host: hostname() };

test('names its holder while it is held, and leaves nothing behind', async () => {
  const unlock = await lockRun(folder);
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject(own);
  await unlock();
  expect(await readdir(folder)).toEqual([]);
});

test('it beats while its process is busy, and what has become another writer’s is left to it', async () => {
  const unlock = await lockRun(folder);
  await utimes(file, 0, 0);
  await new Promise(resolve => setTimeout(resolve, 500)); // the thread is up
  // Nothing else runs on this thread meanwhile.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 6_000);
  expect(statSync(file).mtimeMs).toBeGreaterThan(Date.now() - 6_000);
  const other = JSON.stringify({ pid: 1, host: 'elsewhere' });
  await writeFile(file, other);
  await unlock();
  expect(await readFile(file, 'utf8')).toBe(other);
});

test('a second writer is refused, told who the first is, and the first keeps its lock', async () => {
  const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)']);
  try {
    const holder = { pid: other.pid ?? 0, host: hostname() };
    await writeFile(file, JSON.stringify(holder));
    await expect(lockRun(folder)).rejects.toMatchObject({
      code: 'bad-argument',
      message: expect.stringContaining(`Process ${other.pid}`),
      hint: expect.stringContaining('--run-dir'),
    });
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(holder);
  } finally {
    other.kill();
  }
});

test('one that ends within a few seconds is waited for', async () => {
  const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 1_000)']);
  await writeFile(file, JSON.stringify({ pid: other.pid, host: hostname() }));
  const unlock = await lockRun(folder);
  expect(other.exitCode).toBe(0);
  await unlock();
});

test('a writer whose starter was killed is waited for longer', async () => {
  const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 7_000)']);
  await writeFile(file, JSON.stringify({ pid: other.pid, host: hostname(), starter: ended() }));
  const unlock = await lockRun(folder);
  expect(other.exitCode).toBe(0);
  await unlock();
});

test('what a killed writer left, torn or whole, is taken over', async () => {
  for (const left of [JSON.stringify({ pid: ended(), host: hostname() }), '{"pid": 12', '']) {
    await writeFile(file, left);
    await utimes(file, new Date(0), new Date(0));
    const unlock = await lockRun(folder);
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject(own);
    await unlock();
  }
});

test.skipIf(process.platform === 'win32')('a process that has got the id of one that is gone is not taken for it', async () => {
  const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)']);
  try {
    const { pid = 0 } = other;
    const started = await startOf(pid);
    expect(started).toEqual(expect.any(String));
    expect(await startOf(pid)).toBe(started);
    await writeFile(file, JSON.stringify({ pid, host: hostname(), started }));
    expect(await findWriter(folder)).toEqual({ pid, host: hostname(), started, isHere: true, lives: true });
    const earlier = { pid, host: hostname(), started: `${started} of another time` };
    await writeFile(file, JSON.stringify(earlier));
    expect(await findWriter(folder)).toMatchObject({ lives: false });
    const unlock = await lockRun(folder);
    expect(other.exitCode).toBeNull();
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ ...own, started: await startOf(process.pid) });
    expect(await findWriter(folder)).toMatchObject({ ...own, lives: true });
    await expect(lockRun(folder)).rejects.toMatchObject({ code: 'bad-argument' });
    await unlock();
    expect(await findWriter(folder)).toBeUndefined();
  } finally {
    other.kill();
  }
});

test('who writes is told without waiting: of this machine by its process, of another by its beats', async () => {
  await writeFile(file, JSON.stringify({ pid: ended(), host: hostname() }));
  expect(await findWriter(folder)).toMatchObject({ isHere: true, lives: false });
  // An id alone, and no beats for long: whoever has it now is another.
  await writeFile(file, JSON.stringify({ pid: process.ppid, host: hostname() }));
  expect(await findWriter(folder)).toMatchObject({ lives: true });
  await utimes(file, new Date(0), new Date(0));
  expect(await findWriter(folder)).toMatchObject({ lives: false });
  await writeFile(file, JSON.stringify({ pid: 1, host: 'elsewhere' }));
  expect(await findWriter(folder)).toMatchObject({ isHere: false, lives: true });
  await utimes(file, new Date(0), new Date(0));
  expect(await findWriter(folder)).toMatchObject({ isHere: false, lives: false });
  await writeFile(file, '{"pid": 12');
  expect(await findWriter(folder)).toBeUndefined();
});

test('of many that want a lock left behind at once, one gets it', async () => {
  await writeFile(file, JSON.stringify({ pid: ended(), host: hostname() }));
  // Each as if it were another living process, so that none takes another's lock for its own.
  const living = [process.pid, process.ppid, 1];
  const held = await Promise.allSettled(living.map(pid => lockRun(folder, { pid, host: hostname() })));
  expect(held.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const result of held) if (result.status === 'fulfilled') await result.value();
});

test('a writer on another machine is known by its beats', async () => {
  await writeFile(file, JSON.stringify({ pid: 1, host: 'another-machine' }));
  const beating = setInterval(() => void utimes(file, new Date(), new Date()), 500);
  try {
    await expect(lockRun(folder)).rejects.toMatchObject({ message: expect.stringContaining('another-machine') });
  } finally {
    clearInterval(beating);
  }
});
