/** Killed at any instant, a run goes on to what it would have been; the same a dozen times as often: nothing-lost.long.test.ts. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { killAgainAndAgain, phases, startTraining } from './kills.fixture.ts';
import { buildCommandLine, toyPairs, writeToy } from './training.fixture.ts';

const minutes = 60_000;
let commandLine: string;
let folder: string;

beforeAll(async () => {
  commandLine = await buildCommandLine();
  folder = await mkdtemp(join(tmpdir(), 'nothing-lost-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await rm(dirname(commandLine), { recursive: true, force: true });
});

test('killed twice at each thing that a training does, it is an unbroken one to the last bit', async () => {
  // One graph, which is built at every start.
  const config = await writeToy(folder, { epochs: 3, buckets: [[16, 16]], tokensPerBatch: 256, validateEvery: 10, averageLast: 3, keepLast: 2, logEvery: 1 }, toyPairs(300));
  const unbroken = join(folder, 'run');
  expect(await startTraining(commandLine, config, unbroken).ended).toMatchObject({ code: 0, error: '' });
  const { kills, runs } = await killAgainAndAgain(commandLine, { config, unbroken, most: 2 * phases.length, seed: Date.now() });
  expect(kills).toHaveLength(2 * phases.length);
  expect(runs).toBeGreaterThan(1);
}, 20 * minutes);
