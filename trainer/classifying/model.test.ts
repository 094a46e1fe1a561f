import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeRandomImageClassifier, writeRandomTextClassifier } from '../checkpoints/classifier.fixture.ts';
import { manifestName } from '../checkpoints/manifest.ts';
import { bestClass, classifiedAs, pooledAttention } from './classification.ts';
import { ImageClassifierModel, TextClassifierModel } from './model.ts';

let folder: string;
const text = (): string => join(folder, 'text');
const image = (): string => join(folder, 'image');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'classifying-'));
  await writeRandomTextClassifier(text());
  await writeRandomImageClassifier(image());
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A copy of a model whose manifest says something else. */
async function changed(from: string, change: (manifest: Record<string, unknown>) => void): Promise<string> {
  const copy = await mkdtemp(join(folder, 'changed-'));
  await cp(from, copy, { recursive: true });
  const manifest = JSON.parse(await readFile(join(copy, manifestName), 'utf8'));
  change(manifest);
  await writeFile(join(copy, manifestName), JSON.stringify(manifest));
  return copy;
}

test('evidence, summed over positions with the class’ bias, is the logit', async () => {
  const model = await TextClassifierModel.open(text(), { threads: 1 });
  const { logProbabilities, evidence } = await model.answer(model.tokenizer.encodeIds('a good film'));
  const bias = (await biasesOf(model)).map((each, index) => each + (evidence[index] ?? []).reduce((sum, weight) => sum + weight, 0));
  await model.release();
  // The softmax takes away what all logits have in common.
  const difference = (values: readonly number[]): number => (values[0] ?? 0) - (values[1] ?? 0);
  expect(difference(bias)).toBeCloseTo(difference(logProbabilities), 4);
});

/** From two texts of one token: what their logits have that is no evidence. */
async function biasesOf(model: TextClassifierModel): Promise<number[]> {
  const { logProbabilities, evidence } = await model.answer([5]);
  return logProbabilities.map((value, index) => value - (evidence[index] ?? []).reduce((sum, weight) => sum + weight, 0));
}

test('labels are ranked, and pooling’s heads come first', async () => {
  const model = await ImageClassifierModel.open(image(), { threads: 1 });
  const answer = await model.answer({ width: 8, height: 8, channels: 1, pixels: new Uint8Array(64).map((_, index) => index * 4) });
  const { labels, evidence, attention, maps, weights } = classifiedAs(model.manifest, answer, ['note']);
  await model.release();
  expect(labels.map(({ probability }) => probability)).toEqual(labels.map(({ probability }) => probability).sort((one, other) => other - one));
  expect(labels[0]?.label).toBe(model.manifest.labels[bestClass(answer)]);
  expect(evidence.map(({ label }) => label)).toEqual(labels.slice(0, 2).map(({ label }) => label));
  expect(attention).toEqual(pooledAttention(answer));
  expect(maps.map(({ kind }) => kind)).toEqual(['pooling', 'encoder', 'encoder']);
  for (const row of [0, 4, 8, 12]) expect((weights[1] ?? []).slice(row, row + 4).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
});

test.each<readonly [string, 'text' | 'image', (manifest: Record<string, unknown>) => void, RegExp]>([
  ['other labels', 'text', manifest => (manifest['labels'] = ['one', 'two', 'three']), /names 3 labels and has 2 outputs/],
  ['maps that the graph does not give', 'text', manifest => (manifest['attention'] = [0, 1].map(head => ({ kind: 'cross', layer: 0, head, output: 'attention' })).concat({ kind: 'encoder', layer: 7, head: 0, output: 'encoder_attention.7' })), /has no output "encoder_attention\.7"/],
  ['more heads than there are', 'text', manifest => (manifest['attention'] = [0, 1, 2].map(head => ({ kind: 'cross', layer: 0, head, output: 'attention' }))), /output "attention" is float32 \[1, 2, .*expected was float32 \[1, 3, source\]/],
  ['no map of what is pooled', 'text', manifest => (manifest['attention'] = []), /names no map of what it pools/],
  ['longer texts than positions', 'text', manifest => (manifest['limits'] = { sourceTokens: 500 }), /"architecture": encoder\.longest: sequences of up to 500/],
  ['patches of another size', 'image', manifest => (manifest['architecture'] = { ...(manifest['architecture'] as object), patch: 2, stride: 2 }), /input "patches" is float32 \[4, 16\]; expected was float32 \[16, 4\]/],
  ['patches beyond counting', 'image', manifest => (manifest['architecture'] = { ...(manifest['architecture'] as object), width: 8000, height: 8000, patch: 1, stride: 1 }), /"architecture": stride: .*1024 or fewer fit/],
])('a manifest that does not fit its graph is refused: %s', async (_, kind, change, message) => {
  const path = await changed(kind === 'text' ? text() : image(), change);
  const open = kind === 'text' ? TextClassifierModel.open(path, { threads: 1 }) : ImageClassifierModel.open(path, { threads: 1 });
  await expect(open).rejects.toMatchObject({ code: 'broken-model', message: expect.stringMatching(message) });
});
