import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type CrossValidation, runCrossValidation, togetherOf } from './cross-validation.ts';
import { asTable, buildCommandLine, type Ended, eventsOf, toyConfig, toyPairs, Training, writeToy } from './training.fixture.ts';

let commandLine: string;
let folder: string;
const minutes = 60_000;

beforeAll(async () => {
  commandLine = await buildCommandLine();
}, 2 * minutes);
afterAll(() => rm(dirname(commandLine), { recursive: true, force: true }));
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'folds-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const run = (): string => join(folder, 'run');
const start = (...args: string[]): Training => new Training(commandLine, [join(folder, 'toy.json'), '--run-dir', run(), ...args]);
const train = (...args: string[]): Promise<Ended> => start(...args).ended;

test('stopped and resumed, every fold is trained once, and the report has each and their mean', async () => {
  await writeToy(folder, { epochs: 2, validateEvery: 10 }, toyPairs(200));
  const first = start('--folds', '3');
  await first.printed(/fold 2 of 3\] training[\s\S]*step \d+ of/);
  expect((await first.kill('SIGINT')).out).toContain('Stopped');
  const finished = await stat(join(run(), 'fold-1', 'events.jsonl'));
  const second = await train('--folds', '3', '--resume');
  expect(second).toMatchObject({ code: 0, error: '' });
  expect(second.out).toContain('[fold 1 of 3] trained already');
  expect((await stat(join(run(), 'fold-1', 'events.jsonl'))).mtimeMs).toBe(finished.mtimeMs);
  expect(second.out).toMatch(/likelihood \d\.\d{3} ± \d\.\d{3}, n = 3\nbleu \d+\.\d\d ± \d+\.\d\d, n = 3\n$/);

  const report = JSON.parse(await readFile(join(run(), 'cross-validation.json'), 'utf8')) as CrossValidation;
  expect(report.folds.map(({ fold }) => fold)).toEqual([1, 2, 3]);
  for (const { fold, step, likelihood, metrics } of report.folds) {
    const best = (await eventsOf(join(run(), `fold-${fold}`))).findLast(event => event.type === 'validation' && event['best'] === true);
    expect({ step: best?.step, likelihood: best?.['likelihood'], metrics: best?.['metrics'] }).toEqual({ step, likelihood, metrics });
  }
  const likelihoods = report.folds.map(({ likelihood }) => likelihood);
  expect(report.likelihood.mean).toBeCloseTo(likelihoods.reduce((sum, one) => sum + one, 0) / 3);
  expect(report.likelihood.count).toBe(3);
  // The folds are told apart: each was judged by other pairs.
  expect(new Set(likelihoods).size).toBe(3);

  expect((await train('--folds', '3')).error).toContain('already holds folds');
  expect((await train('--folds', '4', '--resume')).error).toContain('the fold changed since it was started');
  await writeToy(folder, { epochs: 3, validateEvery: 10 }, toyPairs(200));
  expect((await train('--folds', '3', '--resume')).error).toContain('the config changed since it was started');
}, 5 * minutes);

test('what cannot be done is refused before anything is written', async () => {
  const config = await writeToy(folder, {}, toyPairs(60));
  const request = { config, runDirectory: run(), resume: false, signal: new AbortController().signal, print: () => undefined };
  await expect(runCrossValidation({ ...request, folds: 1 })).rejects.toMatchObject({ code: 'bad-argument', message: expect.stringContaining('2 or more') });
  await expect(runCrossValidation({ ...request, folds: 3, resume: true })).rejects.toMatchObject({ code: 'no-such-file' });
  expect((await train('--folds', 'many')).error).toContain('--folds takes a whole number from 2 to 9999; found "many"');
  expect(await readdir(folder)).not.toContain('run');

  const { data, ...rest } = toyConfig();
  await writeFile(join(folder, 'valid.tsv'), asTable(toyPairs(10)));
  await writeFile(config, JSON.stringify({ ...rest, data: { ...data, validation: 'valid.tsv' } }));
  await expect(runCrossValidation({ ...request, folds: 2 })).rejects.toMatchObject({
    code: 'bad-argument',
    message: expect.stringContaining('"data.validation"'),
  });
  await writeFile(config, JSON.stringify({ ...rest, data: { ...data, stream: true } }));
  await expect(runCrossValidation({ ...request, folds: 2 })).rejects.toMatchObject({ code: 'bad-argument', message: expect.stringContaining('read from the disk') });
}, 2 * minutes);

test('a corpus that changed since the first fold is told before the next is trained', async () => {
  const config = await writeToy(folder, { epochs: 1 }, toyPairs(60));
  const controller = new AbortController();
  const print = (line: string): void => (line.includes('[fold 2 of 2] training') ? controller.abort() : undefined);
  const request = { config, runDirectory: run(), folds: 2, print };
  await runCrossValidation({ ...request, resume: false, signal: controller.signal });
  await writeToy(folder, { epochs: 1 }, toyPairs(61));
  await expect(runCrossValidation({ ...request, resume: true, signal: new AbortController().signal, print: () => undefined })).rejects.toMatchObject({
    code: 'bad-argument',
    message: expect.stringContaining('the corpus changed'),
  });
  expect(await readdir(join(run(), 'fold-2'))).not.toContain('run.json');
}, minutes);

test('more folds than groups of pairs are refused', async () => {
  const config = await writeToy(folder, {}, toyPairs(60));
  const request = { config, runDirectory: run(), resume: false, signal: new AbortController().signal, print: () => undefined };
  await expect(runCrossValidation({ ...request, folds: 50 })).rejects.toMatchObject({ code: 'bad-argument', message: expect.stringContaining('50 folds') });
});

test('the spread is the sample deviation over the folds', () => {
  const fold = (number: number, likelihood: number, bleu: number) => ({ fold: number, step: 10, likelihood, metrics: { bleu } });
  const together = togetherOf('toy', [fold(1, 1, 20), fold(2, 2, 30), fold(3, 3, 40)]);
  expect(together.likelihood).toEqual({ mean: 2, deviation: 1, count: 3 });
  expect(together.metrics).toEqual({ bleu: { mean: 30, deviation: 10, count: 3 } });
});
