/** Toy images, bars that stand or lie, and a config of a few thousand parameters for them. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodePng } from '../../corpora/png.fixture.ts';
import { Random } from '../../training/random.ts';
import { type ImageClassificationConfig, imageClassificationSchema } from './config.ts';

export const side = 8;

/** White on black, with some noise: class 0 stands, class 1 lies. */
export function toyImage(label: 0 | 1, random: Random): Uint8Array<ArrayBuffer> {
  const at = random.below(side);
  return Uint8Array.from({ length: side * side }, (_, index) => {
    const [x, y] = [index % side, Math.floor(index / side)];
    return ((label === 0 ? x : y) === at ? 220 : 0) + random.below(30);
  });
}

/** Writes images and labels in IDX; returns their paths. */
export async function writeIdx(folder: string, name: string, count: number): Promise<{ images: string; labels: string }> {
  const random = new Random(name);
  const labels = Array.from({ length: count }, (_, index) => (index % 2) as 0 | 1);
  const images = join(folder, `${name}-images`);
  await writeFile(images, Buffer.concat([idxHeader(3, count, side, side), ...labels.map(label => toyImage(label, random))]));
  await writeFile(join(folder, `${name}-labels`), Buffer.concat([idxHeader(1, count), Buffer.from(labels)]));
  return { images, labels: join(folder, `${name}-labels`) };
}

function idxHeader(dimensions: number, ...sizes: readonly number[]): Buffer {
  const header = Buffer.alloc(4 + 4 * dimensions);
  header.writeUInt32BE(0x0800 + dimensions, 0);
  sizes.forEach((size, index) => header.writeUInt32BE(size, 4 + 4 * index));
  return header;
}

/** Writes a folder for each class with grey PNG files. */
export async function writeFolders(folder: string, count: number): Promise<void> {
  const random = new Random('folders');
  for (const [label, name] of ['stands', 'lies'].entries()) {
    await mkdir(join(folder, name), { recursive: true });
    for (let index = 0; index < count; index++) {
      await writeFile(join(folder, name, `${index}.png`), encodePng(toyImage(label as 0 | 1, random), side, side, 1));
    }
  }
}

export interface ToySettings {
  readonly data?: object;
  readonly model?: object;
  readonly training?: object;
  readonly split?: object;
}

/** Its data are `train-images`, `train-labels` and so on, of IDX. */
export function toyConfigJson({ data, model, training, split }: ToySettings = {}): object {
  const source = (name: string): object => ({ format: 'idx', images: `${name}-images`, labels: `${name}-labels` });
  return {
    name: 'toy',
    task: 'image-classification',
    data: { train: source('train'), validation: source('valid'), test: source('test'), labels: { 0: 'stands', 1: 'lies' }, ...data },
    ...(split !== undefined && { split }),
    model: {
      kind: 'image-classifier',
      patch: 4,
      stride: 4,
      features: 16,
      heads: 2,
      inner: 32,
      layers: 1,
      pooling: { kind: 'additive', width: 16 },
      ...model,
    },
    training: {
      epochs: 10,
      batchSize: 20,
      augment: { flip: true, shift: 1 },
      learningRate: 0.01,
      warmupSteps: 10,
      dropout: 0,
      labelSmoothing: 0,
      validateEvery: 10,
      threads: 1,
      ...training,
    },
  };
}

export const toyConfig = (settings?: ToySettings): ImageClassificationConfig => imageClassificationSchema.parse(toyConfigJson(settings));

/** Writes corpus and config; returns the config's path. */
export async function writeToy(folder: string, settings?: ToySettings): Promise<string> {
  await writeIdx(folder, 'train', 300);
  await writeIdx(folder, 'valid', 60);
  await writeIdx(folder, 'test', 60);
  const file = join(folder, 'toy.json');
  await writeFile(file, JSON.stringify(toyConfigJson(settings)));
  return file;
}
