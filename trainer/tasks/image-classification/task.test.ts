import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ImageClassifier } from '../../classifying/image-classifier.ts';
import { TextClassifier } from '../../classifying/text-classifier.ts';
import { encodePng } from '../../corpora/png.fixture.ts';
import { readConfig } from '../../training/config.ts';
import { prepareTask } from '../../training/prepare-task.ts';
import { Random } from '../../training/random.ts';
import { scoreModel } from '../../training/score-command.ts';
import { trained } from '../classification/trained.fixture.ts';
import type { PaddedBatch } from '../../training/task.ts';
import { batchesOf } from '../train-toy.fixture.ts';
import { prepareImageClassification } from './task.ts';
import { side, toyConfig, toyImage, type ToySettings, writeFolders, writeToy } from './toy.fixture.ts';

let folder: string;
let file: string;
const model = (): string => join(folder, 'model');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'images-'));
  file = await writeToy(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const prepare = (settings?: ToySettings) => prepareImageClassification(toyConfig(settings), file, () => undefined);

test('learns which bars stand and which lie', async () => {
  const { metrics, samples } = await trained(await prepare(), toyConfig().training, model());
  expect(metrics['accuracy']).toBeGreaterThan(90);
  expect(metrics['macroF1']).toBeGreaterThan(90);
  expect(samples[0]).toMatchObject({ source: 'valid-images, image 1', reference: 'stands' });
});

test('classifies a picture of any size and colour, and says where it looked in its own pixels', async () => {
  const classifier = await ImageClassifier.open(model(), { threads: 1 });
  const grey = toyImage(1, new Random('a user'));
  // Three times as wide and twice as high, in colours.
  const [width, height] = [side * 3, side * 2];
  const pixels = Uint8Array.from({ length: width * height * 3 }, (_, index) => {
    const place = Math.floor(index / 3);
    return grey[Math.floor(Math.floor(place / width) / 2) * side + Math.floor((place % width) / 3)] ?? 0;
  });
  const { labels, image, patches, attention, evidence, maps, weights } = await classifier.classifyFile({ image: encodePng(pixels, width, height, 3), name: 'mine.png' });
  await classifier.release();
  expect(labels[0]?.label).toBe('lies');
  expect(labels.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 5);
  expect(image).toEqual({ width, height });
  expect(patches).toEqual([
    { x: 0, y: 0, width: 12, height: 8 },
    { x: 12, y: 0, width: 12, height: 8 },
    { x: 0, y: 8, width: 12, height: 8 },
    { x: 12, y: 8, width: 12, height: 8 },
  ]);
  expect(attention).toHaveLength(4);
  expect(attention.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
  expect(evidence.map(({ weights: each }) => each.length)).toEqual([4, 4]);
  expect(maps.map(({ kind, queries, keys }) => [kind, queries, keys])).toEqual([['pooling', 1, 4], ['encoder', 4, 4], ['encoder', 4, 4]]);
  expect(weights.map(each => each.length)).toEqual([4, 16, 16]);
});

test('what is transparent is white, and a model that is asked about black on white inverts it', async () => {
  const grey = toyImage(0, new Random('a user'));
  const inverting = join(folder, 'inverting');
  await trained(await prepare({ data: { invert: true }, training: { epochs: 1 } }), toyConfig({ training: { epochs: 1 } }).training, inverting);
  const plain = join(folder, 'plain');
  await trained(await prepare({ training: { epochs: 1 } }), toyConfig({ training: { epochs: 1 } }).training, plain);
  const probability = async (path: string, image: Uint8Array): Promise<number | undefined> => {
    const classifier = await ImageClassifier.open(path, { threads: 1 });
    const { labels } = await classifier.classifyFile({ image, name: 'mine.png' });
    await classifier.release();
    return labels.find(({ label }) => label === 'stands')?.probability;
  };
  const opaque = await probability(plain, encodePng(grey, side, side, 1));
  expect(await probability(inverting, encodePng(grey.map(value => 255 - value), side, side, 1))).toBeCloseTo(opaque ?? -1, 6);
  // Black ink of another strength each, on nothing.
  const ink = Uint8Array.from({ length: side * side * 2 }, (_, index) => (index % 2 === 0 ? 0 : (grey[Math.floor(index / 2)] ?? 0)));
  expect(await probability(inverting, encodePng(ink, side, side, 2))).toBeCloseTo(opaque ?? -1, 2);
});

test('the same epoch is changed alike twice, another one otherwise; what is held out never', async () => {
  const task = await prepare();
  const padded = async (epoch: number): Promise<PaddedBatch[]> => (await batchesOf(task, epoch)).map(batch => batch.pad());
  expect(await padded(1)).toEqual(await padded(1));
  expect(await padded(1)).not.toEqual(await padded(2));
  expect(task.planValidation().map(batch => batch.pad().count)).toEqual([20, 20, 20]);
});

test('is scored on its test set, and the card says how', async () => {
  const printed: string[] = [];
  await scoreModel({ config: file, model: model(), beam: 1, save: true, print: line => void printed.push(line) });
  expect(printed.join('\n')).toMatch(/accuracy +(9\d|100)\.\d\n/);
  const card = await readFile(join(model(), 'README.md'), 'utf8');
  expect(card).toContain('an image belongs to: stands, lies.');
  expect(card).toContain('sees every image as 8 × 8 pixels');
  expect(card).not.toContain(folder);
});

test('a model for images is none for texts, and a file that is no image is refused', async () => {
  await expect(TextClassifier.open(model(), { threads: 1 })).rejects.toMatchObject({
    code: 'bad-argument',
    message: 'The model toy is for image-classification; one for classification was expected.',
  });
  const classifier = await ImageClassifier.open(model(), { threads: 1 });
  await expect(classifier.classifyFile({ image: Buffer.from('text'), name: 'notes.txt' })).rejects.toThrow(/notes\.txt: neither a PNG nor a JPEG/);
  await classifier.release();
});

describe('refused before training starts', () => {
  /** @param change what is made of the folders of good images */
  const refusal = async (settings: ToySettings, change?: (images: string) => Promise<void>): Promise<string> => {
    const path = await mkdtemp(join(folder, 'refused-'));
    const images = join(path, 'images');
    await writeFolders(images, 8);
    await change?.(images);
    const data = { train: { format: 'image-folder', folder: 'images', channels: 1 }, validation: undefined, test: undefined, labels: undefined };
    const config = await writeToy(path, { data, split: { validation: 2, test: 2 }, ...settings });
    return (async () => prepareTask(await readConfig(config), config, () => undefined))().then(
      () => 'nothing was refused',
      (thrown: unknown) => (thrown instanceof Error ? thrown.message : String(thrown)),
    );
  };
  const add = (name: string, bytes: Uint8Array) => (images: string): Promise<void> => writeFile(join(images, 'lies', name), bytes);

  test('nothing, where all is well', async () => {
    expect(await refusal({})).toBe('nothing was refused');
  });

  test('an image of another size', async () => {
    expect(await refusal({}, add('wide.png', encodePng(new Uint8Array(80), 10, 8, 1)))).toMatch(
      /lies\/wide\.png: an image of 10 × 8 pixels found; 8 × 8 are expected, as of .*lies\/0\.png/,
    );
  });

  test('an image with an alpha channel', async () => {
    expect(await refusal({}, add('see-through.png', encodePng(new Uint8Array(side * side * 4), side, side, 4)))).toMatch(/lies\/see-through\.png: .*alpha/);
  });

  test('a damaged image', async () => {
    const whole = encodePng(toyImage(0, new Random('damaged')), side, side, 1);
    const damaged = Uint8Array.from(whole);
    damaged[whole.length - 30] = (damaged[whole.length - 30] ?? 0) ^ 0xff;
    expect(await refusal({}, add('damaged.png', damaged))).toMatch(/lies\/damaged\.png: /);
    expect(await refusal({}, add('cut.png', whole.subarray(0, 40)))).toMatch(/lies\/cut\.png: /);
  });

  test('images of one class', async () => {
    expect(await refusal({}, images => rm(join(images, 'lies'), { recursive: true }))).toMatch(/8 examples of one class, "stands", found; at least two classes/);
  });

  test('a class that no training image has', async () => {
    const path = await mkdtemp(join(folder, 'other-'));
    await writeFolders(path, 2);
    await writeFolders(join(path, 'leans'), 0);
    await writeFile(join(path, 'leans', 'one.png'), encodePng(toyImage(0, new Random('leans')), side, side, 1));
    const data = { train: { format: 'image-folder', folder: 'images', channels: 1 }, validation: { format: 'image-folder', folder: path, channels: 1 }, test: undefined, labels: undefined };
    expect(await refusal({ data })).toMatch(/one\.png: the label "leans" found, which does not occur in the training data; expected "lies", "stands"/);
  });

  test('heads that do not divide the features, and patches that do not cover the image', async () => {
    expect(await refusal({ model: { heads: 3 } })).toMatch(/"model": heads: 3 heads cannot share a width of 16 evenly; 1, 2, 4, 8 or 16 can/);
    expect(await refusal({ model: { patch: 3, stride: 3 } })).toMatch(/"model": stride: patches of 3 pixels every 3 do not cover 8 × 8 pixels exactly/);
    expect(await refusal({ model: { patch: 9, stride: 9 } })).toMatch(/"model": patch: 9 pixels are more than an image of 8 × 8 has/);
  });
});
