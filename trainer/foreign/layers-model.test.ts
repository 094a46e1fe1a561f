/** Models of TensorFlow.js, as tutorials build them: they read texts by the words beside them, and show what they look at. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tensor } from '@tensorflow/tfjs-core';
import { input, layers as l, type LayersModel, model as modelOf, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { afterAll, expect, test } from 'vitest';
import { randomizeWeights, saveModel } from '../tensorflowjs/saved-model.fixture.ts';
import { facetOf } from './facets.ts';
import { openForeign } from './open.ts';
import type { ForeignModel } from './opened.ts';

/** The default initializer needs operations that this build of TensorFlow.js leaves out. */
const plain = { recurrentInitializer: 'glorotUniform' } as const;
const words = { source: ['', '<start>', '<end>', 'the', 'cat', 'sees', 'a', 'dog', 'and', 'house', 'us'], target: ['', '<start>', '<end>', 'le', 'chat', 'voit', 'un', 'chien', 'nous'] };
const indexOf = (list: readonly string[]): string => JSON.stringify(Object.fromEntries(list.flatMap((word, id) => (word === '' ? [] : [[word, id]]))));

const open: ForeignModel[] = [];
afterAll(async () => {
  for (const model of open) await model.release();
});

async function openSaved(model: LayersModel, files: Readonly<Record<string, string>> = {}): Promise<ForeignModel> {
  const folder = await saveModel(model);
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const opened = await openForeign(folder, { threads: 1, whenLarge: { do: 'refuse' } });
  open.push(opened);
  return opened;
}

/** Luong's encoder–decoder; a length that is given is fixed. */
function translator(length: number | null): LayersModel {
  const [source, target] = [input({ shape: [null], name: 'source' }), input({ shape: [length], name: 'target' })];
  const read = l.embedding({ inputDim: 11, outputDim: 5 }).apply(source) as SymbolicTensor;
  const [states, h, c] = l.lstm({ units: 6, returnSequences: true, returnState: true, ...plain }).apply(read) as [SymbolicTensor, SymbolicTensor, SymbolicTensor];
  const written = l.embedding({ inputDim: 9, outputDim: 5 }).apply(target) as SymbolicTensor;
  const decoder = l.lstm({ units: 6, returnSequences: true, ...plain }).apply(written, { initialState: [h, c] }) as SymbolicTensor;
  const scores = l.dot({ axes: [2, 2] }).apply([decoder, states]) as SymbolicTensor;
  const weights = l.activation({ activation: 'softmax', name: 'attention' }).apply(scores) as SymbolicTensor;
  const context = l.dot({ axes: [2, 1] }).apply([weights, states]) as SymbolicTensor;
  const both = l.concatenate().apply([context, decoder]) as SymbolicTensor;
  const outputs = l.dense({ units: 9, activation: 'softmax', name: 'word' }).apply(both) as SymbolicTensor;
  const model = modelOf({ inputs: [source, target], outputs });
  randomizeWeights(model, 4);
  return model;
}

/** What TensorFlow.js itself finds most probable, word by word. */
async function greedily(model: LayersModel, source: readonly number[], most: number, length: number | null): Promise<number[]> {
  const written = [1];
  while (written.length <= most && written.at(-1) !== 2) {
    const target = [...written, ...new Array<number>(Math.max(0, (length ?? 0) - written.length)).fill(0)];
    const predicted = [model.predict([tensor([[...source]]), tensor([target])])].flat()[0];
    const all = (await predicted?.data()) ?? new Float32Array();
    const row = all.slice((written.length - 1) * 9, written.length * 9);
    written.push(row.indexOf(Math.max(...row)));
  }
  return written.slice(1);
}

test.each([null, 12])('an encoder–decoder translates as TensorFlow.js predicts, with a target of length %s', async length => {
  const model = translator(length);
  const opened = await openSaved(model, { 'source_word_index.json': indexOf(words.source), 'target_word_index.json': indexOf(words.target) });
  const text = 'The cat sees us';
  const trace = await facetOf(opened, 'translator').translate({ text, beam: 1 });
  expect(trace.source.tokens.map(token => text.slice(token.start, token.end))).toEqual(['', 'The', 'cat', 'sees', 'us', '']);
  // The last token is the end, which the search puts there where the model finds none.
  const expected = await greedily(model, [1, 3, 4, 5, 10, 2], trace.target.tokens.length - 1, length);
  expect(trace.target.text).toBe(expected.flatMap(id => (id < 3 ? [] : [words.target[id] ?? ''])).join(' '));
  expect(trace.map).toEqual({ kind: 'cross', layer: 0, head: 0 });
  expect(trace.rows).toHaveLength(trace.target.tokens.length);
  for (const { weights } of trace.rows) {
    expect(weights).toHaveLength(6);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 4);
  }
  for (const { logProb } of trace.target.tokens) expect(logProb).toBeLessThanOrEqual(0);
  const beam = await facetOf(opened, 'translator').translate({ text, beam: 3 });
  expect(beam.rows).toHaveLength(beam.target.tokens.length);
  const attention = await opened.attending.text?.({ text }, 'all');
  expect(attention?.maps.map(({ kind, queries, keys }) => [kind, queries, keys])).toEqual([['cross', attention?.target?.tokens.length, 6]]);
}, 120_000);

test('a classifier reads a text of a fixed length, and its one probability is that of yes', async () => {
  const x = input({ shape: [8], name: 'text' });
  const embedded = l.embedding({ inputDim: 11, outputDim: 4 }).apply(x) as SymbolicTensor;
  const read = l.gru({ units: 3, returnSequences: true, ...plain }).apply(embedded) as SymbolicTensor;
  const outputs = l.dense({ units: 1, activation: 'sigmoid', name: 'is_good' }).apply(l.globalAveragePooling1d({}).apply(read)) as SymbolicTensor;
  const model = modelOf({ inputs: x, outputs });
  randomizeWeights(model, 5);
  const opened = await openSaved(model, { 'word_index.json': indexOf(words.source) });
  const found = await facetOf(opened, 'textClassifier').classify({ text: 'The dog sees a house' });
  const predicted = [model.predict(tensor([[0, 0, 0, 3, 7, 5, 6, 9]]))].flat()[0];
  const [yes = Number.NaN] = (await predicted?.data()) ?? [];
  const probabilities = new Map(found.labels.map(({ label, probability }) => [label, probability]));
  expect(probabilities.get('class 1')).toBeCloseTo(yes, 5);
  expect(probabilities.get('class 0')).toBeCloseTo(1 - yes, 5);
  expect(found.warnings).toEqual(['No attention of this model can be read, so none is shown.']);
}, 120_000);

test('without words beside it, it takes numbers', async () => {
  const opened = await openSaved(translator(null));
  const { numbers } = opened.attending;
  if (numbers === undefined) throw new Error('it takes no numbers');
  const { inputsFromJson } = await import('./json-input.ts');
  const attention = await numbers.attend(inputsFromJson({ source: [[3, 4, 5]], target: [[1, 4]] }, numbers.inputs, numbers.runtime), 'all');
  expect(attention.maps.map(({ kind, heads, queries, keys }) => [kind, heads, queries, keys])).toEqual([['cross', 1, 2, 3]]);
  expect(() => facetOf(opened, 'translator')).toThrow(/is for numbers alone; one for translation was expected/);
}, 120_000);
