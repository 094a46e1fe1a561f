/** What takes its time: a wish that went unheard, and windows that are killed while they start runs. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { controlRunMethod, type RunWish, startRunMethod, type StartRunResult } from '../../protocol/runs.ts';
import { writeToy } from '../training/training.fixture.ts';
import { endAll, happened, hasEnded, installProduct, typesOf, until, Window } from './product.fixture.ts';

const minutes = 60_000;
let product: string;
let home: string;
let runs: string;

beforeAll(async () => {
  product = await installProduct();
}, 5 * minutes);
afterAll(() => rm(product, { recursive: true, force: true }));

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'launch-'));
  runs = join(home, 'runs');
});
afterEach(async () => {
  await endAll(runs);
  await rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
});

const open = (): Promise<Window> => Window.open(product, join(home, 'cache'));
const start = ({ connection }: Window, config: string): Promise<StartRunResult> => connection.sendRequest(startRunMethod, { config, runs, atOnce: 2 });
const control = ({ connection }: Window, folder: string, wish: RunWish): Promise<null> => connection.sendRequest(controlRunMethod, { folder, wish, atOnce: 2 });

test('a training that has not heard that it is to stop is told by a signal, and saves', async () => {
  const window = await open();
  try {
    const { folder } = await start(window, await writeToy(home, { epochs: 1000, patience: 1000, validateEvery: 200 }));
    await until('it trains', async () => (await typesOf(folder)).includes('step'));
    await control(window, folder, 'pause');
    await until('it has paused', async () => (await typesOf(folder)).at(-1) === 'paused');
    // It looks a few times a second: it is unlikely to see the file in the moment that it is there.
    await control(window, folder, 'stop');
    await rm(join(folder, 'control.json'), { force: true });
    await until('it has stopped', () => hasEnded(folder, 'stopped'));
  } finally {
    await window.kill();
  }
}, 5 * minutes);

test('windows killed while they start runs leave whole runs or none, and every run is trained once', async () => {
  const config = await writeToy(home, { epochs: 1 });
  // How long it takes, with the program copied already, says when to kill.
  let took = 0;
  for (const _time of ['copies', 'does not']) {
    const window = await open();
    const began = performance.now();
    await start(window, config);
    took = performance.now() - began;
    await window.kill();
  }
  for (let round = 0; round < 20; round++) {
    const window = await open();
    void start(window, config).catch(() => undefined);
    await new Promise(resolve => setTimeout(resolve, Math.random() * 1.5 * took));
    await window.kill();
  }
  const names = (await readdir(runs)).filter(name => !name.startsWith('.'));
  expect(names.length).toBeGreaterThan(2);
  for (const name of names) expect(await readdir(join(runs, name)), name).toEqual(expect.arrayContaining(['config.attention.json', 'origin.json']));
  const window = await open();
  try {
    const { folder } = await start(window, config);
    for (const name of [...names, folder.slice(runs.length + 1)]) {
      const run = join(runs, name);
      await until(`${name} is finished`, () => hasEnded(run));
      expect((await happened(run)).filter(({ type }) => ['started', 'resumed', 'failed'].includes(type))).toMatchObject([{ type: 'started', attempt: 1 }]);
    }
  } finally {
    await window.kill();
  }
}, 15 * minutes);
