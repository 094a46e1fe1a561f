import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { toyPairs } from '../training/training.fixture.ts';
import { readParts as readReplies } from './dialogue/dataset.ts';
import { readParts as readTexts } from './language-modelling/dataset.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'folds-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const split = { validation: 10, test: 20, seed: 1 };
const folds = [0, 1, 2].map(index => ({ index, of: 3 }));

test('every text but those of the test set validates a language model in one fold', async () => {
  const file = join(folder, 'texts.txt');
  const texts = toyPairs(200).map(({ source }) => source);
  await writeFile(file, `${texts.join('\n')}\n`);
  const sources = { train: { format: 'text', file, unit: 'line', encoding: 'utf-8' }, validation: undefined, test: undefined } as const;
  const config = { split, data: { unique: true } };
  const { split: plain } = await readTexts(sources, config);
  const parts = await Promise.all(folds.map(async fold => (await readTexts(sources, config, undefined, fold)).split));
  for (const { train, validation, test: held } of parts) {
    expect(held).toEqual(plain.test);
    expect([...train, ...validation, ...held].toSorted()).toEqual(texts.toSorted());
  }
  expect(parts.flatMap(({ validation }) => validation).toSorted()).toEqual([...plain.train, ...plain.validation].toSorted());
});

test('every conversation but those of the test set validates a dialogue model in one fold', async () => {
  const file = join(folder, 'talks.tsv');
  const pairs = toyPairs(200);
  await writeFile(file, pairs.map(({ source, target }, index) => `${source}\t${target} ${index}\n`).join(''));
  const sources = { train: [{ format: 'tsv', file, encoding: 'utf-8' }], validation: undefined, test: undefined } as const;
  const config = { split, history: 3 };
  const { split: plain } = await readReplies(sources, config);
  const parts = await Promise.all(folds.map(async fold => (await readReplies(sources, config, undefined, fold)).split));
  for (const { test: held } of parts) expect(held).toEqual(plain.test);
  const repliesOf = (replies: readonly { readonly reply: string }[]): string[] => replies.map(({ reply }) => reply).toSorted();
  expect(repliesOf(parts.flatMap(({ validation }) => validation))).toEqual(repliesOf([...plain.train, ...plain.validation]));
});
