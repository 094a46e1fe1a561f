/** Runs that are started and steered with the product's own processes: what takes its time, and whatever may be killed is. */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { labelRunMethod, restoreRunMethod, type StartRunResult, trashRunMethod, type TrashRunResult } from '../../protocol/runs.ts';
import { endAll, endless, failureOf, happened, hasEnded, installProduct, killNow, queueOf, trains, typesOf, until, Window, writeNamedToy, writerOf } from './product.fixture.ts';

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
  window = await Window.open(product, home);
});
afterEach(async () => {
  await window.kill();
  for (const folder of [runs, join(home, 'other-runs')]) await endAll(folder);
  await rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
});

const toy = (name: string, training: Parameters<typeof writeNamedToy>[2] = {}): Promise<string> => writeNamedToy(home, name, training);
const start = (config: string): Promise<StartRunResult> => window.start(config, runs);
/** How often each attempt of a run began, and whether one failed. */
const beginnings = async (folder: string): Promise<object[]> => (await happened(folder)).filter(({ type }) => ['started', 'resumed', 'failed'].includes(type));
const onlyOnce = [{ type: 'started', attempt: 1 }];

describe('runs wait for each other', () => {
  test('runs of one name from two windows get folders of their own, and each is trained once', async () => {
    const config = await toy('same', { epochs: 1 });
    const other = await Window.open(product, home);
    try {
      const started = await Promise.all([window, other, window].map(from => from.start(config, runs, 2)));
      expect(started.map(({ folder }) => folder).toSorted()).toEqual(['same', 'same-2', 'same-3'].map(name => join(runs, name)));
      for (const { folder } of started) await until(`${folder} is finished`, () => hasEnded(folder));
      for (const { folder } of started) expect(await beginnings(folder)).toMatchObject(onlyOnce);
    } finally {
      await other.kill();
    }
  }, 4 * minutes);

  test('what is being trained or waits is not put away; what has stopped is, and comes back', async () => {
    const one = await start(await toy('one', endless));
    const two = await start(await toy('two'));
    await until('the first trains', () => trains(one.folder));
    const trash = (folder: string): Promise<TrashRunResult> => window.connection.sendRequest(trashRunMethod, { folder });
    const restore = (folder: string): Promise<TrashRunResult> => window.connection.sendRequest(restoreRunMethod, { folder });
    expect(await failureOf(trash(one.folder))).toMatchObject({ code: 'bad-argument', message: expect.stringContaining('is being trained') });
    expect(await failureOf(trash(two.folder))).toMatchObject({ code: 'bad-argument', message: expect.stringContaining('waits') });
    await window.control(two.folder, 'stop');
    await window.control(one.folder, 'stop');
    await until('it has stopped', () => hasEnded(one.folder, 'stopped'));
    expect(await failureOf(window.connection.sendRequest(labelRunMethod, { folder: one.folder, name: 'two\nlines' }))).toMatchObject({ code: 'bad-argument' });
    const held = (await readdir(one.folder)).toSorted();
    const gone = await trash(one.folder);
    expect(gone).toEqual({ folder: join(runs, '.trash', 'one') });
    await mkdir(one.folder);
    expect(await failureOf(restore(gone.folder))).toMatchObject({ code: 'bad-argument', message: expect.stringContaining('cannot be put back') });
    await rm(one.folder, { recursive: true });
    expect(await restore(gone.folder)).toEqual({ folder: one.folder });
    expect((await readdir(one.folder)).toSorted()).toEqual(held);
  }, 4 * minutes);

  test('a broken corpus fails the run, which says why; mended, it is resumed', async () => {
    const config = await toy('one', { epochs: 1 });
    const corpus = join(home, 'configs', 'one', 'toy.tsv');
    const whole = await readFile(corpus);
    await writeFile(corpus, 'one column\n');
    const { folder } = await start(config);
    await until('it has failed', () => hasEnded(folder, 'failed'));
    expect((await happened(folder)).at(-1)).toMatchObject({ attempt: 1, step: 0, message: expect.stringMatching(/toy\.tsv, line 1: one column found/) });
    await writeFile(corpus, whole);
    await window.control(folder, 'resume');
    await until('it is finished', () => hasEnded(folder));
    expect(await failureOf(window.control(folder, 'resume'))).toMatchObject({ code: 'bad-argument', message: expect.stringContaining('is finished') });
  }, 4 * minutes);
});

