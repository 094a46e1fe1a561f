/** Toy reviews whose class one word decides, and a config of a few thousand parameters for them. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Random } from '../../training/random.ts';
import { type ClassificationConfig, classificationSchema } from './config.ts';

const subjects = ['the film', 'this story', 'her book', 'the play', 'that song', 'the ending', 'his acting', 'the plot'];
const adverbs = ['really', 'often', 'quite', 'rather', 'never less than', 'simply', 'mostly'];
const words = { good: ['wonderful', 'moving', 'funny', 'great', 'bright'], bad: ['dull', 'awful', 'boring', 'clumsy', 'flat'] } as const;

/** Lines of `label text`, each text once. */
export function toyReviews(count: number, seed = 1): string[] {
  const all = subjects.flatMap(subject =>
    adverbs.flatMap(adverb =>
      (['good', 'bad'] as const).flatMap(label => words[label].map(word => `${label} ${subject} is ${adverb} ${word} .`)),
    ),
  );
  return new Random(seed, 'toy').shuffle(all).slice(0, count);
}

export const asFile = (lines: readonly string[]): string => lines.map(line => `${line}\n`).join('');

export interface ToySettings {
  readonly data?: object;
  readonly model?: object;
  readonly training?: object;
  readonly split?: object;
}

const additive = { kind: 'text-classifier', embedding: 16, encoder: { kind: 'none' }, pooling: { kind: 'additive', width: 16 } };

/** Its data are `train.txt`, `valid.txt` and `test.txt`. */
export function toyConfigJson({ data, model = additive, training, split }: ToySettings = {}): object {
  const source = (file: string): object => ({ format: 'label-first', file });
  return {
    name: 'toy',
    task: 'classification',
    language: 'en',
    data: { train: [source('train.txt')], validation: source('valid.txt'), test: source('test.txt'), detokenize: 'ptb', ...data },
    ...(split !== undefined && { split }),
    vocabulary: { size: 340 },
    model,
    training: {
      epochs: 12,
      learningRate: 0.02,
      warmupSteps: 5,
      tokensPerBatch: 256,
      buckets: [8, 12, 32],
      dropout: 0.1,
      labelSmoothing: 0,
      validateEvery: 10,
      threads: 1,
      ...training,
    },
  };
}

export const toyConfig = (settings?: ToySettings): ClassificationConfig => classificationSchema.parse(toyConfigJson(settings));

/** Writes corpus and config; returns the config's path. */
export async function writeToy(folder: string, settings?: ToySettings): Promise<string> {
  const reviews = toyReviews(400);
  await writeFile(join(folder, 'train.txt'), asFile(reviews.slice(0, 300)));
  await writeFile(join(folder, 'valid.txt'), asFile(reviews.slice(300, 350)));
  await writeFile(join(folder, 'test.txt'), asFile(reviews.slice(350)));
  const file = join(folder, 'toy.json');
  await writeFile(file, JSON.stringify(toyConfigJson(settings)));
  return file;
}
