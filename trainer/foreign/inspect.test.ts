import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeRandomTextClassifier } from '../checkpoints/classifier.fixture.ts';
import { writeSafetensors } from '../checkpoints/safetensors.ts';
import { exportFolder, writeFolder } from './folders.fixture.ts';
import { inspectCheckpoint } from './inspect.ts';
import { foreignModels } from './list.ts';
import { measureTensor } from './measure.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inspect-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a folder of weights tells what it would be run as, and where it attends', async () => {
  const path = join(folder, 't5');
  await writeFolder(path, 't5', { end: 1 });
  const summary = await inspectCheckpoint(path);
  expect(summary).toMatchObject({ path, format: 'Hugging Face folder, safetensors', tasks: ['translation', 'attention'], untapped: [], warnings: [] });
  expect(summary.taps).toEqual(
    (['encoder', 'decoder', 'cross'] as const).flatMap(kind => [0, 1].map(layer => ({ name: `${kind}.${layer}`, kind, layer, heads: 4, operator: 'Softmax' }))),
  );
  expect(summary.inputs.map(({ name }) => name)).toContain('decoder_model/encoder_hidden_states');
  expect(summary.parameters).toEqual([{ dtype: 'float32', tensors: summary.tensors.length, elements: expect.any(Number), bytes: expect.any(Number) }]);
  const { name } = summary.tensors[0] ?? { name: '' };
  expect((await measureTensor(path, name)).elements).toBeGreaterThan(0);
});

test('so does an export', async () => {
  const path = join(folder, 'merged');
  await writeFolder(path, 't5', { end: 1 });
  await exportFolder(path, 't5', 'merged');
  const summary = await inspectCheckpoint(path);
  expect(summary.taps).toHaveLength(6);
  expect(summary.inputs.map(({ name }) => name)).toContain('decoder_model_merged/use_cache_branch');
  // One graph of it is its part of the whole.
  expect((await inspectCheckpoint(join(path, 'onnx', 'encoder_model.onnx'))).tasks).toEqual(['translation', 'attention']);
});

test.each(['chat_template.jinja', 'chat_template.json'])('a model that converses is told by its %s, and its tokenizer is not read for that', async template => {
  const path = join(folder, template);
  await writeFolder(path, 'qwen2');
  await writeFile(join(path, 'tokenizer.json'), '{ broken');
  const text = '{{ messages[0].content }}';
  await writeFile(join(path, template), template.endsWith('.json') ? JSON.stringify({ chat_template: text }) : text);
  expect(await inspectCheckpoint(path)).toMatchObject({ tasks: ['language-modelling', 'dialogue', 'attention'], warnings: [] });
  expect((await foreignModels(path)).map(({ task }) => task)).toEqual(['language-modelling', 'dialogue']);
});

test('what can only be looked at says what it lacks', async () => {
  const path = join(folder, 'alone.safetensors');
  await writeSafetensors(path, [{ name: 'x', shape: [2], data: Float32Array.of(1, 2) }], {});
  expect(await inspectCheckpoint(path)).toMatchObject({ format: 'safetensors', taps: [], tasks: [], warnings: [expect.stringMatching(/can be inspected, not run: .* no config\.json lies beside them\. Put the model’s config\.json beside it/)] });
  await writeFolder(join(folder, 'other'), 'gpt2', { config: { model_type: 'mystery', architectures: ['MysteryForCausalLM'] } });
  expect((await inspectCheckpoint(join(folder, 'other'))).warnings).toEqual([expect.stringMatching(/weights of a model of type "mystery"; of weights alone, .*gpt2.* can be run/)]);
  await writeFile(join(folder, 'text.txt'), 'no checkpoint');
  await expect(inspectCheckpoint(join(folder, 'text.txt'))).rejects.toMatchObject({ code: expect.stringMatching(/bad-argument|broken-model/) });
  await expect(inspectCheckpoint(join(folder, 'none'))).rejects.toMatchObject({ code: 'no-such-file' });
});

test('a model of ours is one of them', async () => {
  const path = join(folder, 'ours');
  await writeRandomTextClassifier(path);
  const summary = await inspectCheckpoint(path);
  expect(summary.tasks).toEqual(['classification', 'attention']);
  expect(summary.taps.map(({ kind, layer, heads }) => [kind, layer, heads])).toContainEqual(['encoder', 0, 2]);
});