describe('killed at any instant', () => {
  test('the queue: what it started goes on, and the next one takes it over', async () => {
    const one = await start(await toy('one', endless));
    await until('it trains', () => trains(one.folder));
    const before = await queueOf(runs);
    await window.kill();
    killNow(before);
    const writer = await writerOf(one.folder);
    const steps = (await happened(one.folder)).length;
    window = await Window.open(product, home);
    const two = await start(await toy('two', { epochs: 1 }));
    expect(two.state).toBe('queued');
    await until('another queue lives', async () => (await queueOf(runs)) !== undefined);
    await until('the first goes on', async () => (await happened(one.folder)).length > steps + 5);
    expect(await writerOf(one.folder)).toEqual(writer);
    expect(await writerOf(two.folder)).toBeUndefined();
    await window.control(one.folder, 'stop');
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
      killNow(queue);
      kills++;
      // As another window does, or the same one by itself after a few seconds.
      const [waiting] = started;
      if (waiting !== undefined) await window.control(waiting.folder, 'resume').catch(() => undefined);
    }
    expect(kills).toBeGreaterThan(0);
    for (const { folder } of started) await until(`${folder} is finished`, () => hasEnded(folder));
    for (const { folder } of started) expect(await beginnings(folder)).toMatchObject(onlyOnce);
  }, 5 * minutes);

  test('queues of two folders, each again and again: together they never train two runs at once, and every run once', async () => {
    const folders = [runs, join(home, 'other-runs')];
    const gone: Promise<unknown>[] = [];
    const keep = (folder: string): void => {
      const program = join(product, 'dist', 'attention-scope.mjs');
      const queue = spawn(process.execPath, [program, 'queue', folder], { stdio: 'ignore', env: { ...process.env, XDG_STATE_HOME: join(home, 'state') } });
      gone.push(new Promise(resolve => queue.once('exit', resolve)));
    };
    const started: StartRunResult[] = [];
    for (const folder of [...folders, ...folders, ...folders]) started.push(await window.start(await toy('many', { epochs: 1 }), folder));
    const hasFinished = (): Promise<boolean[]> => Promise.all(started.map(({ folder }) => hasEnded(folder)));
    await window.kill();
    for (let kills = 0; kills < 20 && (await hasFinished()).includes(false); kills++) {
      await new Promise(resolve => setTimeout(resolve, Math.random() * 1_500));
      for (const folder of folders) {
        const queue = await queueOf(folder);
        if (queue !== undefined && Math.random() < 0.5) killNow(queue);
        keep(folder);
      }
    }
    for (const { folder } of started) await until(`${folder} is finished`, () => hasEnded(folder));
    await Promise.all(gone);
    const spans = await Promise.all(started.map(async ({ folder }) => (await happened(folder)).map(({ time }) => Date.parse(String(time)))));
    const inOrder = spans.map(times => ({ begin: Math.min(...times), end: Math.max(...times) })).toSorted((one, other) => one.begin - other.begin);
    for (const [index, { begin }] of inOrder.entries()) expect(begin).toBeGreaterThanOrEqual(inOrder[index - 1]?.end ?? 0);
    for (const { folder } of started) expect(await beginnings(folder)).toMatchObject(onlyOnce);
    window = await Window.open(product, home);
  }, 10 * minutes);

  test('windows while they start runs: whole runs are left or none, and every run is trained once', async () => {
    const config = await toy('toy', { epochs: 1 });
    // How long it takes, with the program copied already, says when to kill.
    let took = 0;
    for (const _time of ['copies', 'does not']) {
      const began = performance.now();
      await start(config);
      took = performance.now() - began;
      await window.kill();
      window = await Window.open(product, home);
    }
    for (let round = 0; round < 20; round++) {
      void start(config).catch(() => undefined);
      await new Promise(resolve => setTimeout(resolve, Math.random() * 1.5 * took));
      await window.kill();
      window = await Window.open(product, home);
    }
    const names = (await readdir(runs)).filter(name => !name.startsWith('.'));
    expect(names.length).toBeGreaterThan(2);
    for (const name of names) expect(await readdir(join(runs, name)), name).toEqual(expect.arrayContaining(['config.attention.json', 'origin.json']));
    await start(config);
    for (const name of (await readdir(runs)).filter(one => !one.startsWith('.'))) {
      const run = join(runs, name);
      await until(`${name} is finished`, () => hasEnded(run));
      expect(await beginnings(run)).toMatchObject(onlyOnce);
    }
  }, 15 * minutes);
});

test('a training that has not heard that it is to stop is told by a signal, and saves', async () => {
  const { folder } = await start(await toy('toy', endless));
  await until('it trains', () => trains(folder));
  await window.control(folder, 'pause');
  await until('it has paused', async () => (await typesOf(folder)).at(-1) === 'paused');
  // It looks once a second: it is unlikely to see the file in the moment that it is there.
  await window.control(folder, 'stop');
  await rm(join(folder, 'control.json'), { force: true });
  await until('it has stopped', () => hasEnded(folder, 'stopped'));
}, 5 * minutes);
