/** The same as nothing-lost.test.ts two hundred times, over both families of translators and a corpus that lies in no memory. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { killAgainAndAgain, startTraining } from './kills.fixture.ts';
import { buildCommandLine, toyPairs, writeToy } from './training.fixture.ts';

const minutes = 60_000;
const transformer = {
  kind: 'transformer-translator', width: 16, heads: 2, inner: 32, encoderLayers: 1, decoderLayers: 2, norm: 'pre', positions: 'sinusoidal', longest: 64,
};
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

const settings = { epochs: 5, tokensPerBatch: 256, validateEvery: 10, averageLast: 3, keepLast: 2, logEvery: 1 };

/** Of the config. */
interface Changes {
  readonly model?: object;
  readonly data?: object;
  readonly training?: object;
}

test.each<readonly [string, number, Changes]>([
  ['a recurrent translator', 80, {}],
  // Gradients of two batches a step, a measure to be judged by, and an architecture with every kind of map.
  ['a Transformer', 80, { model: transformer, training: { accumulate: 2, selectBy: 'metric', epochs: 8 } }],
  ['a corpus read from the disk', 40, { data: { format: 'tsv', file: 'toy.tsv', stream: true } }],
])('%s, killed %i times, is an unbroken one to the last bit', async (name, most, changes) => {
  const config = await writeToy(folder, settings, toyPairs(300));
  const { training, ...rest } = JSON.parse(await readFile(config, 'utf8'));
  await writeFile(config, JSON.stringify({ ...rest, ...changes, training: { ...training, ...changes.training } }));
  const unbroken = join(folder, name.replaceAll(' ', '-'));
  expect(await startTraining(commandLine, config, unbroken).ended).toMatchObject({ code: 0, error: '' });
  const began = performance.now();
  const { kills, runs } = await killAgainAndAgain(commandLine, { config, unbroken, most, seed: Date.now() });
  process.stdout.write(`${name}: ${kills.length} kills, ${runs} runs, ${Math.round((performance.now() - began) / 1000)} s\n`);
  expect(kills).toHaveLength(most);
  expect(runs).toBeGreaterThan(most / 20);
}, 60 * minutes);
