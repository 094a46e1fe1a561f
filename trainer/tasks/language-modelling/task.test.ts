import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { characterCount } from '../../analysis/bits-per-character.ts';
import { kneserNeyBits } from '../../analysis/kneser-ney-bits.ts';
import { readSafetensors } from '../../checkpoints/safetensors.ts';
import { Continuer } from '../../decoding/continuer.ts';
import { LanguageModel } from '../../decoding/language-model.ts';
import { trainToy } from '../train-toy.fixture.ts';
import { modelBits } from './bits.ts';
import { type LanguageDataset, prepareDataset } from './dataset.ts';
import { scoreLanguageModel, tokenSymbols } from './score.ts';
import { languageModellingTask } from './task.ts';
import { toyConfig, toySentences } from './toy.fixture.ts';

let folder: string;
let dataset: LanguageDataset;
let model: LanguageModel;
let likelihood: number;
const config = toyConfig();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'language-'));
  await writeFile(join(folder, 'toy.txt'), `${toySentences(400).join('\n')}\n`);
  await writeFile(join(folder, 'toy.json'), JSON.stringify(config));
  const train = { ...config.data.train, file: join(folder, 'toy.txt') };
  dataset = await prepareDataset({ train, validation: undefined, test: undefined }, config, () => undefined);
  await mkdir(join(folder, 'model'));
  likelihood = await trainToy(languageModellingTask(config, dataset), config.training, join(folder, 'model'));
  model = await LanguageModel.open(join(folder, 'model'), { threads: 1 });
}, 300_000);
afterAll(async () => {
  await model.release();
  await rm(folder, { recursive: true, force: true });
});

/** One text after the other, one token after the other. */
async function bitsByHand(texts: readonly string[]): Promise<number> {
  let bits = 0;
  for (const text of texts) {
    const ids = [model.special.start, ...model.tokenizer.encodeIds(text), model.special.end];
    const step = model.step(model.maps.choose());
    for (const [time, id] of ids.slice(0, -1).entries()) {
      if (time > 0) step.advance([0]);
      step.previous[0] = BigInt(id);
      await step.run(1);
      bits -= Math.log2(Math.exp(step.logProbs(0)[ids[time + 1] ?? -1] ?? Number.NaN));
    }
  }
  return bits;
}

test('bits per character are −log₂ of all tokens over all characters, ends counted', async () => {
  const texts = dataset.split.test;
  const characters = texts.reduce((sum, text) => sum + text.length + 1, 0);
  expect(characterCount(texts)).toBe(characters);
  expect(characterCount(['a😀'])).toBe(3);
  expect(await modelBits(model, texts)).toBeCloseTo((await bitsByHand(texts)) / characters, 5);
});

test('they say the same as the held-out loss of the training', async () => {
  const texts = dataset.split.validation;
  const tokens = dataset.validation.reduce((sum, sequence) => sum + sequence.length - 1, 0);
  expect(await modelBits(model, texts)).toBeCloseTo((likelihood * tokens) / Math.LN2 / characterCount(texts), 4);
});

test('it beats single tokens by far', async () => {
  const { train, test: held } = dataset.split;
  const unigram = kneserNeyBits(train, held, tokenSymbols(model.tokenizer), 1);
  expect(await modelBits(model, held)).toBeLessThan(0.6 * unigram);
});

test('it writes on in the grammar', async () => {
  const continuer = new Continuer(model);
  for (const text of ['I see the', 'they paint th', 'we like the old']) {
    const { target } = await continuer.continue({ text });
    expect(`${text}${target.text}`).toMatch(/^(I|they|we) (see|paint|like) the (red|small|old|blue|new) (cat|dog|house|tree|book)\.$/);
  }
});

test('it is scored next to n-grams, and its card says so', async () => {
  const printed: string[] = [];
  const table = await scoreLanguageModel({ config, file: join(folder, 'toy.json'), model: join(folder, 'model'), save: true, print: line => void printed.push(line) });
  expect(table.model).toBeCloseTo(await modelBits(model, dataset.split.test), 6);
  expect(table.characters).toBeGreaterThan(0);
  expect(printed.join('\n')).toMatch(/this model +0\.\d{3}\nKneser–Ney 5-grams of characters +\d\.\d{3}\nKneser–Ney 5-grams of its byte-pair tokens +\d\.\d{3}/);
}, 60_000);

test('an empty test set is refused before the model is opened', async () => {
  const request = { config: { ...config, split: { validation: 30, test: 0, seed: 1 } }, file: join(folder, 'toy.json'), model: join(folder, 'unhashed'), save: true, print: () => undefined };
  await cp(join(folder, 'model'), request.model, { recursive: true });
  const manifest = join(request.model, 'attention-model.json');
  const { training: { dataHash: _, ...training }, ...rest } = JSON.parse(await readFile(manifest, 'utf8'));
  await writeFile(manifest, JSON.stringify({ ...rest, training }));
  await expect(scoreLanguageModel(request)).rejects.toMatchObject({ code: 'bad-corpus', message: expect.stringContaining('The test set is empty') });
});

test('an inspection measures, shows what it writes and keeps maps', async () => {
  const { metrics, better, samples } = await languageModellingTask(config, dataset).inspect(join(folder, 'model'), join(folder, 'probe.safetensors'));
  expect(better).toBe('lower');
  expect(metrics['bitsPerCharacter']).toBeCloseTo(await modelBits(model, dataset.split.validation), 6);
  for (const { source, reference } of samples) expect(dataset.split.validation).toContain(source + reference);
  expect(samples).toHaveLength(2);
  const { tensors, metadata } = await readSafetensors(join(folder, 'probe.safetensors'));
  const { layers, heads } = config.model;
  const read = JSON.parse(metadata['0.source'] ?? '[]').length;
  expect(metadata['0.read']).toBe(metadata['0.source']);
  expect(tensors.get('0')?.shape).toEqual([read, read]);
  for (let layer = 0; layer < layers; layer++) {
    const { shape, data } = tensors.get(`0.decoder.${layer}`) ?? { shape: [], data: new Float32Array() };
    expect(shape).toEqual([heads, read, read]);
    // Every token attends to itself and to those before it alone.
    for (let row = 0; row < heads * read; row++) {
      const weights = data.subarray(row * read, (row + 1) * read);
      expect(weights.subarray(0, (row % read) + 1).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 4);
      expect(weights.subarray((row % read) + 1).some(weight => weight !== 0)).toBe(false);
    }
  }
});
