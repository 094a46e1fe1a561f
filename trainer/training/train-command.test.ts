import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { mkdtemp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { exportBest } from '../checkpoints/export.ts';
import { readSafetensors } from '../checkpoints/safetensors.ts';
import { Translator } from '../decoding/translator.ts';
import { buildCommandLine, type Ended, eventsOf, measured, toyPairs, Training, writeToy } from './training.fixture.ts';

let commandLine: string;
let folder: string;
let unbroken: { readonly losses: unknown[]; readonly weights: Buffer };

/** With dropout, joined pairs, two buckets, several epochs, and validations that are no multiple of anything. */
const settings = { epochs: 5, validateEvery: 17 };
const minutes = 60_000;

beforeAll(async () => {
  commandLine = await buildCommandLine();
  const home = await mkdtemp(join(tmpdir(), 'unbroken-'));
  const run = join(home, 'run');
  await writeToy(home, settings);
  expect(await train(['--run-dir', run], home)).toMatchObject({ code: 0, error: '' });
  unbroken = { losses: await measured(run), weights: await lastWeights(run) };
  await rm(home, { recursive: true });
}, 5 * minutes);
afterAll(() => rm(dirname(commandLine), { recursive: true, force: true }));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'train-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const start = (args: readonly string[], home = folder, options = {}): Training =>
  new Training(commandLine, [join(home, 'toy.json'), ...args], options);
const train = (args: readonly string[], home = folder): Promise<Ended> => start(args, home).ended;
const runFolder = (): string => join(folder, 'run');
const intoRun = (...more: string[]): string[] => ['--run-dir', runFolder(), ...more];

async function lastWeights(run: string): Promise<Buffer> {
  const last = (await readdir(join(run, 'checkpoints'))).toSorted().at(-1) ?? '';
  return readFile(join(run, 'checkpoints', last, 'weights.bin'));
}

/** Mounts a disk of 700 kB. @returns whether that was allowed */
function mount(folder: string): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=700k', 'tmpfs', folder]).status === 0;
}

