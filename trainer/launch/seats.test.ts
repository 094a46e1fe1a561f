import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startOf } from '../training/process-start.ts';
import { newRequest, takeRequest, writeRequest } from './request.ts';
import { seatedRuns, seatFound, takeSeat } from './seats.ts';
import type { WaitingRun } from './survey.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'seats-'));
  for (const name of ['XDG_STATE_HOME', 'LOCALAPPDATA']) vi.stubEnv(name, join(home, 'state'));
});
afterEach(async () => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  await rm(home, { recursive: true, force: true });
});

const state = (): string => join(home, 'state', 'attention-scope', encodeURIComponent(hostname()));

/** A run's folder; as one that a process writes, where one is named. */
async function run(name: string, pid?: number, versions?: object): Promise<string> {
  const folder = join(home, name);
  await mkdir(folder, { recursive: true });
  if (pid !== undefined) await writeFile(join(folder, 'writer.json'), JSON.stringify({ pid, host: hostname() }));
  if (versions !== undefined) await writeFile(join(folder, 'run.json'), JSON.stringify({ format: 'attention-scope-run', formatVersion: 1, config: {}, versions }));
  return folder;
}

/** One that waits to be trained. */
async function waiting(name: string): Promise<WaitingRun> {
  const folder = await run(name);
  const request = newRequest({ origin: join(home, 'toy.json'), resume: false, runtime: undefined });
  await writeRequest(folder, request);
  return { folder, request };
}

/** The id of a process that has ended. */
const ended = (): number => spawnSync(process.execPath, ['-e', '0']).pid;

test.skipIf(process.platform === 'win32')('of many that ask at once, as many get a seat as there are', async () => {
  const runs = await Promise.all(Array.from({ length: 6 }, (_, index) => waiting(`r${index}`)));
  expect((await Promise.all(runs.map(one => takeSeat(one, 2)))).filter(isTaken => isTaken)).toHaveLength(2);
  expect((await seatedRuns()).size).toBe(2);
  expect(await readdir(state())).toEqual(['seats.json']);
});

test('a seat is kept while its run is started, then while it is written; killed, it keeps none', async () => {
  const [first, next] = [await waiting('first'), await waiting('next')];
  expect(await takeSeat(first, 1)).toBe(true);
  expect(await takeSeat(next, 1)).toBe(false);
  // Whoever took it was killed before it could start the run, or just thereafter: the next queue of that folder starts it.
  expect(await takeSeat(first, 1)).toBe(true);
  await run('first', process.pid);
  await takeRequest(first.folder);
  expect(await takeSeat(next, 1)).toBe(false);
  await run('first', ended());
  expect(await takeSeat(next, 1)).toBe(true);
});

test('a seat is free where its run was withdrawn, is asked for anew, or does not begin within a minute', async () => {
  const [first, next] = [await waiting('first'), await waiting('next')];
  await takeSeat(first, 1);
  await takeRequest(first.folder);
  expect(await seatedRuns()).toEqual(new Set());
  await takeSeat(await waiting('first'), 1);
  await waiting('first');
  expect(await takeSeat(next, 1)).toBe(true);
  vi.useFakeTimers({ now: Date.now() + 61_000, toFake: ['Date'] });
  expect(await seatedRuns()).toEqual(new Set());
});

test('what is found to be trained sits, too, once; a program of another kind, and a process of another machine, do not', async () => {
  const ours = await run('ours', process.pid, { attentionScope: '1.0.0', node: 'v20' });
  const python = await run('python', process.pid, { python: '3.11', numpy: '1.26' });
  const elsewhere = await run('elsewhere');
  await writeFile(join(elsewhere, 'writer.json'), JSON.stringify({ pid: process.pid, host: `not-${hostname()}` }));
  await symlink(home, join(home, 'other-name'), 'junction');
  await seatFound([ours, python, elsewhere, join(home, 'other-name', 'ours')]);
  expect(await seatedRuns()).toEqual(new Set([ours]));
});

test('a process that was killed while it held the lock, or wrote, keeps nobody waiting', async () => {
  await mkdir(state(), { recursive: true });
  const gone = { pid: ended(), host: hostname(), started: await startOf(process.pid) };
  await writeFile(join(state(), 'writer.json'), JSON.stringify(gone));
  await writeFile(join(state(), `.seats.json.${gone.pid}-0.aside`), '{"seats": [');
  expect(await takeSeat(await waiting('a'), 1)).toBe(true);
  expect(await readdir(state())).toEqual(['seats.json']);
});

test.each(['', '{"seats": [', '{"format": "attention-scope-seats", "formatVersion": 1, "seats": [{"run": "relative", "since": 1}]}'])('what is no list of seats, %j, is none', async text => {
  await mkdir(state(), { recursive: true });
  await writeFile(join(state(), 'seats.json'), text);
  expect(await takeSeat(await waiting('a'), 1)).toBe(true);
  expect(JSON.parse(await readFile(join(state(), 'seats.json'), 'utf8'))).toMatchObject({ seats: [{ run: join(home, 'a') }] });
});
