import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { askRun } from './control.ts';
import { expectAlike } from './kills.fixture.ts';
import { stateFile } from './run-directory.ts';
import { stepName } from './step-name.ts';
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

interface Trained {
  readonly resume?: boolean;
  /** A line at which it is stopped. */
  readonly stopAt?: RegExp;
  /** Hears every line. */
  readonly hear?: (line: string) => void;
}

/** Trains the config in the folder. */
async function train(run: string, { resume = false, stopAt, hear }: Trained = {}): Promise<string> {
  const controller = new AbortController();
  const lines: string[] = [];
  const print = (line: string): void => {
    lines.push(line);
    hear?.(line);
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

describe('a run that is told to wait', () => {
  /** Trains; at a line `when`, what is wanted of it changes, and once it waits, it is left waiting a while. */
  async function trainWaiting(run: string, when: RegExp, then: 'run' | 'stop'): Promise<string> {
    const path = join(folder, run);
    const events: Promise<void>[] = [];
    const waited = async (): Promise<void> => {
      const before = await readFile(join(path, 'events.jsonl'), 'utf8');
      await new Promise(resolve => setTimeout(resolve, 700));
      expect(await readFile(join(path, 'events.jsonl'), 'utf8')).toMatch(new RegExp(`^${escape(before)}(.*"type":"paused".*\n)?$`));
      await askRun(path, then);
    };
    const printed = await train(run, {
      hear: line => {
        if (when.test(line)) events.push(askRun(path, 'pause'));
        if (line === 'Paused and saved.') events.push(waited());
      },
    });
    await Promise.all(events);
    return printed;
  }
  const escape = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

  test('saves, computes nothing, and goes on to what it would have been', async () => {
    await writeToy(folder, settings, toyPairs(300));
    await train('unbroken');
    await trainWaiting('waiting', /building the training graphs/, 'run');
    const types = await typesOf('waiting');
    const at = types.indexOf('paused');
    expect(types.slice(at - 1, at + 2)).toEqual(['checkpoint', 'paused', 'continued']);
    await expectAlike(join(folder, 'waiting'), join(folder, 'unbroken'), 'a run that waited');
    expect((await eventsOf(join(folder, 'waiting'))).every(({ attempt }) => attempt === 1)).toBe(true);
  }, 2 * minute);

  test('stops from there when it is told to, and is resumed', async () => {
    await writeToy(folder, settings, toyPairs(300));
    await train('unbroken');
    expect(await trainWaiting('waiting', /building the training graphs/, 'stop')).toContain('Stopped and saved');
    expect((await typesOf('waiting')).slice(-2)).toEqual(['paused', 'stopped']);
    await train('waiting', { resume: true });
    await expectAlike(join(folder, 'waiting'), join(folder, 'unbroken'), 'a run that waited and stopped');
  }, 2 * minute);
});

test('as many of the newest checkpoints are kept as it is told to, and the best', async () => {
  await writeToy(folder, { ...settings, averageLast: 1, keepLast: 3 }, toyPairs(300));
  await train('run');
  const path = join(folder, 'run');
  const validations = (await eventsOf(path)).filter(({ type }) => type === 'validation');
  const best = validations.findLast(event => event['best'] === true)?.step ?? -1;
  const kept = new Set([best, ...validations.slice(-3).map(({ step }) => step)]);
  const steps = (await readdir(join(path, 'checkpoints'))).map(Number);
  expect(validations.length).toBeGreaterThan(3);
  expect(new Set(steps)).toEqual(kept);
  // Only the latest goes on: what is kept to be looked at has no state of the optimizer.
  const withState = await Promise.all(steps.map(async step => (await readdir(join(path, 'checkpoints', stepName(step)))).includes(stateFile)));
  expect(withState).toEqual(steps.map(step => step === Math.max(...steps)));
}, minute);

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
