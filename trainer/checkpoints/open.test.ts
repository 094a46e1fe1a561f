import { cp, mkdtemp, readFile, rename, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { TranslationModel } from '../decoding/model.ts';
import { greedySearch } from '../decoding/greedy.ts';
import { writeRandomCheckpoint } from './checkpoint.fixture.ts';
import { manifestName } from './manifest.ts';
import { openCheckpoint } from './open.ts';

let folder: string;
let whole: string;
let model: string;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'open-'));
  whole = join(folder, 'whole');
  await writeRandomCheckpoint(whole);
});
beforeEach(async () => {
  model = join(folder, `model-${count++}`);
  await cp(whole, model, { recursive: true });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Changes the manifest of `model`. */
async function edit(change: (manifest: Record<string, unknown>) => void): Promise<void> {
  const file = join(model, manifestName);
  const manifest: Record<string, unknown> = JSON.parse(await readFile(file, 'utf8'));
  change(manifest);
  await writeFile(file, JSON.stringify(manifest));
}

/** What opening `model`, graphs and all, fails with. */
async function failure(): Promise<string> {
  try {
    const opened = await TranslationModel.open(model, { threads: 1 });
    await opened.release();
  } catch (thrown) {
    expect(thrown).toMatchObject({ name: 'Failure', code: 'broken-model' });
    return thrown instanceof Error ? thrown.message : '';
  }
  throw new Error('the broken model was opened');
}

test('a whole checkpoint opens, and runs', async () => {
  const opened = await TranslationModel.open(model, { threads: 1 });
  const { ids } = await opened.decode([30, 40, opened.special.end], 0, greedySearch);
  expect(ids.at(-1)).toBe(opened.special.end);
  await opened.release();
});

test('a model of before there were other architectures opens, and runs', async () => {
  const former = async (hidden: unknown): Promise<void> =>
    edit(manifest => {
      const { vocabulary } = Object(manifest['architecture']);
      manifest['architecture'] = { kind: 'gru-additive', embedding: 16, hidden, attention: 24, vocabulary };
    });
  await former(24);
  const opened = await TranslationModel.open(model, { threads: 1 });
  expect(opened.manifest.architecture).toMatchObject({ kind: 'recurrent-translator', cell: 'gru', hidden: 24, attention: { score: 'additive', width: 24 }, order: 'before' });
  const { ids } = await opened.decode([30, 40, opened.special.end], 0, greedySearch);
  expect(ids.at(-1)).toBe(opened.special.end);
  await opened.release();
  await former('many');
  expect(await failure()).toContain('"architecture.hidden"');
});

test('a folder without a model, or no folder at all, is an unknown model', async () => {
  await expect(openCheckpoint(folder, 'translation')).rejects.toMatchObject({ code: 'unknown-model' });
  await expect(openCheckpoint(join(folder, 'nowhere'), 'translation')).rejects.toMatchObject({ code: 'unknown-model' });
});

test('a manifest that is not JSON, or of another program, is told', async () => {
  await writeFile(join(model, manifestName), '{"format": ');
  expect(await failure()).toContain(`${manifestName} is not JSON`);
  await writeFile(join(model, manifestName), '[]');
  expect(await failure()).toContain('expected object');
  await writeFile(join(model, manifestName), Buffer.from([0x7b, 0xff, 0xfe]));
  expect(await failure()).toContain('not UTF-8');
});

test('a version to come is named with the version that is read', async () => {
  await edit(manifest => (manifest['formatVersion'] = 7));
  expect(await failure()).toMatch(/format version 7; this program reads version 1/);
});

test('every wrong key is named with what was found and expected', async () => {
  await edit(manifest => {
    manifest['limits'] = { sourceTokens: -3 };
    manifest['attention'] = 3;
  });
  const message = await failure();
  expect(message).toContain('"limits.sourceTokens"');
  expect(message).toContain('(found -3)');
  expect(message).toContain('"limits.targetTokens"');
  expect(message).toContain('"attention"');
  await edit(manifest => (manifest['task'] = 'summary'));
  expect(await failure()).toContain('"task": expected "translation" or another task');
});

test.each(['../weights.bin', '/etc/passwd', 'a/b', '..', '.', 'a\\b', ''])('a file named %j is refused', async name => {
  await edit(manifest => (manifest['files'] = { encoder: 'encoder.onnx', decoder: 'decoder.onnx', weights: name, tokenizer: 'tokenizer.json' }));
  expect(await failure()).toContain('"files.weights"');
});

test.each(['encoder.onnx', 'decoder.onnx', 'weights.bin', 'tokenizer.json'])('a missing %s is named', async name => {
  await rm(join(model, name));
  expect(await failure()).toContain(`${join(model, name)} is missing`);
});

test.each(['encoder.onnx', 'weights.bin'])('a link in place of %s is refused', async name => {
  await rename(join(model, name), join(model, 'elsewhere'));
  await symlink(join(model, 'elsewhere'), join(model, name));
  expect(await failure()).toContain(`${join(model, name)} is not a plain file`);
});

test.each(['encoder.onnx', 'decoder.onnx', 'weights.bin', 'tokenizer.json'])('a truncated %s is named', async name => {
  const file = join(model, name);
  await truncate(file, Math.floor((await stat(file)).size / 2));
  expect(await failure()).toContain(file);
  await truncate(file, 0);
  expect(await failure()).toContain(`${file} is empty`);
});

test('graphs that are exchanged are told by what they lack', async () => {
  await edit(manifest => {
    manifest['files'] = { encoder: 'decoder.onnx', decoder: 'encoder.onnx', weights: 'weights.bin', tokenizer: 'tokenizer.json' };
  });
  expect(await failure()).toMatch(/decoder\.onnx has no input "source"; it has: previous/);
});

test('an encoder and a decoder of different models are told apart', async () => {
  const other = join(folder, 'other');
  await writeRandomCheckpoint(other, { hidden: 25 });
  await cp(join(other, 'encoder.onnx'), join(model, 'encoder.onnx'));
  await cp(join(other, 'weights.bin'), join(model, 'weights.bin'));
  expect(await failure()).toMatch(/decoder\.onnx/);
});

test('a vocabulary of another size is told', async () => {
  await edit(manifest => (manifest['architecture'] = { ...Object(manifest['architecture']), vocabulary: 290 }));
  expect(await failure()).toMatch(/tokenizer\.json has 289 tokens; .* says 290/);
});

test('a special token that the vocabulary lacks is named', async () => {
  await edit(manifest => (manifest['tokens'] = { pad: '<pad>', start: '<s>', end: '<eos>', slots: [] }));
  expect(await failure()).toContain('"<eos>"');
});

test('weights that are no numbers are told when the model runs', async () => {
  const file = join(model, 'weights.bin');
  await writeFile(file, Buffer.alloc((await stat(file)).size, 0xff));
  const opened = await TranslationModel.open(model, { threads: 1 });
  await expect(opened.decode([30, opened.special.end], 0, greedySearch)).rejects.toMatchObject({ code: 'broken-model' });
  await opened.release();
});
