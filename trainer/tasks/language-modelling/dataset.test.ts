import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { splitKey } from '../../text/split.ts';
import { type LanguageDataset, prepareDataset, readParts } from './dataset.ts';
import { planEpoch, planValidation } from './epoch-plan.ts';
import { lengthOf, sequencesOf } from './sequence.ts';
import { toyConfig, toySentences } from './toy.fixture.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'texts-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const source = (name: string) => ({ format: 'text', file: join(folder, name), encoding: 'utf-8', unit: 'line' }) as const;

async function prepare(texts: readonly string[], config = toyConfig()): Promise<{ dataset: LanguageDataset; lines: string[] }> {
  await writeFile(join(folder, 'toy.txt'), `${texts.join('\n')}\n`);
  const lines: string[] = [];
  const dataset = await prepareDataset({ train: source('toy.txt'), validation: undefined, test: undefined }, config, line => void lines.push(line));
  return { dataset, lines };
}

test('every text becomes tokens that spell it, between start and end', async () => {
  const { dataset, lines } = await prepare(toySentences(200));
  expect(lines[0]).toBe('140 texts to train on, 30 to validate, 30 to test');
  const { train, split, tokenizer, special } = dataset;
  train.forEach((sequence, index) => {
    expect([sequence[0], sequence.at(-1)]).toEqual([special.start, special.end]);
    expect(tokenizer.decode(sequence).text).toBe(split.train[index]);
  });
});

test('a text that stands there again is read once, unless the config says otherwise', async () => {
  const texts = toySentences(100);
  const repeated = [...texts, ...texts.slice(0, 20).map(text => text.toUpperCase()), 'I see the red cat !', 'I see the red cat'];
  const { dataset, lines } = await prepare(repeated);
  const all = [...dataset.split.train, ...dataset.split.validation, ...dataset.split.test];
  expect(new Set(all.map(splitKey)).size).toBe(all.length);
  expect(lines[0]).toMatch(/^2[12] texts stand in the corpus before, and are read once$/);
  const every = (await prepare(repeated, toyConfig({}, { unique: false }))).dataset.split;
  expect(every.train.length + every.validation.length + every.test.length).toBe(repeated.length);
});

test.each([true, false])('nothing that is held out is trained on (unique: %s), given files included', async unique => {
  const texts = toySentences(200);
  const config = toyConfig({}, { unique });
  const { split } = (await prepare([...texts, ...texts.slice(0, 50)], config)).dataset;
  const held = new Set([...split.validation, ...split.test].map(splitKey));
  expect(split.train.filter(text => held.has(splitKey(text)))).toEqual([]);
  await writeFile(join(folder, 'test.txt'), `${texts[0]?.toUpperCase()}\n${texts[1]} \n`);
  const lines: string[] = [];
  const sources = { train: source('toy.txt'), validation: undefined, test: source('test.txt') };
  const { split: given } = await prepareDataset(sources, config, line => void lines.push(line));
  expect(given.test).toHaveLength(2);
  expect(given.train.map(splitKey)).not.toContain(splitKey(texts[0] ?? ''));
  expect(lines.join('\n')).toContain('stand in a held-out set too and are left out of the training');
});

test('a text that is too long is cut between tokens, counted, and every token is foretold once', async () => {
  const long = `I see ${'the old cat and '.repeat(20)}the dog.`;
  const { dataset, lines } = await prepare([...toySentences(200), long], toyConfig({ buckets: [8, 16] }));
  expect(lines.at(-1)).toMatch(/^\d+ texts? (is|are) longer than the largest bucket \(16 tokens\) and cut: /);
  const ids = dataset.tokenizer.encodeIds(long);
  const parts = sequencesOf(ids, dataset.special, 16);
  expect(Math.max(...parts.map(lengthOf))).toBe(16);
  expect(parts.flatMap(part => part.slice(1))).toEqual([...ids, dataset.special.end]);
});

test('an epoch has every sequence once, in another order each time, the same for the same seed', async () => {
  const { dataset } = await prepare(toySentences(200));
  const settings = toyConfig().training;
  const spelled = (epoch: number): string[] => planEpoch(dataset.train, epoch, settings).flatMap(({ sequences }) => sequences.map(String));
  expect(spelled(0)).toEqual(spelled(0));
  expect(spelled(0)).not.toEqual(spelled(1));
  expect(spelled(0).toSorted()).toEqual(dataset.train.map(String).toSorted());
  const validated = planValidation(dataset.validation, settings).flatMap(({ sequences }) => sequences.map(String));
  expect(validated.toSorted()).toEqual(dataset.validation.map(String).toSorted());
});

test('a corpus too small for what is held out says what is left', async () => {
  await expect(prepare(toySentences(20))).rejects.toMatchObject({ code: 'bad-corpus', message: expect.stringContaining('20 texts'), hint: expect.stringContaining('split') });
});

test.each([
  [{ buckets: [48] }, /"model.longest": expected at least as many positions/],
  [{ buckets: [16, 16] }, /expected lengths that grow/],
])('a config with %j is refused', (training, message) => {
  expect(() => toyConfig(training)).toThrow(message);
});

test('what is given to test with is not drawn to validate, and moving it to another set changes the hash', async () => {
  const texts = toySentences(200);
  await writeFile(join(folder, 'toy.txt'), `${texts.join('\n')}\n`);
  await writeFile(join(folder, 'given.txt'), `${texts.slice(0, 120).join('\n')}\n`);
  const sources = { train: source('toy.txt'), validation: undefined, test: undefined };
  const { split, hash } = await readParts({ ...sources, test: source('given.txt') }, toyConfig());
  const tested = new Set(split.test.map(splitKey));
  expect(split.validation).toHaveLength(30);
  expect(split.validation.filter(text => tested.has(splitKey(text)))).toEqual([]);
  expect((await readParts({ ...sources, validation: source('given.txt') }, toyConfig())).hash).not.toBe(hash);
});
