import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { seatedRuns, seatFound } from '../../launch/seats.ts';
import { eventsOf, writeToy } from '../../training/training.fixture.ts';
import { sweepHere } from './here.ts';
import { readSweepSpec } from './spec.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sweep-here-'));
  await mkdir(join(folder, 'toy'));
  await writeToy(join(folder, 'toy'), { epochs: 1, validateEvery: 10 });
  for (const name of ['XDG_STATE_HOME', 'LOCALAPPDATA']) vi.stubEnv(name, join(folder, 'state'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

async function sweep(spec: object, { stopAfter }: { readonly stopAfter?: RegExp } = {}): Promise<{ board: Awaited<ReturnType<typeof sweepHere>>; printed: string; seated: readonly string[] }> {
  const file = join(folder, 'rates.sweep.json');
  await writeFile(file, JSON.stringify({ name: 'rates', base: 'toy/toy.json', ...spec }));
  const controller = new AbortController();
  const printed: string[] = [];
  const seats: Promise<readonly string[]>[] = [];
  const print = (line: string): void => {
    printed.push(line);
    if (stopAfter?.test(line) !== true) return;
    // As a queue finds what is trained in a folder that it looks after.
    seats.push(seatFound([join(folder, 'runs', 'rates', '0000')]).then(async () => [...(await seatedRuns())]));
    controller.abort();
  };
  const board = await sweepHere({ spec: await readSweepSpec(file), runs: join(folder, 'runs'), signal: controller.signal, print });
  return { board, printed: printed.join('\n'), seated: (await Promise.all(seats)).flat() };
}

test('trains each run once, goes on after it was stopped, and ranks them', async () => {
  const spec = { grid: { 'training.learningRate': [0.0001, 0.02] } };
  const stopped = await sweep(spec, { stopAfter: /step 5 of/ });
  expect(stopped.board).toBeUndefined();
  expect(stopped.printed).toContain('the same command goes on');
  const runs = join(folder, 'runs', 'rates');
  // It sits for its runs while it trains them.
  expect(stopped.seated).toEqual([runs]);
  expect(await seatedRuns()).toEqual(new Set());
  expect((await eventsOf(join(runs, '0000'))).at(-1)).toMatchObject({ type: 'stopped' });

  const { board } = await sweep(spec);
  expect((await eventsOf(join(runs, '0000'))).map(({ type }) => type)).toContain('resumed');
  expect(board).toMatchObject({ metric: 'bleu', rows: [{ runs: [{ state: 'finished' }] }, { runs: [{ state: 'finished' }] }] });
  // A rate that hardly learns comes last.
  expect(board?.rows[0]?.settings).toEqual({ 'training.learningRate': 0.02 });
  expect(JSON.parse(await readFile(join(runs, 'leaderboard.json'), 'utf8')).rows).toEqual(JSON.parse(JSON.stringify(board?.rows)));
  expect(JSON.parse(await readFile(join(runs, '0001', 'label.json'), 'utf8'))).toEqual({ name: 'learningRate 0.02' });

  const again = await sweep(spec);
  expect(again.printed).toBe('[1 of 2] 0000: trained already\n[2 of 2] 0001: trained already');
  await expect(sweep({ grid: { 'training.learningRate': [0.0001, 0.03] } })).rejects.toThrow(/was made of another spec or base/);
}, 300_000);

test('a run that fails does so alone', async () => {
  await writeFile(join(folder, 'toy', 'broken.tsv'), 'no tab in it\n');
  const { board, printed } = await sweep({ grid: { 'data.file': ['broken.tsv', 'toy.tsv'] } });
  expect(printed).toMatch(/\[1 of 2\] 0000 failed: .*broken\.tsv/);
  expect(board?.rows.map(({ settings, runs }) => [settings['data.file'], runs[0]?.state])).toEqual([['toy.tsv', 'finished'], ['broken.tsv', 'failed']]);
}, 300_000);
