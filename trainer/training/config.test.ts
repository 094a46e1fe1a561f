import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Failure } from '../../protocol/failure.ts';
import { pairSourcesOf } from '../tasks/translation/config.ts';
import { parseConfig, readConfig } from './config.ts';
import { toyConfig } from './training.fixture.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'config-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A right config with parts of it replaced. */
function config(changes: Record<string, unknown>, training: Record<string, unknown> = {}): Record<string, unknown> {
  const right = structuredClone(toyConfig());
  return { ...right, ...changes, training: { ...right.training, ...training } };
}

function wrong(json: unknown): string {
  try {
    parseConfig(json, 'my.json');
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(Failure);
    expect(thrown).toMatchObject({ code: 'bad-config', message: expect.stringMatching(/^my\.json /) });
    return Failure.from(thrown).message;
  }
  throw new Error('the config was taken');
}

describe('a wrong key is named, with what was found and what was expected', () => {
  test.each([
    ['missing', config({ name: undefined }), ['"name"', 'expected string', 'found nothing']],
    ['of another type', config({}, { epochs: 'eight' }), ['"training.epochs"', 'expected number', 'found "eight"']],
    ['too large', config({}, { dropout: 1.5 }), ['"training.dropout"', '<=0.9', 'found 1.5']],
    ['not positive', config({}, { learningRate: 0 }), ['"training.learningRate"', '>0', 'found 0']],
    ['not whole', config({}, { accumulate: 1.5 }), ['"training.accumulate"', 'int', 'found 1.5']],
    ['unknown', config({}, { learningrate: 1 }), ['"training.learningrate" is not a key of a config']],
    ['unknown at the top', config({ epochs: 3 }), ['"epochs" is not a key of a config']],
    ['of an unknown format', config({ data: { format: 'csv', file: 'a' } }), ['"data.format"', '"tsv"', '"parallel"', 'found "csv"']],
    ['an unfit name', config({ name: 'Mine!' }), ['"name"', 'expected a short name such as "en-fr"', 'found "Mine!"']],
    ['a bad language', config({ languages: { source: 'English', target: 'fr' } }), ['"languages.source"', 'expected a language tag', 'found "English"']],
    ['an unknown model', config({ model: { kind: 'lstm', embedding: 1, hidden: 1, attention: 1 } }), ['"model.kind"', '"recurrent-translator"', 'found "lstm"']],
    ['fewer positions than a bucket', config({ model: { kind: 'transformer-translator', width: 16, heads: 2, inner: 32, encoderLayers: 1, decoderLayers: 1, longest: 12 } }), ['"model.longest"', 'expected at least 16', 'found 12']],
    ['half a bucket', config({}, { buckets: [[8]] }), ['"training.buckets.0', 'found']],
    ['shrinking buckets', config({}, { buckets: [[16, 16], [8, 8]] }), ['"training.buckets"', 'grow from first to last']],
    ['not an object', 3, ['"the file"', 'expected object', 'found 3']],
  ])('%s', (_name, json, expected) => {
    const message = wrong(json);
    for (const part of expected) expect(message).toContain(part);
  });

  test('all of them at once', () => {
    const message = wrong(config({ split: { validation: 0, test: 20 } }, { threads: 2000, extra: true }));
    for (const key of ['"split.validation"', '"training.threads"', '"training.extra"']) expect(message).toContain(key);
  });
});

test('what is left out has its default', () => {
  const { training, split } = parseConfig(config({}, { dropout: undefined, buckets: undefined, seed: undefined }), 'my.json');
  expect(training).toMatchObject({ dropout: 0.2, seed: 1, buckets: expect.arrayContaining([[40, 48]]) });
  expect(split?.seed).toBe(1);
});

describe('a file', () => {
  test('that is no JSON is named, and where it goes wrong', async () => {
    const file = join(folder, 'my.json');
    await writeFile(file, '{"name": "a",}');
    await expect(readConfig(file)).rejects.toMatchObject({ code: 'bad-config', message: expect.stringContaining(`${file} is not JSON`) });
  });

  test('that is not there, a folder, or far too large', async () => {
    await expect(readConfig(join(folder, 'none.json'))).rejects.toMatchObject({ code: 'no-such-file' });
    await expect(readConfig(folder)).rejects.toMatchObject({ code: 'no-such-file' });
    const large = join(folder, 'large.json');
    await writeFile(large, ' '.repeat(1_000_001));
    await expect(readConfig(large)).rejects.toMatchObject({ code: 'bad-config', message: expect.stringContaining('1000001 bytes') });
  });

  test('with a byte-order mark is read', async () => {
    const file = join(folder, 'my.json');
    await writeFile(file, `\uFEFF${JSON.stringify(toyConfig())}`);
    expect(await readConfig(file)).toEqual(toyConfig());
  });

  test('may name a corpus beside it; one that is nowhere is told with where it was looked for', async () => {
    const file = join(folder, 'my.json');
    await expect(pairSourcesOf(toyConfig(), file)).rejects.toMatchObject({
      code: 'no-such-file',
      message: expect.stringContaining(folder),
    });
    await writeFile(join(folder, 'toy.tsv'), 'a\tb\n');
    expect((await pairSourcesOf(toyConfig(), file)).corpus).toEqual({ kind: 'tsv', file: join(folder, 'toy.tsv') });
  });
});

test('a config of before there were other architectures is read as what it was', () => {
  const parsed = parseConfig(config({ model: { kind: 'gru-additive', embedding: 16, hidden: 20, attention: 16 } }), 'my.json');
  expect(parsed.model).toEqual(toyConfig().model);
});
