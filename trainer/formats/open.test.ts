import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeRandomCheckpoint } from '../checkpoints/checkpoint.fixture.ts';
import { type NamedTensor, writeSafetensors } from '../checkpoints/safetensors.ts';
import { openTensorFile } from './open.ts';
import { entryNamed, valuesIn } from './read.fixture.ts';
import { summaryOf } from './summary.ts';

let folder: string;
const at = (...names: string[]): string => join(folder, ...names);
const tensor = (name: string, ...values: number[]): NamedTensor => ({ name, shape: [values.length], data: Float32Array.from(values) });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'open-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('content goes before name', () => {
  test('safetensors by any name', async () => {
    await writeSafetensors(at('model.gguf'), [tensor('a', 1, 2)], { made: 'here' });
    const file = await openTensorFile(at('model.gguf'));
    expect(summaryOf(file)).toMatchObject({
      format: 'safetensors', path: at('model.gguf'), facts: [{ label: 'made', value: 'here' }], unlisted: 0,
      parameters: [{ dtype: 'float32', tensors: 1, elements: 2, bytes: 8 }],
      tensors: [{ name: 'a', dtype: 'float32', shape: [2], bytes: 8 }],
    });
    await file.close();
  });

  test('a file of three gigabytes opens by its header, and gives the stretch that is asked for', async () => {
    const bytes = 3 * 2 ** 30;
    const header = Buffer.from(JSON.stringify({ large: { dtype: 'BF16', shape: [bytes / 2], data_offsets: [0, bytes] }, last: { dtype: 'I8', shape: [1], data_offsets: [bytes, bytes + 1] } }));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    await writeFile(at('large'), Buffer.concat([length, header]));
    // Sparse: it takes no room on the disk.
    await truncate(at('large'), 8 + header.length + bytes + 1);
    const before = process.memoryUsage().rss;
    const file = await openTensorFile(at('large'));
    expect(summaryOf(file).bytes).toBeGreaterThan(bytes);
    expect(await valuesIn(file, 'last')).toEqual([0]);
    for await (const chunk of file.read(entryNamed(file, 'large'))) {
      expect(chunk.length).toBeLessThanOrEqual(4 << 20);
      break;
    }
    await file.close();
    expect(process.memoryUsage().rss - before).toBeLessThan(100 << 20);
  });

  test('a summary lists only so many, and counts all', async () => {
    await writeSafetensors(at('a'), [tensor('a', 1), tensor('b', 1, 2), tensor('c', 1)], {});
    const file = await openTensorFile(at('a'));
    const summary = summaryOf(file, 2);
    expect([summary.tensors.length, summary.unlisted, summary.parameters[0]?.elements]).toEqual([2, 1, 4]);
    await file.close();
  });
});

const tiny = fileURLToPath(new URL('../../../shared/models/tiny_t5', import.meta.url));
const present = existsSync(tiny);

describe.skipIf(!present)(`tiny_t5${present ? '' : ' (skipped: ../shared/models/tiny_t5 is not here)'}`, () => {
  test('as a folder of Hugging Face, and by its file', async () => {
    const [whole, single] = [await openTensorFile(tiny), await openTensorFile(join(tiny, 'model.safetensors'))];
    expect(whole.format).toBe('Hugging Face folder, safetensors');
    expect(whole.facts).toContainEqual({ label: 'Architecture', value: 'T5ForConditionalGeneration' });
    expect(whole.facts).toContainEqual({ label: 'File', value: 'model.safetensors' });
    expect(whole.tensors).toEqual(single.tensors);
    expect(entryNamed(whole, 'shared.weight').shape).toHaveLength(2);
    for (const { name, shape } of whole.tensors) expect(await valuesIn(whole, name)).toHaveLength(shape.reduce((product, length) => product * length, 1));
    await Promise.all([whole.close(), single.close()]);
  });
});

