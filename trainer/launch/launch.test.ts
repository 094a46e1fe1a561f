import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { failureErrorCode } from '../../protocol/server.ts';
import {
  controlRunMethod, type ControlRunParams, labelRunMethod, restoreRunMethod, type RunWish, startRunMethod, type StartRunParams, type StartRunResult,
  trashRunMethod, type TrashRunResult,
} from '../../protocol/runs.ts';
import { writeToy } from '../training/training.fixture.ts';
import { endAll, happened, hasEnded, installProduct, queueOf, typesOf, until, Window, writerOf } from './product.fixture.ts';

const minutes = 60_000;
let product: string;
let home: string;
let runs: string;
let window: Window;

beforeAll(async () => {
  product = await installProduct();
}, 5 * minutes);
afterAll(() => rm(product, { recursive: true, force: true }));

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'launch-'));
  runs = join(home, 'runs');
  window = await Window.open(product, join(home, 'cache'));
});
afterEach(async () => {
  await window.kill();
  await endAll(runs);
  await rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
});

/** A config of this name in a folder of its own, with its corpus beside it. */
async function toy(name: string, training: Parameters<typeof writeToy>[1] = {}): Promise<string> {
  const folder = join(home, 'configs', name);
  await mkdir(folder, { recursive: true });
  const file = await writeToy(folder, training);
  await writeFile(file, (await readFile(file, 'utf8')).replace('"name":"toy"', `"name":"${name}"`));
  return file;
}

/** Until it is stopped. */
const endless = { epochs: 1000, patience: 1000, validateEvery: 200 };

const start = (config: string, { atOnce = 1, from = window } = {}): Promise<StartRunResult> =>
  from.connection.sendRequest(startRunMethod, { config, runs, atOnce } satisfies StartRunParams);
const control = (folder: string, wish: RunWish): Promise<null> =>
  window.connection.sendRequest(controlRunMethod, { folder, wish, atOnce: 1 } satisfies ControlRunParams);
const trains = async (folder: string): Promise<boolean> => (await typesOf(folder)).includes('step') && (await writerOf(folder)) !== undefined;
const isThere = async (folder: string): Promise<boolean> => (await readdir(folder).catch(() => undefined)) !== undefined;

async function kill(pid: number | undefined): Promise<void> {
  if (pid === undefined) throw new Error('there is nothing to kill');
  process.kill(pid, 'SIGKILL');
}

/** Code and message of what a request fails with. */
async function failure(request: Promise<unknown>): Promise<{ code: string; message: string }> {
  const thrown: unknown = await request.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toMatchObject({ code: failureErrorCode });
  return (thrown as { data: { code: string; message: string } }).data;
}

describe('runs wait for each other', () => {
  test('the second is trained when the first has ended, from a copy of the program that needs neither window nor product', async () => {
    const one = await start(await toy('one', { ...endless }));
    expect(one).toEqual({ folder: join(runs, 'one'), state: 'preparing' });
    const two = await start(await toy('two'));
    expect(two).toEqual({ folder: join(runs, 'two'), state: 'queued' });
    await until('the first trains', () => trains(one.folder));
    expect(await readdir(two.folder)).toContain('request.json');
    expect(await writerOf(two.folder)).toBeUndefined();
    await control(one.folder, 'stop');
    await window.kill();
    await until('the second is finished', () => hasEnded(two.folder));
    expect((await typesOf(one.folder)).at(-1)).toBe('stopped');
    expect(await readdir(two.folder)).toEqual(expect.arrayContaining(['config.attention.json', 'origin.json', 'output.log', 'run.json']));
    expect(await readdir(two.folder)).not.toContain('request.json');
    await until('the queue has ended', async () => (await queueOf(runs)) === undefined);
    const [copy, ...others] = await readdir(join(home, 'cache', 'attention-scope', 'runtime'));
    expect(others).toEqual([]);
    expect(copy).toMatch(/^\d+\.\d+\.\d+-[0-9a-f]{16}$/);
    window = await Window.open(product, join(home, 'cache'));
  }, 4 * minutes);

  test('runs of one name from two windows get folders of their own, and each is trained once', async () => {
    const config = await toy('same', { epochs: 1 });
    const other = await Window.open(product, join(home, 'cache'));
    try {
      const started = await Promise.all([window, other, window].map(from => start(config, { from, atOnce: 2 })));
      expect(started.map(({ folder }) => folder).toSorted()).toEqual(['same', 'same-2', 'same-3'].map(name => join(runs, name)));
      for (const { folder } of started) await until(`${folder} is finished`, () => hasEnded(folder));
      for (const { folder } of started) expect((await happened(folder)).filter(({ type }) => ['started', 'resumed'].includes(type))).toMatchObject([{ type: 'started', attempt: 1 }]);
    } finally {
      await other.kill();
    }
  }, 4 * minutes);

  test('one that waits is taken out, and leaves nothing', async () => {
    const one = await start(await toy('one', endless));
    const two = await start(await toy('two'));
    await control(two.folder, 'stop');
    expect(await isThere(two.folder)).toBe(false);
    const kept = await start(await toy('two'));
    await writeFile(join(kept.folder, 'notes.txt'), 'mine');
    await control(kept.folder, 'stop');
    expect(await readdir(kept.folder)).toEqual(expect.arrayContaining(['config.attention.json', 'notes.txt', 'origin.json']));
    expect(await readdir(kept.folder)).not.toContain('request.json');
    await until('the first trains', () => trains(one.folder));
    expect(await failure(control(kept.folder, 'pause'))).toMatchObject({ code: 'bad-argument' });
  }, 4 * minutes);
});

