import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SweepWatcher } from './leaderboard.ts';
import { leaderboardMarkdown, leaderboardRows } from './table.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leaderboard-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Told {
  readonly type: string;
  readonly [key: string]: unknown;
}

async function tell(run: string, step: number, ...events: readonly Told[]): Promise<void> {
  await mkdir(join(folder, run), { recursive: true });
  const lines = events.map(event => `${JSON.stringify({ ...event, attempt: 1, step, time: '2026-01-01T00:00:00.000Z' })}\n`);
  await appendFile(join(folder, run, 'events.jsonl'), lines.join(''));
}

const validation = (metrics: Readonly<Record<string, number>>): Told => ({ type: 'validation', likelihood: 1, perplexity: 3, metrics, best: true });

async function makeSweep(more: object = {}): Promise<void> {
  const runs = [0.1, 0.2].flatMap((rate, index) => [1, 2].map(seed => ({ folder: `000${2 * index + seed - 1}`, settings: { 'training.learningRate': rate }, seed })));
  await writeFile(join(folder, 'sweep.json'), JSON.stringify({ format: 'attention-scope-sweep', formatVersion: 1, name: 'toys', title: 'Toys', configs: '', runs, ...more }));
}

test('settings are ranked by the mean over their seeds of each run’s best, as it comes', async () => {
  await makeSweep();
  const watcher = new SweepWatcher(folder);
  expect(await watcher.read()).toMatchObject({ metric: null, rows: [{ measure: null, runs: [{ state: 'queued' }, { state: 'queued' }] }, { measure: null }] });

  await tell('0000', 10, { type: 'started', parameters: 1, totalSteps: 40 }, { type: 'step', loss: 1 }, validation({ bleu: 20 }));
  await tell('0002', 10, { type: 'started', parameters: 1, totalSteps: 40 }, validation({ bleu: 30 }));
  await writeFile(join(folder, '0002', 'writer.json'), JSON.stringify({ pid: process.pid, host: hostname() }));
  const early = await watcher.read();
  expect(early.rows.map(({ settings }) => settings['training.learningRate'])).toEqual([0.2, 0.1]);
  expect(early.rows[0]?.runs[0]).toMatchObject({ folder: '0002', state: 'running', best: 30, totalSteps: 40 });
  expect(early.rows[1]?.runs[0]).toMatchObject({ state: 'interrupted', best: 20 });

  await tell('0000', 20, validation({ bleu: 50 }));
  await tell('0000', 30, validation({ bleu: 40 }), { type: 'finished', reason: 'all-epochs', bestStep: 20 });
  await tell('0001', 20, validation({ bleu: 50 }), { type: 'finished', reason: 'all-epochs', bestStep: 20 });
  await tell('0003', 0, { type: 'failed', message: 'No | room' });
  const late = await watcher.read();
  expect(late).toMatchObject({ metric: 'bleu', better: 'higher' });
  expect(late.rows[0]).toMatchObject({ settings: { 'training.learningRate': 0.1 }, measure: { mean: 50, count: 2 } });
  expect(leaderboardRows(late)).toEqual([
    ['', 'setting', 'bleu', 'runs'],
    ['1.', 'learningRate 0.1', '50.00 ± 0.00, n = 2', '2 finished'],
    ['2.', 'learningRate 0.2', '30.00, n = 1', expect.stringMatching(/^1 running at 25 %, 1 failed$/)],
  ]);
  expect(leaderboardMarkdown(late)).toContain('- 0003 failed: No \\| room');
});

test('errors are better the lower they are, and a sweep may say what it is judged by', async () => {
  await makeSweep({ metric: 'perplexity' });
  await tell('0000', 10, { ...validation({ bleu: 20 }), perplexity: 9 });
  await tell('0002', 10, { ...validation({ bleu: 10 }), perplexity: 4 });
  expect(await new SweepWatcher(folder).read()).toMatchObject({ metric: 'perplexity', better: 'lower', rows: [{ settings: { 'training.learningRate': 0.2 }, measure: { mean: 4 } }, {}] });
  await makeSweep({ metric: 'bleu', better: 'lower' });
  expect(await new SweepWatcher(folder).read()).toMatchObject({ better: 'lower', rows: [{ measure: { mean: 10 } }, { measure: { mean: 20 } }] });
});

test('a folder that holds no sweep is named', async () => {
  await expect(new SweepWatcher(folder).read()).rejects.toThrow(/sweep\.json cannot be read/);
  await writeFile(join(folder, 'sweep.json'), '{}');
  await expect(new SweepWatcher(folder).read()).rejects.toThrow(/is not the record of a sweep/);
});
