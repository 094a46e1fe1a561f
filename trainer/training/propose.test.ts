import { mkdir, mkdtemp } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ProposeConfigParams } from '../../protocol/config.ts';
import { testFiles } from '../corpora/files.fixture.ts';
import { asFile, toyReviews } from '../tasks/classification/toy.fixture.ts';
import { writeIdx } from '../tasks/image-classification/toy.fixture.ts';
import { toySentences } from '../tasks/language-modelling/toy.fixture.ts';
import { parseConfig } from './config.ts';
import { checkConfigText } from './config-text.ts';
import { type EstimatePlaces, estimateRun } from './estimate.ts';
import { patchesOf } from './proposed-model.ts';
import { proposeConfigs } from './propose.ts';
import { asTable, toyPairs } from './training.fixture.ts';

const { file, path } = testFiles();

/** Small data of each task. */
const data: Readonly<Record<ProposeConfigParams['task'], () => Promise<string>>> = {
  translation: () => file('data/pairs.tsv', asTable(toyPairs(300))),
  classification: () => file('data/reviews.txt', asFile(toyReviews(200))),
  'image-classification': async () => {
    await mkdir(path('data'), { recursive: true });
    return (await writeIdx(path('data'), 'train', 80)).images;
  },
  dialogue: () => file('data/talk.tsv', toyPairs(200).map(({ source, target }) => `${source}\t${target}\n`).join('')),
  'language-modelling': () => file('data/texts.txt', asFile(toySentences(300))),
};

const tasks = Object.keys(data) as ProposeConfigParams['task'][];

async function propose(task: ProposeConfigParams['task'], more: Partial<ProposeConfigParams> = {}) {
  const corpus = await data[task]();
  return proposeConfigs({ task, name: 'mine', folder: dirname(dirname(corpus)), files: [corpus], roles: {}, languages: ['en', 'fr'].slice(0, task === 'translation' ? 2 : 1), ...more });
}

/** Of a config that is not written, and a folder for what an estimate writes. */
async function places(config: string): Promise<EstimatePlaces> {
  return { file: path(config), scratch: await mkdtemp(path('scratch-')) };
}

describe.each(tasks)('%s', task => {
  test('three sizes, each a right config with its data beside it, of which one suits', async () => {
    const proposals = await propose(task);
    expect(proposals.map(({ size, recommended }) => [size, recommended])).toEqual([['small', true], ['medium', false], ['large', false]]);
    for (const { text } of proposals) {
      expect(await checkConfigText(text, path('mine.attention.json'))).toEqual([]);
      expect(text).not.toContain(path('data'));
      expect(text).toMatch(/^\{\n {2}"name": "mine",\n/);
    }
    const [small = 0, medium = 0, large = 0] = proposals.map(({ parameters }) => parameters);
    expect(small).toBeLessThan(medium);
    expect(medium).toBeLessThan(large);
  });

  test('the small one trains: its steps are measured, and as many as it will have are told', async () => {
    const [small] = await propose(task);
    const config = parseConfig(JSON.parse(small?.text ?? ''), 'mine.attention.json');
    const doing: string[] = [];
    const found = await estimateRun(config, await places('mine.attention.json'), what => doing.push(what), new AbortController().signal);
    expect(doing).toEqual(['reading the corpus', 'building the training graphs', 'measuring steps']);
    expect(found.steps).toBe(found.stepsAnEpoch * config.training.epochs);
    expect(found.share).toBe(1);
    // The vocabulary of a small corpus is smaller than it may become.
    expect(found.parameters).toBeLessThanOrEqual(small?.parameters ?? 0);
    expect(found.parameters).toBeGreaterThan(0);
    for (const measured of [found.secondsAStep, found.seconds]) expect(measured).toBeGreaterThan(0);
    expect(found.bytes).toBeGreaterThan(4 * 4 * found.parameters);
  }, 300_000);
});

test('lists of numbers stay in their line', async () => {
  const [small] = await propose('translation');
  expect(small?.text).toMatch(/"buckets": \[\[\d+, \d+\](, \[\d+, \d+\])*\],\n/);
});

test('columns that were chosen are those of the config; files elsewhere are absolute', async () => {
  const corpus = await file('elsewhere/ids.tsv', toyPairs(60).map(({ source, target }, index) => `${index}\t${source}\t${target}\n`).join(''));
  const [small] = await proposeConfigs({ task: 'translation', name: 'mine', folder: path('data'), files: [corpus], roles: { source: 2, target: 1 }, languages: ['fr', 'en'] });
  expect(JSON.parse(small?.text ?? '')).toMatchObject({ data: { format: 'tsv', file: corpus, columns: { source: 2, target: 1 } }, languages: { source: 'fr', target: 'en' } });
});

test('a name or a language that is none is refused, and data that are none', async () => {
  await expect(propose('classification', { name: 'Mine!' })).rejects.toMatchObject({ code: 'bad-argument', message: expect.stringContaining('"name"') });
  await expect(propose('classification', { languages: ['English'] })).rejects.toMatchObject({ code: 'bad-argument', message: expect.stringContaining('"language"') });
  await expect(propose('classification', { files: [await file('empty.txt', '')] })).rejects.toMatchObject({ code: 'bad-corpus' });
});

test.each([[28, 28], [8, 8], [32, 32], [64, 48], [224, 224], [7, 7], [1, 1], [31, 97]])('patches cover %i × %i pixels exactly', (width, height) => {
  const { patch, stride } = patchesOf({ width, height });
  expect([(width - patch) % stride, (height - patch) % stride]).toEqual([0, 0]);
  expect(stride).toBeLessThanOrEqual(patch);
  const count = (1 + (width - patch) / stride) * (1 + (height - patch) / stride);
  expect(count).toBeLessThanOrEqual(1024);
});

test('of a large corpus a part is read, and the steps are scaled', async () => {
  const pairs = toyPairs(600);
  const table = (count: number): string => asTable(Array.from({ length: count }, (_, index) => {
    const { source = '', target = '' } = pairs[index % pairs.length] ?? {};
    return { source: `${source} ${index}`, target: `${target} ${index}` };
  }));
  const corpus = await file('large/pairs.tsv', table(240_000));
  const [small] = await proposeConfigs({ task: 'translation', name: 'mine', folder: path('large'), files: [corpus], roles: {}, languages: ['en', 'fr'] });
  const config = parseConfig(JSON.parse(small?.text ?? ''), 'mine.attention.json');
  if (config.task !== 'translation') throw new Error('another task');
  const found = await estimateRun({ ...config, vocabulary: { size: 400 } }, await places('large/mine.attention.json'), () => undefined, new AbortController().signal);
  expect(found.share).toBeGreaterThan(0.4);
  expect(found.share).toBeLessThan(0.9);
  // Ten tokens or so a pair, a thousand a batch.
  expect(found.stepsAnEpoch).toBeGreaterThan(1000);
}, 300_000);
