/** Runs that are started and steered as the editor does it, with the product's own processes. What takes longer is in launch.long.test.ts. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { cacheOf, endAll, endless, happened, hasEnded, installProduct, killNow, queueOf, trains, typesOf, until, Window, writeNamedToy, writerOf } from './product.fixture.ts';

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
  await endAll(runs);
  await rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
});

test('a second run is trained when the first has ended, from a copy of the program that needs neither window nor product', async () => {
  const one = await window.start(await writeNamedToy(home, 'one', endless), runs);
  expect(one).toEqual({ folder: join(runs, 'one'), state: 'preparing' });
  const two = await window.start(await writeNamedToy(home, 'two', { epochs: 1 }), runs);
  expect(two).toEqual({ folder: join(runs, 'two'), state: 'queued' });
  await until('the first trains', () => trains(one.folder));
  expect(await readdir(two.folder)).toContain('request.json');
  expect(await writerOf(two.folder)).toBeUndefined();
  await window.control(one.folder, 'stop');
  await window.kill();
  await until('the second is finished', () => hasEnded(two.folder));
  expect((await typesOf(one.folder)).at(-1)).toBe('stopped');
  expect(await readdir(two.folder)).toEqual(expect.arrayContaining(['config.attention.json', 'origin.json', 'output.log', 'run.json']));
  expect(await readdir(two.folder)).not.toContain('request.json');
  await until('the queue has ended', async () => (await queueOf(runs)) === undefined);
  const [copy, ...others] = await readdir(join(cacheOf(product), 'attention-scope', 'runtime'));
  expect(others).toEqual([]);
  expect(copy).toMatch(/^\d+\.\d+\.\d+-[0-9a-f]{16}$/);
  window = await Window.open(product, home);
}, 4 * minutes);

test('a run pauses and goes on; killed together with its queue, it is resumed, and stops', async () => {
  const { folder } = await window.start(await writeNamedToy(home, 'one', { ...endless, validateEvery: 5 }), runs);
  await until('a checkpoint is there', async () => (await typesOf(folder)).includes('checkpoint'));
  await window.control(folder, 'pause');
  await until('it has paused', async () => (await typesOf(folder)).at(-1) === 'paused');
  const { length } = await happened(folder);
  await window.control(folder, 'resume');
  await until('it goes on', async () => (await happened(folder)).length > length + 3);
  expect((await happened(folder))[length]).toMatchObject({ type: 'continued', attempt: 1 });
  killNow(await queueOf(runs));
  killNow(await writerOf(folder));
  await until('nobody trains', async () => (await writerOf(folder)) === undefined);
  await window.control(folder, 'resume');
  await until('it trains again', async () => (await happened(folder)).some(({ type, attempt }) => type === 'step' && attempt === 2));
  await window.control(folder, 'stop');
  await until('it has stopped', () => hasEnded(folder, 'stopped'));
}, 4 * minutes);
