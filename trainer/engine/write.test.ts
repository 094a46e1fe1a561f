import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TraceProgress } from '../../protocol/trace.ts';
import { writeRandomLanguageModel } from '../checkpoints/language-model.fixture.ts';
import { Continuer } from '../decoding/continuer.ts';
import { Replier } from '../decoding/replier.ts';
import { prepareDataset } from '../tasks/dialogue/dataset.ts';
import { dialogueTask } from '../tasks/dialogue/task.ts';
import { asLines, toyConfig, toyConversations } from '../tasks/dialogue/toy.fixture.ts';
import { trainToy } from '../tasks/train-toy.fixture.ts';
import { Engine } from './client.ts';

let folder: string;
let engine: Engine;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'engine-'));
  await writeRandomLanguageModel(join(folder, 'language'));
  const config = toyConfig({ training: { ...toyConfig().training, epochs: 1 } });
  const file = join(folder, 'toy.jsonl');
  await writeFile(file, asLines(toyConversations(60)));
  const sources = { train: [{ format: 'jsonl', file, encoding: 'utf-8' } as const], validation: undefined, test: undefined };
  const task = dialogueTask(config, await prepareDataset(sources, config, () => undefined));
  await mkdir(join(folder, 'dialogue'));
  await trainToy(task, config.training, join(folder, 'dialogue'));
  engine = new Engine({ threads: 1 });
}, 300_000);
afterAll(async () => {
  await engine.dispose();
  await rm(folder, { recursive: true, force: true });
});

test('a continuation from the engine is one in this process, sampled too', async () => {
  const here = await Continuer.open(join(folder, 'language'), { threads: 1 });
  const parts: TraceProgress[] = [];
  for (const request of [{ text: 'I want t' }, { text: 'I want t', sampling: { temperature: 1, topP: 0.9, seed: 3 }, length: 9 }]) {
    const trace = await engine.continue(join(folder, 'language'), request, { onProgress: part => void parts.push(part) });
    expect(trace).toEqual(await here.continue(request));
  }
  expect(parts.map(({ kind }) => kind)).toContain('target');
  await here.release();
}, 300_000);

test('so is a reply', async () => {
  const here = await Replier.open(join(folder, 'dialogue'), { threads: 1 });
  const request = { text: 'Hello! I am Tom.\nHow are you?' };
  expect(await engine.reply(join(folder, 'dialogue'), request)).toEqual(await here.reply(request));
  await here.release();
}, 300_000);

test('any of them can be loaded ahead, and each is asked only for what it is for', async () => {
  expect(await engine.load(join(folder, 'language'))).toBe('random');
  expect(await engine.load(join(folder, 'dialogue'))).toBe('toy');
  const text = 'I want t';
  await expect(engine.reply(join(folder, 'language'), { text })).rejects.toMatchObject({ code: 'bad-argument' });
  await expect(engine.continue(join(folder, 'dialogue'), { text })).rejects.toMatchObject({ code: 'bad-argument' });
  await expect(engine.translate(join(folder, 'dialogue'), { text, beam: 1 })).rejects.toMatchObject({ code: 'bad-argument' });
  await expect(engine.continue(join(folder, 'language'), { text: ' ' })).rejects.toMatchObject({ code: 'empty-text' });
}, 300_000);