describe('folders', () => {
  test('a sharded model, with or without its index', async () => {
    await writeSafetensors(at('model-00001-of-00002.safetensors'), [tensor('a', 1)], {});
    await writeSafetensors(at('model-00002-of-00002.safetensors'), [tensor('b', 2)], {});
    const index = { weight_map: { b: 'model-00002-of-00002.safetensors', a: 'model-00001-of-00002.safetensors' } };
    await writeFile(at('model.safetensors.index.json'), JSON.stringify(index));
    const file = await openTensorFile(folder);
    expect(file.tensors.map(({ name }) => name)).toEqual(['b', 'a']);
    expect(await valuesIn(file, 'b')).toEqual([2]);
    await file.close();
    await writeFile(at('model.safetensors.index.json'), JSON.stringify({ weight_map: { ...index.weight_map, c: 'model-00001-of-00002.safetensors' } }));
    await expect(openTensorFile(folder)).rejects.toMatchObject({ code: 'broken-model', message: expect.stringContaining('tensor "c" is not in "model-00001-of-00002.safetensors"') });
    await writeFile(at('model-00001-of-00002.safetensors'), 'version https://git-lfs.github.com/spec/v1\n');
    await expect(openTensorFile(folder)).rejects.toMatchObject({ hint: expect.stringContaining('git lfs pull') });
    await rm(at('model-00001-of-00002.safetensors'));
    await expect(openTensorFile(folder)).rejects.toMatchObject({ message: expect.stringContaining('model-00001-of-00002.safetensors is missing') });
  });

  test("Hugging Face's cache: links into its blobs are followed, other links are not", async () => {
    const [blobs, snapshot] = [at('models--a--b', 'blobs'), at('models--a--b', 'snapshots', 'main')];
    await mkdir(blobs, { recursive: true });
    await mkdir(snapshot, { recursive: true });
    await writeSafetensors(join(blobs, '0123'), [tensor('a', 1)], {});
    await writeFile(join(blobs, '4567'), '{"model_type": "bert"}');
    await symlink('../../blobs/0123', join(snapshot, 'model.safetensors'));
    await symlink('../../blobs/4567', join(snapshot, 'config.json'));
    const file = await openTensorFile(snapshot);
    expect(await valuesIn(file, 'a')).toEqual([1]);
    expect(file.facts).toContainEqual({ label: 'Model type', value: 'bert' });
    await file.close();
    await rename(join(blobs, '0123'), at('outside'));
    await rm(join(snapshot, 'model.safetensors'));
    await symlink(at('outside'), join(snapshot, 'model.safetensors'));
    await expect(openTensorFile(snapshot)).rejects.toMatchObject({ code: 'broken-model', message: expect.stringContaining(`leads to ${at('outside')}`) });
  });

  test('a model of our own, and a run: its best checkpoint', async () => {
    const run = at('run');
    for (const step of ['00000010', '00000020']) await writeRandomCheckpoint(join(run, 'checkpoints', step), { id: `at-${step}`, seed: Number(step) });
    await writeFile(join(run, 'run.json'), '{"format": "attention-scope-run", "formatVersion": 1}');
    const model = await openTensorFile(join(run, 'checkpoints', '00000010'));
    expect(model.format).toBe('Attention Scope model');
    expect(model.facts).toContainEqual({ label: 'Task', value: 'translation' });
    const names = model.tensors.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain('output.bias');
    const bias = await valuesIn(model, 'output.bias');
    const latest = await openTensorFile(run);
    expect(latest.facts[0]).toEqual({ label: 'Checkpoint', value: '00000020, the latest of 2: 00000010, 00000020' });
    await writeFile(join(run, 'events.jsonl'), `${JSON.stringify({ type: 'validation', step: 10, attempt: 1, time: '2026-01-01T00:00:00.000Z', best: true })}\n`);
    const best = await openTensorFile(join(run, 'run.json'));
    expect(best.facts[0]).toEqual({ label: 'Checkpoint', value: '00000010, the best of 2: 00000010, 00000020' });
    expect(await valuesIn(best, 'output.bias')).toEqual(bias);
    await Promise.all([model.close(), latest.close(), best.close()]);
  });
});

