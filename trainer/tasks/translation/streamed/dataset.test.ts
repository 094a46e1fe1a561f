import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Pair } from '../../../text/pairs.ts';
import { splitKey } from '../../../text/split.ts';
import { bucketOf, shapeOf } from '../../../training/batch.ts';
import { asTable, tableOf, toyConfig, toyPairs } from '../../../training/training.fixture.ts';
import { bucketsOf } from '../config.ts';
import type { PairBatch } from '../epoch-plan.ts';
import { isStreamed } from './choice.ts';
import { prepareStreamedDataset, type StreamedDataset } from './dataset.ts';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'streamed-'));
  file = join(folder, 'toy.tsv');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function prepare(pairs: readonly Pair[], config = toyConfig(), signal?: AbortSignal) {
  await writeFile(file, asTable(pairs));
  const lines: string[] = [];
  const dataset = await prepareStreamedDataset(tableOf(file), config, join(folder, 'cache'), line => lines.push(line), signal);
  return { dataset, lines };
}

async function batchesOf({ train }: StreamedDataset, epoch: number): Promise<PairBatch[]> {
  const batches: PairBatch[] = [];
  for await (const batch of train.plan(epoch)) batches.push(batch);
  return batches;
}

/** What batches spell, a sentence each: joined pairs are taken apart at the full stops of the toy language. */
const sentencesOf = ({ tokenizer }: StreamedDataset, batches: readonly PairBatch[]): string[] =>
  batches.flatMap(({ pairs }) => pairs.flatMap(({ source }) => tokenizer.decode(source).text.split('.').map(text => text.trim()).filter(text => text !== ''))).toSorted();

test('an epoch has every training pair once, in a bucket that it fits, and as many batches as were told', async () => {
  const all = toyPairs(500);
  const config = toyConfig({ join: 0.3, buckets: [[10, 10], [24, 24]] });
  const { dataset, lines } = await prepare(all, config);
  const { validation, test: held } = dataset.split;
  expect(new Set(validation.map(({ source }) => source)).size).toBe(20);
  expect(new Set(held.map(({ source }) => source)).size).toBe(20);
  expect(lines).toContain('460 pairs to train on, 20 to validate, 20 to test');
  const heldOut = new Set([...validation, ...held].map(({ source }) => splitKey(source)));
  const expected = all.filter(({ source }) => !heldOut.has(splitKey(source))).map(({ source }) => source.replace('.', '')).toSorted();

  const batches = await batchesOf(dataset, 0);
  expect(batches).toHaveLength(dataset.train.batchesPerEpoch);
  expect(sentencesOf(dataset, batches)).toEqual(expected);
  expect(sentencesOf(dataset, await batchesOf(dataset, 1))).toEqual(expected);
  const buckets = bucketsOf(config);
  for (const { bucket, pairs } of batches) {
    const shape = shapeOf(buckets[bucket] ?? { source: 0, target: 0 }, config.training.tokensPerBatch);
    expect(pairs.length).toBeLessThanOrEqual(shape.batch);
    for (const pair of pairs) expect(bucketOf(pair, buckets)).toBe(bucket);
  }
});

test('an epoch is a function of the seed and its number', async () => {
  const { dataset } = await prepare(toyPairs(300));
  const first = await batchesOf(dataset, 3);
  expect(await batchesOf(dataset, 3)).toEqual(first);
  expect(await batchesOf(dataset, 4)).not.toEqual(first);
});

