import { appendFile, cp, mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LogRun } from '../series.ts';
import { findLog, readLog } from './open-log.ts';

const fixture = (...names: string[]): string => join(fileURLToPath(new URL('fixtures', import.meta.url)), ...names);
const read = (path: string): Promise<LogRun> => readLog(path, new AbortController().signal);
const curve = ({ series }: LogRun, metric: string): [number, number][] => {
  const { steps, values } = series.curve(metric) ?? { steps: new Float64Array(), values: new Float64Array() };
  return Array.from(steps, (step, index) => [step, values[index] ?? Number.NaN]);
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'logs-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const written = async (name: string, text: string, age = 60): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, text);
  const then = new Date(Date.now() - age * 1000);
  await utimes(path, then, then);
  return path;
};

describe('Keras', () => {
  test('its TensorBoard callback: tensors in folders for training and validation', async () => {
    expect(await findLog(fixture('keras'))).toBe('tensorboard');
    const log = await read(fixture('keras'));
    expect(log.warnings).toEqual([]);
    expect(log.series.metrics().toSorted()).toEqual([
      'train/epoch_accuracy', 'train/epoch_learning_rate', 'train/epoch_loss', 'validation/epoch_accuracy', 'validation/epoch_loss',
      'validation/evaluation_accuracy_vs_iterations', 'validation/evaluation_loss_vs_iterations',
    ]);
    // As its CSVLogger told them in the same training.
    const csv = await read(fixture('keras.csv'));
    const pairs = [['train/epoch_loss', 'loss'], ['validation/epoch_loss', 'val_loss'], ['validation/epoch_accuracy', 'val_accuracy']] as const;
    for (const [tag, column] of pairs) {
      expect(curve(log, tag)).toHaveLength(3);
      curve(log, tag).forEach(([step, value], at) => {
        expect(step).toBe(at);
        expect(value).toBeCloseTo(curve(csv, column)[at]?.[1] ?? Number.NaN, 6);
      });
    }
    expect(curve(log, 'train/epoch_learning_rate')[0]?.[1]).toBeCloseTo(0.01, 6);
    expect(log.loss).toBe('train/epoch_loss');
    expect(log.metric).toMatch(/^validation\/.*accuracy/);
    expect(log.started).toBeGreaterThan(1_795_806_600_000);
    expect(log.updated).toBeGreaterThan(log.started ?? Number.POSITIVE_INFINITY);
  });

  test('its CSVLogger', async () => {
    expect(await findLog(fixture('keras.csv'))).toBe('csv');
    const log = await read(fixture('keras.csv'));
    expect(log).toMatchObject({ loss: 'loss', metric: 'val_accuracy', warnings: [] });
    expect(curve(log, 'loss')).toEqual([[0, 0.6955038905143738], [1, 0.6947935223579407], [2, 0.6940940022468567]]);
  });
});

describe('the Trainer of transformers', () => {
  test('its folder is read by the latest state, with its checkpoints', async () => {
    expect(await findLog(fixture('trainer'))).toBe('trainer-state');
    const log = await read(fixture('trainer'));
    expect(log).toMatchObject({ loss: 'loss', metric: 'eval_accuracy', totalSteps: 8, isFinished: true, warnings: [] });
    expect(curve(log, 'loss').map(([step]) => step)).toEqual([2, 4, 6, 8]);
    expect(curve(log, 'eval_accuracy').map(([step]) => step)).toEqual([4, 8]);
    expect(log.checkpoints).toEqual([{ step: 4, folder: fixture('trainer', 'checkpoint-4') }, { step: 8, folder: fixture('trainer', 'checkpoint-8') }]);
    expect(log.settings).toContainEqual({ key: 'num_train_epochs', value: '2' });
  });

  test('without a state of its own it is that of the latest checkpoint', async () => {
    const copy = join(folder, 'trainer');
    await cp(fixture('trainer'), copy, { recursive: true });
    await rm(join(copy, 'trainer_state.json'));
    const log = await read(copy);
    expect(log).toMatchObject({ totalSteps: 8, isFinished: null });
    expect(curve(log, 'loss').map(([step]) => step)).toEqual([2, 4, 6, 8]);
    expect(curve(await read(fixture('trainer', 'checkpoint-4', 'trainer_state.json')), 'loss').map(([step]) => step)).toEqual([2, 4]);
  });

  test('what is no number is a gap', async () => {
    const path = join(folder, 'nan');
    await mkdir(path);
    await writeFile(join(path, 'trainer_state.json'), '{"log_history": [{"loss": 1.5, "step": 1}, {"loss": NaN, "grad_norm": -Infinity, "step": 2}], "global_step": 2}');
    const log = await read(path);
    expect(curve(log, 'loss')).toEqual([[1, 1.5], [2, Number.NaN]]);
    expect(curve(log, 'grad_norm')).toEqual([[2, Number.NaN]]);
  });

  test.each([['no JSON', 'log_history'], ['another layout', '{"log_history": 5, "global_step": 1}']])('%s is refused by name', async (_what, text) => {
    const path = join(folder, 'bad');
    await mkdir(path, { recursive: true });
    await writeFile(join(path, 'trainer_state.json'), text);
    await expect(read(path)).rejects.toMatchObject({ code: 'bad-argument', message: expect.stringContaining('log_history and global_step') });
  });
});