function mayMount(): boolean {
  const tried = mkdtempSync(join(tmpdir(), 'mount-'));
  const mounted = mount(tried);
  if (mounted) execFileSync('umount', [tried]);
  rmdirSync(tried);
  return mounted;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function expectUnbroken(): Promise<void> {
  expect(await measured(runFolder())).toEqual(unbroken.losses);
  expect((await lastWeights(runFolder())).equals(unbroken.weights)).toBe(true);
  const left = [...(await readdir(runFolder())), ...(await readdir(join(runFolder(), 'checkpoints')))];
  expect(left.filter(name => name.startsWith('.') || name === 'writer.json')).toEqual([]);
}

test('it learns a toy language, and its best checkpoint translates what it never saw', async () => {
  await writeToy(folder, { epochs: 20, tokensPerBatch: 128, validateEvery: 200, logEvery: 50 }, toyPairs(500));
  const ended = await train(intoRun());
  expect(ended).toMatchObject({ code: 0, error: '' });
  expect(ended.out).toMatch(/epoch 1 of 20, step 50 of \d+: loss \d\.\d+, perplexity \d+\.\d+, \d+ tokens\/s\n/);
  expect(ended.out).toMatch(/tokens\/s, \d+ (s|min) left\n/);

  const events = await eventsOf(runFolder());
  const losses = events.flatMap(event => (event.type === 'step' ? [Number(event['loss'])] : []));
  expect(losses.at(-1)).toBeLessThan(0.5 * (losses[0] ?? 0));
  const best = events.findLast(event => event.type === 'validation' && event['best'] === true);
  expect(best?.['metrics']).toEqual({ bleu: expect.any(Number) });
  expect(Object(best?.['metrics']).bleu).toBeGreaterThan(85);
  const finished = events.at(-1);
  expect(finished).toMatchObject({ type: 'finished', reason: 'all-epochs', bestStep: best?.step });

  const model = join(runFolder(), 'checkpoints', String(best?.step).padStart(8, '0'));
  const translator = await Translator.open(model, { threads: 1 });
  const sample = events.find(event => event.type === 'sample');
  const { target } = await translator.translate({ text: String(sample?.['source']), beam: 1 });
  await translator.release();
  expect(target.text.split(' ')).toHaveLength(5);

  const { tensors, metadata } = await readSafetensors(join(runFolder(), 'probes', `${String(best?.step).padStart(8, '0')}.safetensors`));
  for (const [name, { shape, data }] of [...tensors].filter(([key]) => !key.includes('.'))) {
    const [rows = 0, width = 0] = shape;
    expect(JSON.parse(metadata[`${name}.source`] ?? '[]')).toHaveLength(width);
    expect(JSON.parse(metadata[`${name}.target`] ?? '[]')).toHaveLength(rows);
    for (let row = 0; row < rows; row++) {
      expect(data.subarray(row * width, (row + 1) * width).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 4);
    }
  }
  const names = await readdir(runFolder());
  expect(names.filter(name => /^events\.out\.tfevents\.\d+\..+\.1$/.test(name))).toHaveLength(1);
}, 3 * minutes);

test('at its end it tries the mean of its last checkpoints, which is one more checkpoint', async () => {
  await writeToy(folder, { epochs: 3, tokensPerBatch: 128, validateEvery: 10, logEvery: 50, averageLast: 3 }, toyPairs(300));
  const ended = await train(intoRun());
  expect(ended).toMatchObject({ code: 0, error: '' });
  const validations = (await eventsOf(runFolder())).filter(event => event.type === 'validation');
  const { step, meanOf } = validations.at(-1) ?? {};
  const steps = Array.isArray(meanOf) ? meanOf.map(Number) : [];
  expect(steps.length).toBeGreaterThanOrEqual(2);
  expect(steps).toEqual(validations.slice(-1 - steps.length, -1).map(event => event.step));
  // What it ends with can be gone on with no further: resumed, it says so at once and averages nothing again.
  expect(await train(intoRun('--resume'))).toMatchObject({ code: 0 });
  expect((await eventsOf(runFolder())).filter(event => event.type === 'validation')).toHaveLength(validations.length);
  expect(step).toBe(1 + Number(validations.at(-2)?.step));
}, 3 * minutes);

test('the same seed twice gives the same losses, to the last bit', async () => {
  await writeToy(folder, settings);
  expect((await train(intoRun())).code).toBe(0);
  await expectUnbroken();
}, 3 * minutes);

// At random instants: nothing-lost.test.ts.
describe('killed and resumed, its losses are those of an unbroken run', () => {
  test('in the middle of a checkpoint, of which half is left, and of a line', async () => {
    await writeToy(folder, settings);
    const training = start(intoRun());
    await training.printed(/held out/);
    const { pid } = JSON.parse(await readFile(join(runFolder(), 'writer.json'), 'utf8')) as { pid: number };
    await training.kill('SIGKILL');
    // The process that trains is another one where memory is shared (allocator.ts), and ends with the one that was killed.
    await expect.poll(() => isAlive(pid), { timeout: 30_000 }).toBe(false);
    const aside = join(runFolder(), 'checkpoints', '.00000034.999999999-0.aside');
    await mkdir(aside, { recursive: true });
    await writeFile(join(aside, 'weights.bin'), 'half');
    await writeFile(join(runFolder(), 'events.jsonl'), '{"type":"step","lo', { flag: 'a' });
    expect(await train(intoRun('--resume'))).toMatchObject({ code: 0, error: '' });
    await expectUnbroken();
    // Who reads the events is not troubled by the torn line among them.
    const { step, folder: model } = await exportBest(runFolder(), join(folder, 'model'), 'int8');
    expect((await eventsOf(runFolder())).at(-1)).toMatchObject({ type: 'finished', bestStep: step });
    await (await Translator.open(model, { threads: 1 })).release();
  }, 3 * minutes);

  test('before it wrote anything', async () => {
    await writeToy(folder, settings);
    const training = start(intoRun());
    while (!(await readdir(folder)).includes('run')) await new Promise(resolve => setTimeout(resolve, 5));
    while (!(await readdir(runFolder())).includes('checkpoints')) await new Promise(resolve => setTimeout(resolve, 1));
    await training.kill('SIGKILL');
    expect(await train(intoRun('--resume'))).toMatchObject({ code: 0, error: '' });
    await expectUnbroken();
  }, 3 * minutes);

  test('by Ctrl-C, which saves first: nothing is gone through twice', async () => {
    // With lines that are means over ten steps, a stop falls between two of them.
    await writeToy(folder, { ...settings, logEvery: 10 });
    expect((await train(intoRun())).code).toBe(0);
    const whole = await measured(runFolder());
    await rm(runFolder(), { recursive: true });

    for (const [attempt, resume] of [[1, []], [2, ['--resume']], [3, ['--resume']]] as const) {
      const training = start(intoRun(...resume));
      await training.printed(/step \d+ of/);
      await new Promise(resolve => setTimeout(resolve, Math.random() * 200));
      const ended = await training.kill(attempt === 2 ? 'SIGTERM' : 'SIGINT');
      expect(ended).toMatchObject({ code: 0, error: '' });
      if (ended.out.includes('Done')) break;
      expect(ended.out).toContain('Stopped and saved; go on with --resume.');
    }
    expect((await train(intoRun('--resume'))).code).toBe(0);
    expect(await measured(runFolder())).toEqual(whole);
    const steps = (await eventsOf(runFolder())).filter(({ type }) => type === 'step').map(({ step }) => step);
    expect(new Set(steps).size).toBe(steps.length);
  }, 5 * minutes);

  test('by Ctrl-C before its first validation, and while it prepares', async () => {
    await writeToy(folder, { ...settings, validateEvery: 1000 });
    const preparing = start(intoRun());
    await preparing.printed(/pairs to train on/);
    expect(await preparing.kill('SIGINT')).toMatchObject({ code: 0, error: '' });
    const training = start(intoRun('--resume'));
    await training.printed(/step 5 of/);
    expect((await training.kill('SIGINT')).out).toContain('Stopped and saved');
    expect(await train(intoRun('--resume'))).toMatchObject({ code: 0, error: '' });
    const steps = (await measured(runFolder())).length;
    expect(steps).toBe(unbroken.losses.filter(event => (event as { type: string }).type === 'step').length + 1);
  }, 3 * minutes);
});

test('it stops early, and stays stopped', async () => {
  // At this rate nothing gets better after the first validation.
  await writeToy(folder, { ...settings, learningRate: 1e-9, validateEvery: 5, patience: 3, epochs: 100, dropout: 0 });
  expect((await train(intoRun())).code).toBe(0);
  const events = await eventsOf(runFolder());
  expect(events.at(-1)).toMatchObject({ type: 'finished', reason: 'no-improvement' });
  const last = events.at(-1)?.step ?? 0;
  expect(last).toBeLessThan(100);
  const again = await train(intoRun('--resume'));
  expect(again).toMatchObject({ code: 0, error: '', out: expect.stringMatching(/^The run is finished already: the best of it is .*\n$/) });
  expect(await eventsOf(runFolder())).toEqual(events);
}, 3 * minutes);

describe('what goes wrong ends in one clear message', () => {
  test('a second writer', async () => {
    await writeToy(folder, { ...settings, epochs: 1000, patience: 1000 });
    const training = start(intoRun());
    await training.printed(/step \d+ of/);
    const second = await train(intoRun('--resume'));
    expect(second.code).toBe(2);
    expect(second.error).toMatch(/^attention-scope: Process \d+ on .* is training into .*\n.*--run-dir.*\n$/);
    expect((await train(intoRun())).error).toContain('already holds a run');
    const before = (await eventsOf(runFolder())).length;
    expect((await training.kill('SIGINT')).code).toBe(0);
    expect((await eventsOf(runFolder())).length).toBeGreaterThan(before);
    expect((await eventsOf(runFolder())).every(({ attempt }) => attempt === 1)).toBe(true);
  }, 3 * minutes);

  test('a resumption on another config or corpus', async () => {
    await writeToy(folder, { ...settings, epochs: 100 });
    const training = start(intoRun());
    await training.printed(/step \d+ of/);
    expect((await training.kill('SIGINT')).code).toBe(0);
    await writeToy(folder, { ...settings, epochs: 2 });
    expect((await train(intoRun('--resume'))).error).toContain('the config changed since it was started');
    await writeToy(folder, { ...settings, epochs: 100 }, toyPairs(399));
    expect((await train(intoRun('--resume'))).error).toMatch(/the corpus changed since it was started \(toy\.tsv had [\d,]+ bytes and has [\d,]+ bytes; the hash/);
  }, 3 * minutes);

  test('a wrong config and a broken corpus', async () => {
    await writeToy(folder);
    await writeFile(join(folder, 'toy.tsv'), 'one column\n');
    const ragged = await train(intoRun());
    expect(ragged.code).toBe(1);
    expect(ragged.error).toMatch(/^attention-scope: .*toy\.tsv, line 1: one column found .*\nMend the file and start again\.\n$/);
    await writeFile(join(folder, 'toy.json'), '{"name": "toy", "task": "translation", "epoch": 3}');
    const wrong = await train(intoRun());
    expect(wrong.code).toBe(1);
    expect(wrong.error).toContain('"epoch" is not a key of a config');
    expect(wrong.error).toContain('"training"');
    expect(wrong.error.trimEnd().split('\n')).toHaveLength(2);
  }, 3 * minutes);

  test('a training that is killed from outside, as when memory runs out', async () => {
    await writeToy(folder, { ...settings, epochs: 1000, patience: 1000 });
    const training = start(intoRun());
    await training.printed(/step \d+ of/);
    const { pid } = JSON.parse(await readFile(join(runFolder(), 'writer.json'), 'utf8')) as { pid: number };
    // Where memory is not shared, the process that trains is the one that was started, and nobody is left to tell.
    if (pid === training.process.pid) return void (await training.kill('SIGKILL'));
    process.kill(pid, 'SIGKILL');
    const ended = await training.ended;
    expect(ended.code).toBe(1);
    expect(ended.error).toMatch(/^attention-scope: The training was killed by SIGKILL\. .*memory.*\n.*--resume.*"training\.tokensPerBatch".*\n$/);
  }, 3 * minutes);

  test('nobody who listens any more: it saves and stops', async () => {
    await writeToy(folder, { ...settings, epochs: 1000, validateEvery: 100_000 });
    const training = start(intoRun());
    await training.printed(/step \d+ of/);
    training.process.stdout.destroy();
    expect((await training.ended).code).toBe(1);
    const events = await eventsOf(runFolder());
    expect(events.slice(-2).map(({ type }) => type)).toEqual(['checkpoint', 'stopped']);
    expect(await readdir(join(runFolder(), 'checkpoints'))).toHaveLength(1);
  }, 3 * minutes);

  const fullDisk = async (): Promise<void> => {
    const disk = join(folder, 'disk');
    await mkdir(disk);
    expect(mount(disk)).toBe(true);
    try {
      await writeToy(folder, settings);
      const run = join(disk, 'run');
      const args = ['--run-dir', run];
      // Room for one checkpoint, which takes some 300 kB, and not for a second beside it.
      const full = await train(args);
      expect(full.code).toBe(1);
      expect(full.error).toMatch(/^attention-scope: No room to write .*\(ENOSPC\).*\nFree some space.*\n$/);
      const [only, ...others] = await readdir(join(run, 'checkpoints'));
      expect(others).toEqual([]);
      await (await Translator.open(join(run, 'checkpoints', only ?? ''), { threads: 1 })).release();
      execFileSync('mount', ['-o', 'remount,size=20m', disk]);
      expect(await train([...args, '--resume'])).toMatchObject({ code: 0, error: '' });
      expect(await measured(run)).toEqual(unbroken.losses);
      expect((await eventsOf(run)).some(({ type }) => type === 'failed')).toBe(true);
    } finally {
      execFileSync('umount', [disk]);
    }
  };
  const fullDiskTest = test.skipIf(!mayMount());
  fullDiskTest('a full disk: the old checkpoint stays whole, and training goes on once there is room', fullDisk, 3 * minutes);

  test('a file that may grow no further', async () => {
    await writeToy(folder, settings);
    // Blocks of 512 bytes: a quota that the state of the optimizer exceeds.
    const limited = await start(intoRun(), folder, { before: 'ulimit -f 200' }).ended;
    expect(limited.code).toBe(1);
    expect(limited.error).toMatch(/^attention-scope: No room to write .*\(EFBIG\)/);
    expect(await readdir(join(runFolder(), 'checkpoints'))).toEqual([]);
    expect(await train(intoRun('--resume'))).toMatchObject({ code: 0, error: '' });
    await expectUnbroken();
  }, 3 * minutes);
});
