import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { alignmentErrorRate } from '../../analysis/alignment-error-rate.ts';
import { Translator } from '../../decoding/translator.ts';
import { loadRuntime } from '../../engine/runtime.ts';
import { parseConfig } from '../../training/config.ts';
import { Trainer } from '../../training/trainer.ts';
import { asTable, toyConfig, toyPairs } from '../../training/training.fixture.ts';
import { joinPairs } from './epoch-plan.ts';
import { pairSourcesOf, type TranslationConfig } from './config.ts';
import { prepareDataset } from './dataset.ts';
import { translationTask } from './task.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guided-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const steps = 300;

/** What every toy sentence is aligned by: the adjective and its noun change places. */
const links = '0-0 1-1 2-2 3-4 4-3';
const gold = [[0, 0], [1, 1], [2, 2], [3, 4], [4, 3]].map(([source = 0, target = 0]) => ({ source, target }));

const models = {
  recurrent: toyConfig().model,
  transformer: { kind: 'transformer-translator', width: 32, heads: 2, inner: 64, encoderLayers: 1, decoderLayers: 2 },
} as const;

function guided(model: keyof typeof models, guidedAlignment: number): TranslationConfig {
  const right = toyConfig({ buckets: [[16, 16]], dropout: 0, learningRate: 0.005 });
  const json = { ...right, model: models[model], data: { ...right.data, links: 'toy.links' }, training: { ...right.training, guidedAlignment } };
  const config = parseConfig(json, 'toy.json');
  if (config.task !== 'translation') throw new Error('the toy is a translator');
  return config;
}

/** How far the attention of a model trained so is from the gold links. */
async function errorRate(config: TranslationConfig): Promise<number> {
  const pairs = toyPairs(300);
  await writeFile(join(folder, 'toy.tsv'), asTable(pairs));
  await writeFile(join(folder, 'toy.links'), `${links}\n`.repeat(pairs.length));
  const dataset = await prepareDataset(await pairSourcesOf(config, join(folder, 'toy.json')), config, () => undefined);
  const task = translationTask(config, dataset);
  const trainer = await Trainer.load(await loadRuntime(), task.model, config.training);
  for (let epoch = 0; trainer.state.step < steps; epoch++) for await (const batch of task.planEpoch(epoch)) await trainer.step([batch], steps);
  const model = join(folder, 'model');
  await rm(model, { recursive: true, force: true });
  await mkdir(model);
  await task.writeModel(model, trainer.state.parameters.map(({ spec, value }) => ({ spec, data: value.data })), steps);
  await trainer.release();
  const translator = await Translator.open(model, { threads: 1 });
  const judged = [];
  for (const { source } of dataset.split.validation.slice(0, 15)) {
    const trace = await translator.translate({ text: source, beam: 1 });
    const index = (spans: readonly { start: number }[], start: number): number => spans.findIndex(span => span.start === start);
    // A full stop is a word of its own in a trace; the links know it as a part of the last one.
    const found = trace.alignment
      .map(link => ({ source: index(trace.source.words, link.source.start), target: index(trace.target.words, link.target.start) }))
      .filter(link => link.source < 5 && link.target < 5 && link.source >= 0 && link.target >= 0);
    judged.push({ links: found, gold: { sure: gold, possible: [] } });
  }
  await translator.release();
  return alignmentErrorRate(judged);
}

test.each(['recurrent', 'transformer'] as const)('guided, the attention of a %s model follows the links', async model => {
  expect(await errorRate(guided(model, 1))).toBeLessThan(0.1);
}, 60_000);

describe('links', () => {
  test('move with the pairs that are joined', () => {
    const one = { source: [5, 6, 2], target: [7, 8], links: [{ source: 1, target: 0 }] };
    const other = { source: [9, 2], target: [10], links: [{ source: 0, target: 0 }] };
    expect(joinPairs([one, other])).toEqual({
      source: [5, 6, 9, 2],
      target: [7, 8, 10],
      links: [{ source: 1, target: 0 }, { source: 2, target: 2 }],
    });
  });

  test('that are fewer than the pairs are told, and so is a line that is none', async () => {
    const config = guided('recurrent', 1);
    const prepare = async (text: string): Promise<unknown> => {
      await writeFile(join(folder, 'toy.tsv'), asTable(toyPairs(100)));
      await writeFile(join(folder, 'toy.links'), text);
      return prepareDataset(await pairSourcesOf(config, join(folder, 'toy.json')), config, () => undefined);
    };
    await expect(prepare(`${links}\n`.repeat(99))).rejects.toMatchObject({
      code: 'bad-corpus',
      message: expect.stringMatching(/toy\.links, line 99: the file ends here, but line 100 of the corpus is a pair/),
    });
    await expect(prepare('0-0 one\n'.repeat(100))).rejects.toMatchObject({ message: expect.stringMatching(/toy\.links, line 1: found “one”/) });
  });

  test('are asked for where attention is to be guided', () => {
    const right = toyConfig();
    expect(() => parseConfig({ ...right, training: { ...right.training, guidedAlignment: 1 } }, 'toy.json')).toThrow(/"training.guidedAlignment".*"data.links"/);
  });
});
