/** Sentences of a small grammar, and a config of a few thousand parameters. */
import { parseConfig } from '../../training/config.ts';
import { Random } from '../../training/random.ts';
import type { LanguageModellingConfig } from './config.ts';

export function toySentences(count: number): string[] {
  const all = ['I', 'you', 'we', 'they'].flatMap(subject =>
    ['see', 'like', 'want', 'paint'].flatMap(verb =>
      ['red', 'small', 'old', 'blue', 'new'].flatMap(adjective =>
        ['cat', 'dog', 'house', 'tree', 'book'].map(noun => `${subject} ${verb} the ${adjective} ${noun}.`),
      ),
    ),
  );
  return new Random('sentences').shuffle(all).slice(0, count);
}

/** @param data beside `train` */
export function toyConfig(training: object = {}, data: object = {}): LanguageModellingConfig {
  const config = parseConfig(
    {
      name: 'toy',
      task: 'language-modelling',
      language: 'en',
      data: { train: { format: 'text', file: 'toy.txt' }, ...data },
      split: { validation: 30, test: 30 },
      vocabulary: { size: 310 },
      model: { kind: 'transformer-language-model', width: 24, heads: 2, inner: 48, layers: 2, longest: 40 },
      training: {
        epochs: 12,
        tokensPerBatch: 240,
        learningRate: 0.01,
        warmupSteps: 10,
        dropout: 0,
        labelSmoothing: 0,
        buckets: [16, 24],
        threads: 1,
        ...training,
      },
    },
    'toy.json',
  );
  if (config.task !== 'language-modelling') throw new Error('another task');
  return config;
}
