import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runTraining } from './train-command.ts';
import { eventsOf, measured, toyPairs, writeToy } from './training.fixture.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loop-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const minute = 60_000;
/** A validation every ten steps, and means of the last three at the end. */
const settings = { epochs: 5, tokensPerBatch: 256, validateEvery: 10, averageLast: 3, logEvery: 1 };

/** Trains the config in the folder. @param stopAt a line at which it is stopped */
async function train(run: string, { resume = false, stopAt }: { readonly resume?: boolean; readonly stopAt?: RegExp } = {}): Promise<string> {
  const controller = new AbortController();
  const lines: string[] = [];
  const print = (line: string): void => {
    lines.push(line);
    if (stopAt?.test(line) === true) controller.abort();
  };
  await runTraining({ config: join(folder, 'toy.json'), runDirectory: join(folder, run), resume, signal: controller.signal, print });
  return lines.join('\n');
}

const typesOf = async (run: string): Promise<string[]> => (await eventsOf(join(folder, run))).map(({ type }) => type);

describe('stopped and resumed, a run averages the checkpoints of an unbroken one', () => {
  test.each([
    ['just before its end', (last: number) => new RegExp(`step (${last - 3}|${last - 2}|${last - 1}) of`)],
    ['within a validation', () => /step [24]0 of/],
    ['while it averages', () => /averaging the last 3/],
  ])('%s', async (_name, stopping) => {
    await writeToy(folder, settings, toyPairs(300));
    await train('unbroken');
    const stopAt = stopping((await eventsOf(join(folder, 'unbroken'))).findLast(({ type }) => type === 'step')?.step ?? 0);
    let stops = 0;
    for (let printed = await train('broken', { stopAt }); printed.includes('Stopped'); stops++) {
      expect((await typesOf('broken')).at(-1)).toBe('stopped');
      // As by somebody who lets it go on for good only after a few stops.
      printed = await train('broken', { resume: true, ...(stops < 2 && { stopAt }) });
    }
    expect(stops).toBeGreaterThan(0);
    expect(await measured(join(folder, 'broken'))).toEqual(await measured(join(folder, 'unbroken')));
    expect(await readdir(join(folder, 'broken', 'checkpoints'))).toEqual(await readdir(join(folder, 'unbroken', 'checkpoints')));
    expect((await eventsOf(join(folder, 'broken'))).at(-1)).toMatchObject({ type: 'finished', reason: 'all-epochs' });
  }, 2 * minute);
});

test('a run that ended by patience stays ended, though the mean that it ended with is its best', async () => {
  await writeToy(folder, { ...settings, epochs: 100, learningRate: 0.05, schedule: { kind: 'constant' }, validateEvery: 5, patience: 2 }, toyPairs(300));
  await train('run');
  const file = join(folder, 'run', 'events.jsonl');
  const before = await readFile(file, 'utf8');
  const finished = (await eventsOf(join(folder, 'run'))).at(-1);
  const mean = (await eventsOf(join(folder, 'run'))).findLast(({ type }) => type === 'validation');
  expect(mean).toMatchObject({ step: finished?.step, meanOf: expect.anything(), best: true });
  expect(await train('run', { resume: true })).toContain('finished already');
  expect(await readFile(file, 'utf8')).toBe(before);

  // Killed just before it said so.
  await writeFile(file, before.split('\n').slice(0, -2).join('\n') + '\n');
  await train('run', { resume: true });
  const [resumed, last] = (await eventsOf(join(folder, 'run'))).slice(-2);
  expect(resumed?.type).toBe('resumed');
  expect(last).toMatchObject({ type: 'finished', reason: 'no-improvement', bestStep: mean?.step, step: mean?.step });
}, 2 * minute);

test('where the measure is what counts, means are judged by it too', async () => {
  await writeToy(folder, { ...settings, epochs: 3, selectBy: 'metric' }, toyPairs(300));
  expect(await train('run')).toMatch(/averaging the last \d checkpoints[^]*Done: the best of it, its measure/);
  expect((await readdir(join(folder, 'run'))).filter(name => name.startsWith('.'))).toEqual([]);
}, minute);