describe('killed at any instant', () => {
  test('the queue: what it started goes on, and the next one takes it over', async () => {
    const one = await start(await toy('one', endless));
    await until('it trains', () => trains(one.folder));
    const before = await queueOf(runs);
    await window.kill();
    await kill(before?.pid);
    const writer = await writerOf(one.folder);
    const steps = (await happened(one.folder)).length;
    window = await Window.open(product, join(home, 'cache'));
    const two = await start(await toy('two', { epochs: 1 }));
    expect(two.state).toBe('queued');
    await until('another queue lives', async () => (await queueOf(runs)) !== undefined);
    await until('the first goes on', async () => (await happened(one.folder)).length > steps + 5);
    expect(await writerOf(one.folder)).toEqual(writer);
    expect(await writerOf(two.folder)).toBeUndefined();
    await control(one.folder, 'stop');
    await until('the second is finished', () => hasEnded(two.folder));
  }, 4 * minutes);

  test('the queue again and again: no run is lost, and none is begun twice', async () => {
    const config = await toy('many', { epochs: 1 });
    const started: StartRunResult[] = [];
    for (let run = 0; run < 3; run++) started.push(await start(config));
    let kills = 0;
    const finished = async (): Promise<boolean> => (await Promise.all(started.map(({ folder }) => hasEnded(folder)))).every(isOver => isOver);
    while (kills < 6 && !(await finished())) {
      await new Promise(resolve => setTimeout(resolve, Math.random() * 1_500));
      const queue = await queueOf(runs);
      if (queue === undefined) continue;
      await kill(queue.pid);
      kills++;
      // As another window does, or the same one by itself after a few seconds.
      const [waiting] = started;
      if (waiting !== undefined) await control(waiting.folder, 'resume').catch(() => undefined);
    }
    expect(kills).toBeGreaterThan(0);
    for (const { folder } of started) await until(`${folder} is finished`, () => hasEnded(folder));
    for (const { folder } of started) {
      expect((await happened(folder)).filter(({ type }) => ['started', 'resumed', 'failed'].includes(type))).toMatchObject([{ type: 'started', attempt: 1 }]);
    }
  }, 5 * minutes);

  test('queue and training: it is resumed to its end', async () => {
    const { folder } = await start(await toy('one', { epochs: 40, validateEvery: 20 }));
    await until('a checkpoint is there', async () => (await typesOf(folder)).includes('checkpoint'));
    await kill((await queueOf(runs))?.pid);
    await kill((await writerOf(folder))?.pid);
    await until('nobody trains', async () => (await writerOf(folder)) === undefined);
    expect(['step', 'validation', 'sample', 'checkpoint']).toContain((await typesOf(folder)).at(-1));
    await control(folder, 'resume');
    await until('it goes on', async () => (await typesOf(folder)).includes('resumed'));
    await control(folder, 'stop');
    await until('it has stopped', () => hasEnded(folder, 'stopped'));
    expect(await failure(control(folder, 'pause'))).toMatchObject({ code: 'bad-argument' });
  }, 4 * minutes);
});

test('it pauses, goes on, stops and is resumed', async () => {
  const { folder } = await start(await toy('one', endless));
  await until('it trains', () => trains(folder));
  await control(folder, 'pause');
  await until('it has paused', async () => (await typesOf(folder)).at(-1) === 'paused');
  const { length } = await happened(folder);
  await new Promise(resolve => setTimeout(resolve, 1_000));
  expect(await happened(folder)).toHaveLength(length);
  await control(folder, 'resume');
  await until('it goes on', async () => (await happened(folder)).length > length + 3);
  expect((await happened(folder))[length]).toMatchObject({ type: 'continued', attempt: 1 });
  await control(folder, 'stop');
  await until('it has stopped', () => hasEnded(folder, 'stopped'));
  await control(folder, 'resume');
  await until('it trains again', async () => (await happened(folder)).some(({ type, attempt }) => type === 'step' && attempt === 2));
  await control(folder, 'stop');
  await until('it has stopped again', () => hasEnded(folder, 'stopped'));
}, 4 * minutes);

