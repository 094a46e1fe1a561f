import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSafetensors } from '../../checkpoints/safetensors.ts';
import { TextClassifier } from '../../classifying/text-classifier.ts';
import { readConfig } from '../../training/config.ts';
import { prepareTask } from '../../training/prepare-task.ts';
import { scoreModel } from '../../training/score-command.ts';
import type { PaddedBatch } from '../../training/task.ts';
import { batchesOf } from '../train-toy.fixture.ts';
import { prepareClassification } from './task.ts';
import { toyConfig, type ToySettings, writeToy } from './toy.fixture.ts';
import { trained } from './trained.fixture.ts';

let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'classification-'));
  file = await writeToy(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const prepare = (settings?: ToySettings) => prepareClassification(toyConfig(settings), file, () => undefined);

const multiHead = { kind: 'multi-head', heads: 2 };
const models: Record<string, object> = {
  'embeddings alone': { kind: 'text-classifier', embedding: 16, encoder: { kind: 'none' }, pooling: { kind: 'additive', width: 16 } },
  'an LSTM with several hops': {
    kind: 'text-classifier',
    embedding: 16,
    encoder: { kind: 'recurrent', cell: 'lstm', hidden: 12 },
    pooling: { kind: 'self-attentive', width: 12, hops: 2 },
  },
  'a Transformer': { kind: 'text-classifier', embedding: 16, encoder: { kind: 'transformer', heads: 2, inner: 32, layers: 1 }, pooling: multiHead },
};

describe.each(Object.entries(models))('%s', (name, model) => {
  const path = (): string => join(folder, name.replaceAll(' ', '-'));

  test('learns toy reviews, and says what it looked at', async () => {
    const settings = { model, training: { wordDropout: 0.05, classWeights: 'balanced' } };
    const { metrics, samples } = await trained(await prepare(settings), toyConfig(settings).training, path());
    expect(metrics['accuracy']).toBeGreaterThan(90);
    expect(metrics['macroF1']).toBeGreaterThan(90);
    expect(samples[0]?.source).toMatch(/\.$/);
    const { tensors, metadata } = await readSafetensors(join(path(), 'probe.safetensors'));
    expect([...tensors.keys()].filter(key => !key.includes('.'))).toEqual(['0', '1', '2', '3', '4', '5', '6', '7']);
    const first = tensors.get('0');
    const positions = first?.shape[1] ?? 0;
    const pooled = tensors.get('0.cross.0');
    expect(pooled?.shape.slice(1)).toEqual([1, positions]);
    // The one map is the mean of what the heads pooled.
    const heads = pooled?.shape[0] ?? 0;
    expect(Array.from({ length: heads }, (_, head) => pooled?.data[head * positions] ?? NaN).reduce((sum, weight) => sum + weight / heads, 0)).toBeCloseTo(first?.data[0] ?? NaN, 5);
    expect(tensors.get('0.encoder.0')?.shape).toEqual(name === 'a Transformer' ? [2, positions, positions] : undefined);
    expect(first?.data.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 4);
    expect(JSON.parse(metadata['0.source'] ?? '')).toHaveLength(first?.shape[1] ?? 0);
  });

  test('classifies a user’s text, with offsets into it', async () => {
    const classifier = await TextClassifier.open(path(), { threads: 1 });
    const text = '// The FILM is\n// really DULL.';
    const { labels, evidence, attention, maps, weights, source, warnings } = await classifier.classify({ text, languageId: 'typescript' });
    await classifier.release();
    expect(labels.map(({ label }) => label)).toEqual(['bad', 'good']);
    expect(labels.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 5);
    expect(evidence.map(({ label }) => label)).toEqual(['bad', 'good']);
    expect(attention).toHaveLength(source.tokens.length);
    expect(attention.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 4);
    for (const { start, end } of source.tokens) expect(text.slice(start, end)).toMatch(/^[A-Za-z.]*$/);
    expect(source.tokens.map(({ start, end }) => text.slice(start, end)).join('')).toBe('TheFILMisreallyDULL.');
    expect(source.tokens.map(({ text: read }) => read.trim()).join('')).toBe('thefilmisreallydull.');
    maps.forEach(({ queries, keys }, map) => expect(weights[map]).toHaveLength(queries * keys));
    expect(maps[0]?.kind).toBe('pooling');
    expect(warnings).toEqual([]);
  });
});

test('a long text is cut, and the user is told', async () => {
  const classifier = await TextClassifier.open(join(folder, 'embeddings-alone'), { threads: 1 });
  const { source, warnings } = await classifier.classify({ text: 'the film is dull . '.repeat(20) });
  expect(source.tokens).toHaveLength(32);
  expect(warnings.join()).toMatch(/has \d+ tokens; .* at most 32/);
  await expect(classifier.classify({ text: ' \u200b ' })).rejects.toMatchObject({ code: 'empty-text' });
  await expect(classifier.classify({ text: 'Это было скучно' })).rejects.toMatchObject({ code: 'unsupported-script' });
  await expect(classifier.classify({ text: 'a'.repeat(20_001) })).rejects.toMatchObject({ code: 'text-too-long' });
  await classifier.release();
});

test('the same epoch is planned alike twice, hidden words and all; another one otherwise', async () => {
  const task = await prepare({ training: { wordDropout: 0.5 } });
  const padded = async (epoch: number): Promise<PaddedBatch[]> => (await batchesOf(task, epoch)).map(batch => batch.pad());
  expect(await padded(3)).toEqual(await padded(3));
  expect(await padded(3)).not.toEqual(await padded(4));
  const [{ tensors, count } = { tensors: {}, count: 0 }] = await padded(0);
  const weights = Array.from(tensors['label_weights'] ?? [], Number);
  expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
  expect(weights.filter(weight => weight > 0)).toHaveLength(count);
});

test('is scored on its test set, and the card says what was made of the data', async () => {
  const model = join(folder, 'embeddings-alone');
  const printed: string[] = [];
  await scoreModel({ config: file, model, beam: 1, save: true, print: line => void printed.push(line) });
  expect(printed.join('\n')).toMatch(/accuracy +(9\d|100)\.\d\n/);
  const manifest = JSON.parse(await readFile(join(model, 'attention-model.json'), 'utf8'));
  expect(manifest.training.scores).toEqual({ accuracy: expect.any(Number), macroF1: expect.any(Number) });
  expect(manifest.training.confusion.flat().reduce((sum: number, count: number) => sum + count, 0)).toBe(50);
  const card = await readFile(join(model, 'README.md'), 'utf8');
  expect(card).toContain('No text of the test set, letters and digits alone, was a training text.');
  expect(card).toContain('belongs to: bad, good.');
  expect(card).not.toContain(folder);
  const other = join(folder, 'other.json');
  await writeFile(other, (await readFile(file, 'utf8')).replace('"train.txt"', '"longer.txt"'));
  await writeFile(join(folder, 'longer.txt'), `${await readFile(join(folder, 'train.txt'), 'utf8')}good one more .\n`);
  await expect(scoreModel({ config: other, model, beam: 1, save: false, print: () => undefined })).rejects.toMatchObject({
    code: 'bad-argument',
    message: expect.stringContaining('the corpus differs'),
  });
});

describe('refused before training starts', () => {
  const refusal = async (settings: ToySettings): Promise<string> => {
    const config = await writeToy(await mkdtemp(join(folder, 'refused-')), settings);
    return (async () => prepareTask(await readConfig(config), config, () => undefined))().then(
      () => 'nothing was refused',
      (thrown: unknown) => (thrown instanceof Error ? thrown.message : String(thrown)),
    );
  };
  const source = (name: string): object => ({ format: 'label-first', file: join(folder, name) });

  test('a label that no training text has', async () => {
    await writeFile(join(folder, 'strange.txt'), 'good fine\nmiddling so so\n');
    expect(await refusal({ data: { validation: source('strange.txt') } })).toMatch(
      /strange\.txt, line 2: the label "middling" found, .*; expected "bad", "good"\./,
    );
  });

  test('texts of one class', async () => {
    await writeFile(join(folder, 'one.txt'), 'good fine\ngood great\n');
    expect(await refusal({ data: { train: [source('one.txt')] } })).toMatch(/one\.txt: 2 examples of one class, "good", found; at least two classes/);
  });

  test('heads that do not divide the width', async () => {
    const model = { kind: 'text-classifier', embedding: 16, encoder: { kind: 'transformer', heads: 3, inner: 32, layers: 1 }, pooling: { kind: 'mean' } };
    expect(await refusal({ model })).toMatch(/"model": encoder\.heads: 3 heads cannot share a width of 16 evenly; 1, 2, 4, 8 or 16 can/);
  });

  test('texts longer than there are positions', async () => {
    const model = { kind: 'text-classifier', embedding: 16, encoder: { kind: 'transformer', heads: 2, inner: 32, layers: 1, longest: 8 }, pooling: { kind: 'mean' } };
    expect(await refusal({ model })).toMatch(/"model": encoder\.longest: sequences of up to 32 tokens do not fit into 8 positions/);
  });

  test('names and weights of classes that there are not', async () => {
    expect(await refusal({ data: { labels: { good: 'fine', ugly: 'ugly' } } })).toMatch(/"data\.labels" names "ugly", .*; expected "bad", "good"/);
    expect(await refusal({ data: { labels: { good: 'it', bad: 'it' } } })).toMatch(/"data\.labels" calls several classes "it"/);
    expect(await refusal({ training: { classWeights: { ugly: 2 } } })).toMatch(/"training\.classWeights" names "ugly"/);
  });

  test('a set to be held out, and no word of how', async () => {
    expect(await refusal({ data: { test: undefined } })).toMatch(/"split": expected, since "data" names no files/);
  });
});
