import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeRandomCheckpoint } from '../../checkpoints/checkpoint.fixture.ts';
import type { Manifest } from '../../checkpoints/manifest.ts';
import { asTable, toyConfig, toyPairs } from '../../training/training.fixture.ts';
import { pairSourcesOf } from './config.ts';
import { readParts } from './dataset.ts';
import { type ScoreTable, scoreTranslation } from './score.ts';

let folder: string;
let printed: string[];

/** Sentences in letters that the model cannot read, and lines of nothing but symbols, among those it can. */
const corpus = [
  ...toyPairs(30),
  ...Array.from({ length: 30 }, (_, index) => ({ source: `שלום ${index} עולם`, target: `bonjour ${index}` })),
  ...Array.from({ length: 30 }, (_, index) => ({ source: '-'.repeat(index + 1), target: `rien ${index}` })),
];
const config = { ...toyConfig(), split: { validation: 5, test: 60, seed: 1 } };

beforeEach(async () => {
  printed = [];
  folder = await mkdtemp(join(tmpdir(), 'score-'));
  await writeFile(join(folder, 'toy.tsv'), asTable(corpus));
  await writeFile(join(folder, 'toy.json'), JSON.stringify(config));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const model = (): string => join(folder, 'model');
const manifest = async (): Promise<Manifest> => JSON.parse(await readFile(join(model(), 'attention-model.json'), 'utf8'));

/** A model with random weights, and what its manifest says of its training. */
async function writeModel(training: Partial<Manifest['training']> = {}): Promise<void> {
  await writeRandomCheckpoint(model());
  const known = await manifest();
  await writeFile(join(model(), 'attention-model.json'), JSON.stringify({ ...known, training: { ...known.training, ...training } }));
}

const score = (): Promise<ScoreTable> =>
  scoreTranslation({ config, file: join(folder, 'toy.json'), model: model(), beam: 2, save: true, print: line => void printed.push(line) });

async function hashOfCorpus(): Promise<string> {
  return (await readParts(await pairSourcesOf(config, join(folder, 'toy.json')), config)).hash;
}

test('what cannot be translated counts as translated into nothing, and is told', async () => {
  await writeModel({ dataHash: await hashOfCorpus(), split: config.split });
  const table = await score();
  expect(table.greedy.sentences).toBe(60);
  expect(printed.join('\n')).toMatch(/40 of 60 sources were not translated, the first since: There is nothing to translate/);
  expect((await manifest()).training.scores).toMatchObject({ bleu: expect.any(Number), bleuBeam: expect.any(Number), chrf: expect.any(Number) });
  const card = await readFile(join(model(), 'README.md'), 'utf8');
  expect(card).toContain('neither side of a test\npair was seen in training');
  // No folder of this machine goes with a model that is given away.
  expect(card).not.toContain(folder);
  expect(card).toContain('the folder that holds toy.tsv');
});

test('a card claims that the test set is new to the model only where that was checked', async () => {
  await writeModel();
  await score();
  expect(printed.join('\n')).toContain('does not say what it was trained on');
  expect(await readFile(join(model(), 'README.md'), 'utf8')).not.toContain('seen in training');
});

test.each([
  ['the corpus', { dataHash: 'another', split: config.split }],
  ['"split"', { split: { ...config.split, seed: 2 } }],
])('a test set that may have been trained on is refused: %s differs', async (what, training) => {
  await writeModel({ dataHash: await hashOfCorpus(), ...training });
  await expect(score()).rejects.toMatchObject({ code: 'bad-argument', message: expect.stringContaining(`${what} differs`) });
  expect((await manifest()).training.scores).toEqual({});
});
