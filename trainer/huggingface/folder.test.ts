import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '../../protocol/failure.ts';
import { isHuggingFaceFolder, openHuggingFaceFolder } from './folder.ts';
import { descriptions } from './native.fixture.ts';
import { tokenizerBeside } from './tokenizer-files.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'attention-scope-folder-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** Writes files into a folder of the test's own; what is no text is JSON. */
async function folderOf(files: Readonly<Record<string, unknown>>, name = 'model'): Promise<string> {
  const path = join(root, name);
  for (const [file, content] of Object.entries(files)) {
    await mkdir(dirname(join(path, file)), { recursive: true });
    await writeFile(join(path, file), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return path;
}

const marian = { model_type: 'marian', architectures: ['MarianMTModel'], d_model: 16, encoder_attention_heads: 2, decoder_attention_heads: 2 };
const names = (...stems: string[]) => Object.fromEntries(stems.map(stem => [`onnx/${stem}.onnx`, 'x']));

describe('graphs', () => {
  it('are told apart by role and precision, the most exact whole set first', async () => {
    const folder = await openHuggingFaceFolder(await folderOf({
      'config.json': marian,
      ...names('encoder_model', 'encoder_model_quantized', 'decoder_model_merged_quantized', 'decoder_model_quantized', 'decoder_with_past_model_quantized', 'encoder_model_fp16', 'encoder_model_q4f16', 'decoder_model_merged_q4f16', 'decoder_model_merged_bnb4'),
    }));
    expect(folder.onnxFiles.map(({ role, precision }) => `${role} ${precision}`)).toContain('decoder_with_past_model q8');
    const set = folder.onnx();
    if (set?.kind !== 'encoder-decoder') throw new Error(String(set?.kind));
    expect([set.encoder.name, set.decoder.name, set.withPast]).toEqual(['onnx/encoder_model_quantized.onnx', 'onnx/decoder_model_merged_quantized.onnx', undefined]);
    const asked = folder.onnx('q4f16');
    expect(asked?.kind === 'encoder-decoder' ? asked.decoder.name : '').toBe('onnx/decoder_model_merged_q4f16.onnx');
    expect(() => folder.onnx('fp16')).toThrow('no whole set of graphs in fp16; there is q8, q4f16');
  });

  it('are of several precisions where none is whole', async () => {
    const folder = await openHuggingFaceFolder(await folderOf({ 'config.json': marian, ...names('encoder_model', 'decoder_model_q4', 'decoder_with_past_model_q4') }));
    const set = folder.onnx();
    if (set?.kind !== 'encoder-decoder') throw new Error(String(set?.kind));
    expect([set.encoder.precision, set.decoder.precision, set.withPast?.role]).toEqual(['fp32', 'q4', 'decoder_with_past_model']);
  });

  it('name what is missing', async () => {
    const folder = await openHuggingFaceFolder(await folderOf({ 'config.json': marian, ...names('encoder_model') }));
    const refusal = await failure(async () => folder.onnx());
    expect(refusal.message).toContain('onnx/encoder_model.onnx');
    expect(refusal.message).toContain('decoder_model_merged.onnx');
  });

  it('of decoders, encoders and a single export are found at the top too', async () => {
    const causal = await openHuggingFaceFolder(await folderOf({ 'config.json': { model_type: 'gpt2' }, 'decoder_model.onnx': 'x', 'decoder_with_past_model.onnx': 'x' }, 'a'));
    const decoder = causal.onnx();
    expect(decoder?.kind === 'decoder' && decoder.withPast?.name).toBe('decoder_with_past_model.onnx');
    const whole = await openHuggingFaceFolder(await folderOf({ 'config.json': { model_type: 'llama' }, ...names('model_q4', 'model_fp16') }, 'b'));
    const set = whole.onnx();
    expect(set?.kind === 'decoder' && set.decoder.name).toBe('onnx/model_fp16.onnx');
    const encoder = await openHuggingFaceFolder(await folderOf({ 'config.json': { model_type: 'bert' }, 'export.onnx': 'x' }, 'c'));
    const single = encoder.onnx();
    expect(single?.kind === 'single' && single.model.name).toBe('export.onnx');
    expect((await openHuggingFaceFolder(await folderOf({ 'config.json': { model_type: 'bert' } }, 'd'))).onnx()).toBeUndefined();
    const sentences = await openHuggingFaceFolder(await folderOf({ 'config.json': { model_type: 'bert' }, ...names('model', 'model_O4', 'model_qint8_avx512_vnni') }, 'e'));
    expect(sentences.onnxFiles.map(({ role, precision }) => [role, precision])).toEqual([['model', 'fp32'], ['model', 'fp16'], ['model', 'int8']]);
  });
});

describe('weights', () => {
  it('are found whole or in shards', async () => {
    const index = { weight_map: { a: 'model-00002-of-00002.safetensors', b: 'model-00001-of-00002.safetensors' } };
    const shards = { 'model-00001-of-00002.safetensors': 'x', 'model-00002-of-00002.safetensors': 'xy' };
    const folder = await openHuggingFaceFolder(await folderOf({ 'config.json': {}, 'model.safetensors.index.json': index, ...shards }));
    expect(folder.weights?.files.map(({ name, bytes }) => [name, bytes])).toEqual([['model-00001-of-00002.safetensors', 1], ['model-00002-of-00002.safetensors', 2]]);
    const torch = await openHuggingFaceFolder(await folderOf({ 'config.json': {}, 'pytorch_model.bin': 'x' }, 'torch'));
    expect(torch.weights?.files.map(({ name }) => name)).toEqual(['pytorch_model.bin']);
  });

  it('name a shard that is missing, or that lies elsewhere', async () => {
    const open = async (shard: string, name: string) => openHuggingFaceFolder(await folderOf({ 'config.json': {}, 'model.safetensors.index.json': { weight_map: { a: shard } } }, name));
    expect((await failure(() => open('model-1.safetensors', 'a'))).message).toContain('model.safetensors.index.json names model-1.safetensors, which is not there');
    expect((await failure(() => open('../secret', 'b'))).message).toContain('"weight_map.a"');
  });
});

describe('tokenizer and templates', () => {
  it('are read when they are asked for', async () => {
    const path = await folderOf({
      'config.json': { model_type: 'llama' },
      'tokenizer.json': descriptions['llama3'],
      'tokenizer_config.json': { bos_token: '<|begin|>', eos_token: '<|endoftext|>', chat_template: [{ name: 'tools', template: 'no' }, { name: 'default', template: '{{ bos_token }}{{ messages[0].content }}' }] },
    });
    const folder = await openHuggingFaceFolder(path);
    expect((await folder.tokenizer()).special('bos')?.name).toBe('<|begin|>');
    expect((await folder.chatTemplate())?.apply([{ role: 'user', content: 'Hi' }]).text).toBe('<|begin|>Hi');
    await writeFile(join(path, 'chat_template.jinja'), 'J{{ messages[0].content }}');
    expect((await folder.chatTemplate())?.apply([{ role: 'user', content: 'Hi' }]).text).toBe('JHi');
    expect(await folder.converses()).toBe(true);
    const beside = await tokenizerBeside(path);
    expect(beside?.encode('Hi').ids).toEqual((await folder.tokenizer()).encode('Hi').ids);
  });

  it('name what is missing or broken', async () => {
    const none = await openHuggingFaceFolder(await folderOf({ 'config.json': {} }));
    expect((await failure(() => none.tokenizer())).message).toContain('tokenizer.json was expected, or vocab.txt');
    expect(await none.chatTemplate()).toBeUndefined();
    expect(await none.converses()).toBe(false);
    expect(await tokenizerBeside(none.path)).toBeUndefined();
    const broken = await openHuggingFaceFolder(await folderOf({ 'config.json': {}, 'tokenizer.json': '{"model":' }, 'broken'));
    expect((await failure(() => broken.tokenizer())).message).toContain(`${join(broken.path, 'tokenizer.json')} is not JSON`);
  });
});

describe('the folder', () => {
  it('need be one, with a config.json', async () => {
    const nothing = await failure(() => openHuggingFaceFolder(join(root, 'nowhere')));
    expect(nothing.code).toBe('unknown-model');
    const empty = await folderOf({ 'a.txt': 'x' });
    expect((await failure(() => openHuggingFaceFolder(empty))).message).toContain('has no config.json');
    expect(await isHuggingFaceFolder(empty)).toBe(false);
    expect((await failure(() => openHuggingFaceFolder(join(empty, 'a.txt')))).message).toContain('is no folder');
    const broken = await folderOf({ 'config.json': '{"vocab_size":-1}' }, 'broken');
    expect((await failure(() => openHuggingFaceFolder(broken))).message).toMatch(/config\.json.*"vocab_size"/);
  });

  it('is not left by links', async () => {
    await folderOf({ 'secret.json': { model_type: 'bert' }, 'model.onnx': 'x' }, 'outside');
    const path = await folderOf({ 'a.txt': 'x' });
    await symlink(join(root, 'outside/secret.json'), join(path, 'config.json'));
    expect((await failure(() => openHuggingFaceFolder(path))).message).toContain('outside of the model\'s folder');
    await rm(join(path, 'config.json'));
    await writeFile(join(path, 'config.json'), '{}');
    await symlink(join(root, 'outside'), join(path, 'onnx'));
    await symlink(join(root, 'outside/model.onnx'), join(path, 'model.onnx'));
    expect((await openHuggingFaceFolder(path)).onnxFiles).toEqual([]);
    await symlink(join(root, 'gone'), join(path, 'tokenizer.json'));
    expect((await failure(() => openHuggingFaceFolder(path))).message).toContain('a link to a file that is not there');
  });

  it('may be one of the hub\'s cache, whose files are links to blobs', async () => {
    const blobs = await folderOf({ abc: { model_type: 'bert' }, def: 'graph' }, 'models--x--y/blobs');
    const snapshot = await folderOf({}, 'models--x--y/snapshots/0123');
    await mkdir(join(snapshot, 'onnx'), { recursive: true });
    await symlink('../../blobs/abc', join(snapshot, 'config.json'));
    await symlink('../../../blobs/def', join(snapshot, 'onnx/model.onnx'));
    const folder = await openHuggingFaceFolder(snapshot);
    const set = folder.onnx();
    expect(set?.kind === 'single' && set.model.real).toBe(join(blobs, 'def'));
    expect(folder.config.modelType).toBe('bert');
    // Of another model's blobs nothing is read.
    await folderOf({ abc: '{}' }, 'models--z/blobs');
    await rm(join(snapshot, 'config.json'));
    await symlink('../../../models--z/blobs/abc', join(snapshot, 'config.json'));
    expect((await failure(() => openHuggingFaceFolder(snapshot))).message).toContain('outside');
  });
});

const t5 = fileURLToPath(new URL('../../../shared/models/tiny_t5', import.meta.url));
const present = existsSync(t5);

it.skipIf(!present)(`opens tiny_t5${present ? '' : ' (skipped: ../shared/models/tiny_t5 is not here)'}`, async () => {
  const folder = await openHuggingFaceFolder(t5);
  expect([folder.config.modelType, folder.kind, folder.weights?.files[0]?.name, folder.tokenizerFiles?.kind]).toEqual(['t5', 'encoder-decoder', 'model.safetensors', 'sentencepiece']);
  expect(folder.onnx()).toBeUndefined();
  const tokenizer = await folder.tokenizer();
  expect(tokenizer.decode(tokenizer.encode('The decoder reads.').ids).text).toBe('The decoder reads.');
});

async function failure(act: () => Promise<unknown>): Promise<Failure> {
  try {
    await act();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