describe('tables', () => {
  test("Lightning's: training and validation in rows of their own, its settings beside", async () => {
    const version = fixture('lightning', 'version_0');
    expect(await findLog(version)).toBe('csv');
    const log = await read(version);
    expect(log).toMatchObject({ loss: 'train_loss', metric: 'val_loss', warnings: [] });
    expect(curve(log, 'train_loss').map(([step]) => step)).toEqual([1, 3, 5, 7]);
    expect(curve(log, 'val_loss').map(([step]) => step)).toEqual([3, 7]);
    expect(log.settings).toEqual([{ key: 'rate', value: '0.1' }, { key: 'width', value: '4' }]);
  });

  test('quoted cells, empty ones, what is no number, times, and a program that was started again', async () => {
    const path = await written('table.csv', 'timestamp,"step",note,loss\n1700000000,1,"a, b",2\n1700000001,2,,nan\n1700000002,3,"two\nlines",0.5\n1700000003,2,,1\n1700000004,3,,\n');
    const log = await read(path);
    expect(log.series.metrics()).toEqual(['loss']);
    expect(curve(log, 'loss')).toEqual([[1, 2], [2, 1], [3, 0.5]]);
    expect([log.started, log.updated]).toEqual([1_700_000_000_000, 1_700_000_003_000]);
  });

  test('a last line without an end is waited for while the file is written', async () => {
    const path = await written('live.csv', 'epoch;loss\n0;2.5\n1;1.2', 0);
    expect(curve(await read(path), 'loss')).toEqual([[0, 2.5]]);
    await appendFile(path, '5\n');
    expect(curve(await read(path), 'loss')).toEqual([[0, 2.5], [1, 1.25]]);
    expect(curve(await read(await written('rested.csv', 'epoch;loss\n0;2.5\n1;1.2')), 'loss')).toEqual([[0, 2.5], [1, 1.2]]);
  });

  test('a quote that nothing closes: what comes before is read, and it is said', async () => {
    const log = await read(await written('open.csv', 'step,loss\n1,2\n2,1\n3,"1\n'));
    expect(curve(log, 'loss')).toEqual([[1, 2], [2, 1]]);
    expect(log.warnings).toEqual([expect.stringContaining('a quote found that nothing closes')]);
  });
});

describe('JSON Lines', () => {
  test('an object a line, with others in it; torn and foreign lines are passed over', async () => {
    const path = await written('log.jsonl', '{"step": 1, "train": {"loss": 2}, "lr": 0.1}\n{"step": 2, "train": {"loss": NaN}}\n{"step": 3, "tra\n[1]\n{"step": 3, "train": {"loss": 1}, "done": true}\n');
    expect(await findLog(path)).toBe('json-lines');
    const log = await read(path);
    expect(log.series.metrics()).toEqual(['train/loss', 'lr']);
    expect(curve(log, 'train/loss')).toEqual([[1, 2], [2, Number.NaN], [3, 1]]);
    expect(log.warnings).toEqual(['2 rows without a step were passed over.']);
  });
});

describe('what is no log', () => {
  test.each([
    ['pairs.csv', 'source,target\nhello,bonjour\n'],
    ['numbers.csv', 'a,b\n1,2\n'],
    ['words.csv', 'step,note\nfirst,1\nsecond,2\n'],
    ['texts.jsonl', '{"text": "a", "label": 1}\n'],
    ['empty.csv', ''],
    ['log.txt', 'step,loss\n1,2\n'],
  ])('%s', async (name, text) => {
    const path = await written(name, text);
    expect(await findLog(path)).toBeUndefined();
    await expect(read(path)).rejects.toMatchObject({ code: 'bad-argument', message: expect.stringContaining('event files') });
  });

  test('a run of our own, an empty folder, and one that is not there', async () => {
    const own = join(folder, 'own');
    await mkdir(own);
    expect(await findLog(own)).toBeUndefined();
    await writeFile(join(own, 'run.json'), '{}');
    await cp(fixture('keras', 'train'), own, { recursive: true });
    expect(await findLog(own)).toBeUndefined();
    expect(await findLog(join(folder, 'nowhere'))).toBeUndefined();
    await expect(read(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'no-such-file', message: expect.stringContaining('ENOENT') });
  });
});