describe('what goes wrong', () => {
  test('a wrong config and a missing corpus are told before anything is made', async () => {
    const config = await toy('one');
    await rm(join(home, 'configs', 'one', 'toy.tsv'));
    expect(await failure(start(config))).toMatchObject({ code: 'no-such-file', message: expect.stringContaining('"data.file"') });
    await writeFile(config, '{"name": "one", "task": "translation", "epoch": 3}');
    expect(await failure(start(config))).toMatchObject({ code: 'bad-config', message: expect.stringContaining('"epoch"') });
    expect(await failure(start('toy.json'))).toMatchObject({ code: 'bad-argument' });
    expect(await isThere(runs)).toBe(false);
  }, 2 * minutes);

  test('a broken corpus fails the run, which says why; mended, it is resumed', async () => {
    const config = await toy('one', { epochs: 1 });
    const corpus = join(home, 'configs', 'one', 'toy.tsv');
    const whole = await readFile(corpus);
    await writeFile(corpus, 'one column\n');
    const { folder } = await start(config);
    await until('it has failed', () => hasEnded(folder, 'failed'));
    expect((await happened(folder)).at(-1)).toMatchObject({ attempt: 1, step: 0, message: expect.stringMatching(/toy\.tsv, line 1: one column found/) });
    await writeFile(corpus, whole);
    await control(folder, 'resume');
    await until('it is finished', () => hasEnded(folder));
    expect(await failure(control(folder, 'resume'))).toMatchObject({ code: 'bad-argument', message: expect.stringContaining('is finished') });
  }, 4 * minutes);

  test('a training that cannot begin says so, and is not tried again', async () => {
    const one = await start(await toy('one', endless));
    const two = await start(await toy('two'));
    await until('the first trains', () => trains(one.folder));
    await writeFile(join(two.folder, 'config.attention.json'), '{}');
    await control(one.folder, 'stop');
    await until('the second has failed', () => hasEnded(two.folder, 'failed'));
    expect((await happened(two.folder)).at(-1)).toMatchObject({ message: expect.stringContaining('config.attention.json') });
    expect(await readdir(two.folder)).not.toContain('request.json');
  }, 4 * minutes);

  test('what is being trained or waits is not put away; what has stopped is, and comes back', async () => {
    const one = await start(await toy('one', endless));
    const two = await start(await toy('two'));
    await until('the first trains', () => trains(one.folder));
    const trash = (folder: string): Promise<TrashRunResult> => window.connection.sendRequest(trashRunMethod, { folder });
    const restore = (folder: string): Promise<TrashRunResult> => window.connection.sendRequest(restoreRunMethod, { folder });
    expect(await failure(trash(one.folder))).toMatchObject({ code: 'bad-argument', message: expect.stringContaining('is being trained') });
    expect(await failure(trash(two.folder))).toMatchObject({ code: 'bad-argument', message: expect.stringContaining('waits') });
    await control(two.folder, 'stop');
    await control(one.folder, 'stop');
    await until('it has stopped', () => hasEnded(one.folder, 'stopped'));
    await window.connection.sendRequest(labelRunMethod, { folder: one.folder, name: 'First', tags: ['a', 'b', 'a'] });
    await window.connection.sendRequest(labelRunMethod, { folder: one.folder, name: '' });
    expect(await failure(window.connection.sendRequest(labelRunMethod, { folder: one.folder, name: 'two\nlines' }))).toMatchObject({ code: 'bad-argument' });
    const held = (await readdir(one.folder)).toSorted();
    const gone = await trash(one.folder);
    expect(gone).toEqual({ folder: join(runs, '.trash', 'one') });
    await mkdir(one.folder);
    expect(await failure(restore(gone.folder))).toMatchObject({ code: 'bad-argument', message: expect.stringContaining('cannot be put back') });
    await rm(one.folder, { recursive: true });
    expect(await restore(gone.folder)).toEqual({ folder: one.folder });
    expect((await readdir(one.folder)).toSorted()).toEqual(held);
    expect(JSON.parse(await readFile(join(one.folder, 'label.json'), 'utf8'))).toEqual({ tags: ['a', 'b'] });
  }, 4 * minutes);
});
