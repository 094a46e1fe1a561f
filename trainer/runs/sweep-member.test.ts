import { appendFileSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { controlRun } from '../launch/control-run.ts';
import { listRuns } from './list-runs.ts';
import { SeenRun } from './seen-run.ts';
import { RunsWatch } from './watch.ts';

let runs: string;
let sweep: string;
beforeEach(() => {
  runs = mkdtempSync(join(tmpdir(), 'sweep-member-'));
  sweep = join(runs, 'rates');
});
afterEach(() => rmSync(runs, { recursive: true, force: true }));

/** Three runs, as they are made before any is trained. */
function makeSweep(files: readonly string[]): void {
  for (const name of ['0000', '0001', '0002']) {
    mkdirSync(join(sweep, name), { recursive: true });
    for (const file of files) writeFileSync(join(sweep, name, file), '{}');
  }
  writeFileSync(join(sweep, 'sweep.json'), '{}');
}

const tell = (run: string, type: string): void => appendFileSync(join(sweep, run, 'events.jsonl'), `${JSON.stringify({ type, attempt: 1, step: 5, time: new Date().toISOString() })}\n`);
const states = async (): Promise<string[]> => (await listRuns(runs)).map(({ name, state }) => `${name} ${state}`);
const writer = JSON.stringify({ pid: process.pid, host: hostname() });

test('while a sweep trains one after another here, those that have not begun are queued', async () => {
  makeSweep(['config.attention.json', 'origin.json', 'label.json']);
  writeFileSync(join(sweep, 'writer.json'), writer);
  expect(await states()).toEqual(['0000 queued', '0001 queued', '0002 queued']);
  tell('0000', 'finished');
  tell('0001', 'started');
  writeFileSync(join(sweep, '0001', 'writer.json'), writer);
  expect(await states()).toEqual(['0000 finished', '0001 running', '0002 queued']);
  // Ended by Ctrl-C: the run that trained has said so, the others never began and can be resumed one by one.
  rmSync(join(sweep, '0001', 'writer.json'));
  rmSync(join(sweep, 'writer.json'));
  tell('0001', 'stopped');
  expect(await states()).toEqual(['0000 finished', '0001 stopped', '0002 interrupted']);
});

test('runs of a job array are queued until they begin, or the array is over', async () => {
  // From another machine nothing is known of where the config was.
  makeSweep(['config.attention.json', 'label.json']);
  writeFileSync(join(sweep, 'job.json'), '{}');
  const waiting = new SeenRun(join(sweep, '0002'), undefined);
  expect(await waiting.look()).toMatchObject({ state: 'queued' });
  await expect(controlRun({ folder: waiting.folder, wish: 'stop', atOnce: 1 })).rejects.toMatchObject({ code: 'bad-argument', message: expect.stringContaining('waits for its turn in a sweep') });
  expect(waiting.keep()).toBeUndefined();
  tell('0000', 'failed');
  tell('0001', 'started');
  expect(await states()).toEqual(['0000 failed', '0001 interrupted', '0002 queued']);
  expect(await waiting.isUnchanged()).toBe(true);
  writeFileSync(join(sweep, 'report.log'), '');
  expect(await waiting.isUnchanged()).toBe(false);
  expect(await waiting.look()).toMatchObject({ state: 'interrupted' });
  // Submitted once more.
  const later = new Date(Date.now() + 5_000);
  utimesSync(join(sweep, 'job.json'), later, later);
  expect(await waiting.isUnchanged()).toBe(false);
  expect(await states()).toEqual(['0000 failed', '0001 interrupted', '0002 queued']);
});

test('a folder with a config that is of no sweep is no run', async () => {
  makeSweep(['config.attention.json']);
  rmSync(join(sweep, 'sweep.json'));
  expect(await states()).toEqual([]);
});

test('whoever watches is told when a sweep begins and ends', async () => {
  makeSweep(['config.attention.json', 'origin.json']);
  const shown = new Map<string, string>();
  const watch = new RunsWatch(({ changed }) => changed.forEach(({ name, state }) => shown.set(name, state)), { onBug: bug => shown.set('bug', String(bug)) });
  for (const { name, state } of (await watch.watch([runs])).runs) shown.set(name, state);
  const all = (state: string) => vi.waitFor(() => expect([...shown].toSorted()).toEqual([['0000', state], ['0001', state], ['0002', state]]), { timeout: 10_000, interval: 20 });
  await all('interrupted');
  writeFileSync(join(sweep, 'writer.json'), writer);
  await all('queued');
  rmSync(join(sweep, 'writer.json'));
  await all('interrupted');
  watch.dispose();
}, 40_000);
