/** Conversations where the last reply depends on what was said three turns before, and a small config. */
import { parseConfig } from '../../training/config.ts';
import { Random } from '../../training/random.ts';
import type { DialogueConfig } from './config.ts';

const names = ['Anna', 'Ben', 'Tom', 'Eva'];
const greetings = ['Hello!', 'Hi there!', 'Good morning!', 'Good evening!', 'Hey!', 'Well!', 'Yes!', 'So,'];
const questions = ['What is my name?', 'Who am I?', 'Do you know my name?'];

export function toyConversations(count: number): string[][] {
  const all = names.flatMap(name =>
    greetings.flatMap(greeting => questions.map(question => [`${greeting} I am ${name}.`, 'How are you?', question, `You are ${name}.`])),
  );
  return new Random('conversations').shuffle(all).slice(0, count);
}

export const asLines = (conversations: readonly (readonly string[])[]): string =>
  conversations.map(turns => `${JSON.stringify({ turns })}\n`).join('');

export function toyConfig(more: object = {}): DialogueConfig {
  const config = parseConfig(
    {
      name: 'toy',
      task: 'dialogue',
      language: 'en',
      data: { train: { format: 'jsonl', file: 'toy.jsonl' } },
      split: { validation: 10, test: 10 },
      vocabulary: { size: 320 },
      model: { kind: 'transformer-translator', width: 32, heads: 2, inner: 64, encoderLayers: 1, decoderLayers: 2 },
      training: { epochs: 60, labelSmoothing: 0, tokensPerBatch: 160, learningRate: 0.005, warmupSteps: 10, dropout: 0, buckets: [[40, 10]], threads: 1 },
      ...more,
    },
    'toy.json',
  );
  if (config.task !== 'dialogue') throw new Error('another task');
  return config;
}