test('neither side of a held-out pair is trained on', async () => {
  // Three translations of each source, and each translation of several sources.
  const pairs = toyPairs(300).flatMap(({ source, target }, index) => [
    { source, target },
    { source: source.toUpperCase(), target: `${target} oui ${index}` },
    { source: `${source} yes ${index}`, target },
  ]);
  const { dataset, lines } = await prepare(pairs, toyConfig({ buckets: [[32, 32]] }));
  const held = [...dataset.split.validation, ...dataset.split.test];
  const sources = new Set(held.map(({ source }) => splitKey(source)));
  const targets = new Set(held.map(({ target }) => splitKey(target)));
  const trained = (await batchesOf(dataset, 0)).flatMap(batch => batch.pairs);
  expect(trained.length).toBeGreaterThan(100);
  for (const { source, target } of trained) {
    expect(sources).not.toContain(splitKey(dataset.tokenizer.decode(source).text));
    expect(targets).not.toContain(splitKey(dataset.tokenizer.decode(target).text));
  }
  expect(lines.some(line => /^\d+ pairs of the corpus are held out or share a side with a pair that is$/.test(line))).toBe(true);
});

test('slots and word links come through the file as they are in memory', async () => {
  const pairs = toyPairs(200).map(({ source, target }, index) => ({
    source: source.replace('.', ` ${1000 + index}.`),
    target: target.replace('.', ` ${1000 + index}.`),
  }));
  await writeFile(file, asTable(pairs));
  await writeFile(join(folder, 'toy.links'), '0-0 1-1 2-2 3-4 4-3\n'.repeat(pairs.length));
  const sources = { ...tableOf(file), corpus: { ...tableOf(file).corpus, links: { file: join(folder, 'toy.links'), firstIndex: 0 as const } } };
  const dataset = await prepareStreamedDataset(sources, toyConfig({ buckets: [[24, 24]], join: 0 }), join(folder, 'cache'), () => undefined);
  const slot = dataset.tokenizer.idOf('<slot1>');
  const batches = (await batchesOf(dataset, 0)).flatMap(batch => batch.pairs);
  const slotted = batches.filter(({ source }) => source.includes(slot));
  expect(slotted.length).toBeGreaterThan(40);
  expect(slotted.length).toBeLessThan(120);
  for (const { target } of slotted) expect(target).toContain(slot);
  const plain = batches.filter(({ source }) => !source.includes(slot));
  for (const { links, source, target } of plain) {
    expect(links?.length).toBeGreaterThan(4);
    for (const link of links ?? []) {
      expect(link.source).toBeLessThan(source.length);
      expect(link.target).toBeLessThan(target.length);
    }
  }
});

test('what was encoded before is used again; what is torn, changed or of other settings is made again', async () => {
  const pairs = toyPairs(300);
  const cache = join(folder, 'cache', 'pairs');
  const made = (lines: readonly string[]): boolean => lines.includes('encoding the training pairs …');
  const first = await prepare(pairs);
  expect(made(first.lines)).toBe(true);
  const again = await prepare(pairs);
  expect(made(again.lines)).toBe(false);
  expect(again.dataset.hash).toBe(first.dataset.hash);
  expect(await batchesOf(again.dataset, 2)).toEqual(await batchesOf(first.dataset, 2));

  const { length } = await readFile(cache);
  await truncate(cache, length - 5);
  expect(made((await prepare(pairs)).lines)).toBe(true);
  expect(made((await prepare(pairs, toyConfig({ seed: 2 }))).lines)).toBe(true);
  expect(made((await prepare(pairs.slice(1), toyConfig({ seed: 2 }))).lines)).toBe(true);

  const { dataset } = await prepare(pairs);
  const bytes = await readFile(cache);
  bytes[100] = (bytes[100] ?? 0) ^ 1;
  await writeFile(cache, bytes);
  await expect(batchesOf(dataset, 0)).rejects.toMatchObject({ code: 'bad-corpus', hint: expect.stringContaining('made again') });
  await dataset.train.remove();
  expect(await readdir(folder)).not.toContain('cache');
});

test('files of their own validate and test, and what stands in them is left out of the training', async () => {
  const pairs = toyPairs(300);
  await writeFile(file, asTable(pairs));
  await writeFile(join(folder, 'valid.tsv'), asTable(pairs.slice(0, 10)));
  await writeFile(join(folder, 'test.tsv'), asTable(pairs.slice(10, 30)));
  const table = (name: string) => ({ kind: 'tsv', file: join(folder, name) }) as const;
  const sources = { corpus: table('toy.tsv'), validation: table('valid.tsv'), test: table('test.tsv') };
  const dataset = await prepareStreamedDataset(sources, toyConfig(), join(folder, 'cache'), () => undefined);
  expect(dataset.split.test).toEqual(pairs.slice(10, 30));
  expect(dataset.split.validation).toEqual(pairs.slice(0, 10));
  expect(dataset.train.length).toBe(270);
});

