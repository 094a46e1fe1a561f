import { writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { testFiles } from '../corpora/files.fixture.ts';
import { checkConfigText } from './config-text.ts';
import { toyConfig } from './training.fixture.ts';

const { file, path } = testFiles();

/** A config's text with the toy corpus beside it, and what is marked of it. */
async function marked(change: (config: Record<string, Record<string, unknown>>) => void, layout: string | number = 2): Promise<{ text: string; message: string; inSchema: boolean }[]> {
  await file('toy.tsv', 'a\tb\n');
  const config = structuredClone(toyConfig()) as unknown as Record<string, Record<string, unknown>>;
  change(config);
  const text = JSON.stringify(config, undefined, layout);
  const problems = await checkConfigText(text, path('my.attention.json'));
  return problems.map(({ start, end, message, inSchema }) => ({ text: text.slice(start, end), message, inSchema }));
}

test('a right config has no problems', async () => {
  expect(await marked(() => undefined)).toEqual([]);
});

describe('what no schema can say is marked at its value', () => {
  const transformer = { kind: 'transformer-translator', width: 100, heads: 3, inner: 8, encoderLayers: 1, decoderLayers: 1 };

  test.each([2, 0, '\t'])('heads that do not divide the width (laid out by %j)', async layout => {
    expect(await marked(config => (config['model'] = transformer), layout)).toEqual([{ text: '3', message: expect.stringMatching(/^heads: 3 heads cannot share a width of 100 evenly/), inSchema: false }]);
  });

  test('also while another key is wrong', async () => {
    const problems = await marked(config => {
      config['model'] = transformer;
      config['training'] = { ...config['training'], epoch: 3 };
    });
    expect(problems.map(({ text }) => text)).toEqual(['"epoch"', '3']);
  });

  test('a corpus that is not there, relative or absolute', async () => {
    expect(await marked(config => (config['data'] = { format: 'tsv', file: 'none.tsv' }))).toMatchObject([{ text: '"none.tsv"', message: expect.stringContaining('which is in none of') }]);
    const nowhere = path('nowhere.tsv');
    expect(await marked(config => (config['data'] = { format: 'tsv', file: nowhere }))).toMatchObject([{ text: JSON.stringify(nowhere), message: `There is no file ${nowhere}.` }]);
  });

  test('a key that another one needs', async () => {
    const [problem] = await marked(config => (config['training'] = { ...config['training'], guidedAlignment: 1 }));
    expect(problem).toMatchObject({ text: '1', message: expect.stringContaining('"data.links" names no alignments'), inSchema: false });
  });

  test('a recurrent model’s choices that do not fit', async () => {
    const [problem] = await marked(config => (config['model'] = { ...config['model'], inputFeeding: true }));
    expect(problem).toMatchObject({ text: 'true', message: expect.stringContaining('order is "before"') });
  });
});

test('what a schema says too is told as such: an unknown key at the key, a missing one where it should be', async () => {
  expect(await marked(config => (config['training'] = { ...config['training'], epoch: 3 }))).toEqual([{ text: '"epoch"', message: '"training.epoch" is not a key of a config.', inSchema: true }]);
  const [missing] = await marked(config => delete config['training']?.['epochs']);
  expect(missing).toMatchObject({ text: '"training"', inSchema: true });
  expect(await marked(config => Reflect.deleteProperty(config, 'name'))).toMatchObject([{ text: '{', inSchema: true }]);
});

test('files are not looked for where they are not to be', async () => {
  const text = JSON.stringify({ ...toyConfig(), data: { format: 'tsv', file: path('nowhere.tsv') } });
  expect(await checkConfigText(text, undefined)).toEqual([]);
  expect(await checkConfigText(text, path('my.attention.json'))).toHaveLength(1);
});

test('of a key that stands there twice the last counts, as JSON has it', async () => {
  const text = JSON.stringify(toyConfig()).replace('"epochs":', '"epochs":1,"epochs":"many","x":').replace(/"x":\d+,/, '');
  const [problem] = await checkConfigText(text, path('my.attention.json'));
  expect(text.slice(problem?.start, problem?.end)).toBe('"many"');
});

test('a text that is no JSON is left to JSON’s own checker; nothing is thrown at it', async () => {
  for (const text of ['', '{', '{"name": }', '[1,', '// a', 'null {', '\u{1F600}']) expect(await checkConfigText(text, path('my.attention.json'))).toEqual([]);
  expect(await checkConfigText('3', path('my.attention.json'))).toMatchObject([{ path: [], start: 0 }]);
});

test('the images of a config, and the labels beside them', async () => {
  await writeFile(path('images'), '');
  const json = { name: 'a', task: 'image-classification', data: { train: { format: 'idx', images: 'images', labels: 'labels' }, labels: { 0: 'nothing that is a file' } } };
  const missing = (await checkConfigText(JSON.stringify(json), path('my.attention.json'))).filter(({ message }) => message.includes('names the corpus'));
  expect(missing.map(problem => problem.path)).toEqual([['data', 'train', 'labels']]);
});
