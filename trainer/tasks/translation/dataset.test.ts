import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { prepareDataset, readParts } from './dataset.ts';
import { asTable, tableOf, toyConfig, toyPairs } from '../../training/training.fixture.ts';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dataset-'));
  file = join(folder, 'toy.tsv');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function prepare(content: string | Buffer, config = toyConfig()) {
  await writeFile(file, content);
  const lines: string[] = [];
  return { dataset: await prepareDataset(tableOf(file), config, line => lines.push(line)), lines };
}

test('every pair becomes ids that spell it, the source with its end token', async () => {
  const { dataset, lines } = await prepare(asTable(toyPairs(200)));
  const { split, train, validation, tokenizer, special } = dataset;
  expect(split.train).toHaveLength(160);
  expect(validation).toHaveLength(20);
  expect(lines[0]).toBe('160 pairs to train on, 20 to validate, 20 to test');
  train.forEach(({ plain }, index) => {
    expect(plain.source.at(-1)).toBe(special.end);
    expect(tokenizer.decode(plain.source).text).toBe(split.train[index]?.source);
    expect(tokenizer.decode(plain.target).text).toBe(split.train[index]?.target);
  });
});

test('numbers and names that stand on both sides are learnt as slots too', async () => {
  const pairs = toyPairs(200).map(({ source, target }, index) => ({
    source: source.replace('.', ` ${1000 + index}.`),
    target: target.replace('.', ` ${1000 + index}.`),
  }));
  const { dataset } = await prepare(asTable(pairs), toyConfig({ buckets: [[24, 24]] }));
  const slot = dataset.tokenizer.idOf('<slot1>');
  for (const { slotted } of dataset.train) {
    expect(slotted?.source).toContain(slot);
    expect(slotted?.target).toContain(slot);
  }
});

test('the same corpus has the same hash, another one another', async () => {
  const pairs = toyPairs(200);
  const { hash } = (await prepare(asTable(pairs))).dataset;
  expect((await prepare(asTable(pairs))).dataset.hash).toBe(hash);
  expect((await prepare(asTable(pairs.slice(1)))).dataset.hash).not.toBe(hash);
});

test('pairs that no bucket has room for are counted and told', async () => {
  const long = Array.from({ length: 30 }, (_, index) => ({
    source: `number ${index} ${'and a house '.repeat(10)}`,
    target: `nombre ${index} ${'et une maison '.repeat(10)}`,
  }));
  const { lines } = await prepare(asTable([...toyPairs(300), ...long]), toyConfig({ buckets: [[20, 20]] }));
  const told = lines.filter(line => line.includes('left out'));
  expect(told.length).toBeGreaterThan(0);
  const counted = told.map(line => Number(/^(\d+) pairs? (is|are) longer than the largest bucket \(20 source/.exec(line)?.[1]));
  const heldOut = 30 - counted.reduce((sum, count) => sum + count, 0);
  // The others of them are in the test set, where no bucket counts.
  expect(heldOut).toBeGreaterThanOrEqual(0);
  expect(heldOut).toBeLessThan(10);
  expect(told[0]).toMatch(/ % of those to train on$/);
});

test('where no pair fits any bucket, that is a failure', async () => {
  await expect(prepare(asTable(toyPairs(200)), toyConfig({ buckets: [[2, 2]] }))).rejects.toMatchObject({
    code: 'bad-corpus',
    message: expect.stringContaining('All 160 pairs to train on are longer than the largest bucket (2 source tokens'),
  });
});

test('a ragged line is named', async () => {
  const lines = asTable(toyPairs(50)).split('\n');
  lines[6] = 'no translation here';
  await expect(prepare(lines.join('\n'))).rejects.toMatchObject({
    code: 'bad-corpus',
    message: expect.stringContaining(`${file}, line 7: one column found`),
  });
});

test('bytes that are not UTF-8 are named by their line', async () => {
  const good = Buffer.from(asTable(toyPairs(3)));
  await expect(prepare(Buffer.concat([good, Buffer.from([0x63, 0xe9, 0x09, 0x63, 0x0a])]))).rejects.toMatchObject({
    code: 'bad-corpus',
    message: expect.stringContaining(`${file}, line 4: bytes found that are not UTF-8`),
  });
});

test('a corpus too small for what is held out says what is left', async () => {
  await expect(prepare(asTable(toyPairs(15)))).rejects.toMatchObject({
    code: 'bad-corpus',
    message: expect.stringContaining('15 pairs'),
    hint: expect.stringContaining('split'),
  });
  await expect(prepare('')).rejects.toMatchObject({ code: 'bad-corpus' });
});

test('it can be stopped', async () => {
  await writeFile(file, asTable(toyPairs(200)));
  const stopped = prepareDataset(tableOf(file), toyConfig(), () => undefined, AbortSignal.abort());
  await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
});

test('what is given to test with is not drawn to validate, and each pair’s set and links are in the hash', async () => {
  const pairs = toyPairs(200);
  const table = async (name: string, some = pairs) => {
    await writeFile(join(folder, name), asTable(some));
    return { kind: 'tsv', file: join(folder, name) } as const;
  };
  const corpus = await table('all.tsv');
  const given = await table('given.tsv', pairs.slice(0, 150));
  const settings = { split: { validation: 20, test: 20, seed: 1 } };
  const printed: string[] = [];
  const { split, hash } = await readParts({ corpus, validation: undefined, test: given }, settings, line => void printed.push(line));
  const tested = new Set(split.test.map(({ source }) => source));
  expect(split.validation).toHaveLength(20);
  expect(split.validation.filter(({ source }) => tested.has(source))).toEqual([]);
  expect(printed).toEqual(['150 pairs share a side with a held-out pair and are left out of the training']);
  expect((await readParts({ corpus, validation: given, test: undefined }, settings)).hash).not.toBe(hash);
  const linked = async (links: string): Promise<string> => {
    await writeFile(join(folder, 'links'), links.repeat(200));
    const source = { ...corpus, links: { file: join(folder, 'links'), firstIndex: 0 as const } };
    return (await readParts({ corpus: source, validation: undefined, test: undefined }, settings)).hash;
  };
  expect(await linked('0-0\n')).not.toBe(await linked('0-1\n'));
});

test('the hash of a corpus without sets of its own is that of its lines', async () => {
  const content = asTable(toyPairs(200));
  const { hash } = (await prepare(content)).dataset;
  expect(hash).toBe(createHash('sha256').update(content).digest('hex'));
});