test('what validates shares no side with what tests, drawn or given', async () => {
  // Many sources of few translations.
  const pairs = toyPairs(300).map(({ source }, index) => ({ source, target: `c'est ${index % 60}` }));
  const overlap = (validation: readonly Pair[], tested: readonly Pair[]): number => {
    const targets = new Set(tested.map(({ target }) => target));
    return validation.filter(({ target }) => targets.has(target)).length;
  };
  const drawn = (await prepare(pairs)).dataset.split;
  expect(drawn.validation.length).toBeGreaterThan(0);
  expect(overlap(drawn.validation, drawn.test)).toBe(0);
  await writeFile(join(folder, 'test.tsv'), asTable(pairs.slice(0, 30)));
  const sources = { ...tableOf(file), test: { kind: 'tsv', file: join(folder, 'test.tsv') } as const };
  const { split } = await prepareStreamedDataset(sources, toyConfig(), join(folder, 'cache'), () => undefined);
  expect(split.validation).toHaveLength(20);
  expect(overlap(split.validation, split.test)).toBe(0);
});

test('what is wrong with a corpus is told as it is of one in memory', async () => {
  await expect(prepare(toyPairs(15))).rejects.toMatchObject({ code: 'bad-corpus', message: expect.stringContaining('15 pairs'), hint: expect.stringContaining('split') });
  await expect(prepare([])).rejects.toMatchObject({ code: 'bad-corpus' });
  await expect(prepare(toyPairs(200), toyConfig({ buckets: [[2, 2]] }))).rejects.toMatchObject({
    code: 'bad-corpus',
    message: expect.stringContaining('All 160 pairs to train on are longer than the largest bucket'),
  });
  await writeFile(file, `${asTable(toyPairs(50))}no translation here\n`);
  const ragged = prepareStreamedDataset(tableOf(file), toyConfig(), join(folder, 'cache'), () => undefined);
  await expect(ragged).rejects.toMatchObject({ code: 'bad-corpus', message: expect.stringContaining(`${file}, line 51: one column found`) });
});

test('it can be stopped, within a second and without a trace', async () => {
  const many = Array.from({ length: 60_000 }, (_, index) => ({ source: `This is sentence ${index}, of many.`, target: `Ceci est la phrase ${index}, sur tant.` }));
  const stopping = new AbortController();
  let stopped = 0;
  setTimeout(() => {
    stopped = performance.now();
    stopping.abort();
  }, 250);
  await expect(prepare(many, toyConfig(), stopping.signal)).rejects.toMatchObject({ name: 'AbortError' });
  expect(performance.now() - stopped).toBeLessThan(1000);
  expect(await readdir(folder)).not.toContain('.pairs.aside');
});

test('a corpus is streamed as the config says, or by the size of its files, packed ones counted fourfold', async () => {
  await writeFile(file, '');
  await writeFile(`${file}.gz`, '');
  const { data } = toyConfig();
  expect(await isStreamed({ data: { ...data, stream: true } }, tableOf(file))).toBe(true);
  expect(await isStreamed({ data }, tableOf(file))).toBe(false);
  // Files with nothing in them, as large as asked.
  await truncate(file, 100_000_001);
  await truncate(`${file}.gz`, 26_000_000);
  expect(await isStreamed({ data }, tableOf(file))).toBe(true);
  expect(await isStreamed({ data: { ...data, stream: 'auto' } }, tableOf(`${file}.gz`))).toBe(true);
  expect(await isStreamed({ data: { ...data, stream: false } }, tableOf(file))).toBe(false);
});