describe('what is refused is named, with the way out', () => {
  const zip = async (...names: string[]): Promise<Buffer> => {
    const entries = names.map(name => ({ name: Buffer.from(name), local: Buffer.alloc(30 + name.length), listed: Buffer.alloc(46 + name.length) }));
    let offset = 0;
    for (const { name, local, listed } of entries) {
      local.writeUInt32LE(0x04034b50, 0);
      local.writeUInt16LE(name.length, 26);
      name.copy(local, 30);
      listed.writeUInt32LE(0x02014b50, 0);
      listed.writeUInt16LE(name.length, 28);
      listed.writeUInt32LE(offset, 42);
      name.copy(listed, 46);
      offset += local.length;
    }
    const list = Buffer.concat(entries.map(({ listed }) => listed));
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x06054b50, 0);
    end.writeUInt16LE(names.length, 10);
    end.writeUInt32LE(list.length, 12);
    end.writeUInt32LE(offset, 16);
    return Buffer.concat([...entries.map(({ local }) => local), list, end]);
  };

  test.each<[string, string, () => Buffer | string | Promise<Buffer>, RegExp, RegExp]>([
    ['Keras\' HDF5', 'model.h5', () => Buffer.from('\x89HDF\r\n\x1a\n0000', 'latin1'), /is HDF5, as Keras writes it/, /tf2onnx|tensorflowjs_converter/],
    ['a Keras archive', 'model.keras', () => zip('metadata.json', 'config.json', 'model.weights.h5'), /is a Keras archive/, /tf2onnx/],
    ['a SavedModel\'s graph', 'saved_model.pb', () => '\x08\x01', /is a TensorFlow SavedModel/, /--saved-model/],
    ['TorchScript', 'model.pt', () => zip('net/data.pkl', 'net/constants.pkl', 'net/code/__torch__.py'), /is a TorchScript archive/, /torch\.onnx\.export/],
    ['a legacy PyTorch file', 'model.pt', () => Buffer.from('\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.', 'latin1'), /PyTorch file of the legacy format/, /torch\.save/],
    ['another pickle', 'model.pkl', () => Buffer.from('\x80\x04\x95\x00', 'latin1'), /a bare pickle of Python/, /torch\.save/],
    ['a tar archive', 'model.pt', () => Buffer.concat([Buffer.alloc(257), Buffer.from('ustar'), Buffer.alloc(250)]), /is a tar archive/, /Unpack/],
    ['a pointer of Git LFS', 'model.safetensors', () => 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n', /is a pointer of Git LFS/, /git lfs pull/],
    ['an empty file', 'model.onnx', () => '', /is empty/, /again/],
    ['another zip', 'model.zip', () => zip('readme.txt'), /is a zip archive of other things/, /Unpack/],
    ['a llama2.c file of a newer version', 'model.bin', () => '24ka\x01\x00\x00\x00', /llama2\.c file of version 1 or 2/, /--version 0/],
    ['a web page', 'model.onnx', () => '<!DOCTYPE html><html>', /is a web page/, /Download/],
    ['text', 'notes.md', () => '# Notes\n', /begins with the bytes 23204e6f7465730a; expected ONNX, safetensors/, /another file/],
  ])('%s', async (_, name, bytes, message, hint) => {
    await writeFile(at(name), await bytes());
    await expect(openTensorFile(at(name))).rejects.toMatchObject({ name: 'Failure', message: expect.stringMatching(message), hint: expect.stringMatching(hint) });
    await expect(openTensorFile(at(name))).rejects.toThrow(at(name));
  });

  test('a model.json that is broken: where', async () => {
    await writeFile(at('model.json'), '{"weightsManifest": [}');
    await expect(openTensorFile(at('model.json'))).rejects.toMatchObject({ code: 'broken-model', message: expect.stringMatching(/it is no JSON \(Unexpected token.*expected JSON/) });
  });

  test('a SavedModel, an empty folder, a folder of other things, one with only a Keras file, and nothing', async () => {
    await mkdir(at('saved'));
    await writeFile(at('saved', 'saved_model.pb'), 'x');
    await expect(openTensorFile(at('saved'))).rejects.toMatchObject({ message: expect.stringContaining('is a TensorFlow SavedModel') });
    await mkdir(at('empty'));
    await expect(openTensorFile(at('empty'))).rejects.toMatchObject({ message: expect.stringContaining('is a folder with nothing in it') });
    await mkdir(at('other'));
    await writeFile(at('other', 'README.md'), 'x');
    await expect(openTensorFile(at('other'))).rejects.toMatchObject({ message: expect.stringContaining('holds README.md; expected ONNX') });
    await writeFile(at('other', 'tf_model.h5'), 'x');
    await expect(openTensorFile(at('other'))).rejects.toMatchObject({ message: expect.stringContaining('of weights only tf_model.h5'), hint: expect.stringContaining('tf2onnx') });
    await expect(openTensorFile(at('gone'))).rejects.toMatchObject({ code: 'no-such-file' });
  });

  test('a safetensors file that is cut off says how much is missing', async () => {
    await writeSafetensors(at('whole'), [tensor('a', 1, 2, 3)], {});
    await writeFile(at('cut.safetensors'), (await readFile(at('whole'))).subarray(0, -4));
    await expect(openTensorFile(at('cut.safetensors'))).rejects.toMatchObject({
      code: 'broken-model', message: expect.stringMatching(/tensor "a" of its header ends at byte \d+; expected all of it within the file's \d+ bytes/), hint: expect.stringContaining('cut off'),
    });
  });
});
