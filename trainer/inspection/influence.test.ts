/** Words left out, of models that write, classify and only read. */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Influence, InfluenceParams, MapChoice } from '../../protocol/inspection.ts';
import type { Intervention } from '../../protocol/intervention.ts';
import { writeRandomLanguageModel } from '../checkpoints/language-model.fixture.ts';
import { openModel } from '../engine/models.ts';
import { textOf, writeFolder } from '../foreign/folders.fixture.ts';
import { HeldPasses } from './held-passes.ts';
import type { HeldPass } from './held.ts';
import { passOf } from './inspector.ts';
import { modelBytes } from '../onnx/model.fixture.ts';
import { Draft, layer, width } from '../taps/draft.fixture.ts';
import { influenceOf } from './influence.ts';
import { Passes } from '../steering/passes.fixture.ts';

let folder: string;
const passes = new Passes(openModel);
const bundled = (id: string): string => fileURLToPath(new URL(`../../media/models/${id}`, import.meta.url));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'influence-'));
  await writeRandomLanguageModel(join(folder, 'language'));
  await writeFolder(join(folder, 'bert'), 'distilbert-classifier');
  await writeFolder(join(folder, 't5'), 't5', { end: 1, generation: { eos_token_id: 1 } });
  await writeFolder(join(folder, 'gpt2'), 'gpt2', { generation: { eos_token_id: 39 } });
});
afterAll(async () => {
  await passes.release();
  await rm(folder, { recursive: true, force: true });
});

async function held(path: string, text: string, interventions: readonly Intervention[] = []): Promise<HeldPass> {
  const asked = { model: path, text, languageId: 'plaintext', beam: 1, interventions };
  return new HeldPasses().hold(await passOf(await passes.model(path), { asked, folder: path }), asked, { folder: path });
}

const mapOf = (kind: 'encoder' | 'decoder' | 'cross' | 'pooling', number = 0): MapChoice => ({ of: 'heads', kind, layer: number, heads: 'all', by: 'mean' });

async function influence(path: string, pass: HeldPass, choice: MapChoice, by: InfluenceParams['by'] = 'delete'): Promise<Influence & { readonly seen: readonly number[] }> {
  const seen: number[] = [];
  const found = await influenceOf(await passes.model(path), pass, { choice, by }, { signal: new AbortController().signal, onProgress: ({ done }) => seen.push(done) });
  return { ...found, seen };
}

test('of a translation, word by word, sentence by sentence', async () => {
  const text = 'Ich habe gestern einen Hund gesehen. Das Haus ist sehr alt.';
  const pass = await held(bundled('de-en'), text);
  const { words, tau, measure, seen } = await influence(bundled('de-en'), pass, mapOf('cross', 1));
  const spelled = words.map(({ word }) => text.slice(pass.inspection.axes[0]?.words[word]?.start, pass.inspection.axes[0]?.words[word]?.end));
  expect(spelled).toEqual(['Ich', 'habe', 'gestern', 'einen', 'Hund', 'gesehen', '.', 'Das', 'Haus', 'ist', 'sehr', 'alt', '.']);
  const most = words.toSorted((one, other) => other.change - one.change).slice(0, 5).map(({ word }) => spelled[words.findIndex(one => one.word === word)]);
  expect(most).toEqual(expect.arrayContaining(['gestern', 'Hund', 'Haus']));
  expect(tau).toBeGreaterThan(0);
  expect(measure).toBe('log-probability');
  expect(seen).toEqual(Array.from({ length: words.length + 1 }, (_, index) => index));
  // Tokens of the source get all of the attention, but what special ones get.
  expect(words.reduce((sum, { attention }) => sum + attention, 0)).toBeLessThan(pass.layers[0]?.rows ?? Infinity);
});

test('of a sentiment, by deleting and by masking', async () => {
  const text = 'A wonderful film with a dull ending.';
  const pass = await held(bundled('sentiment'), text);
  for (const by of ['delete', 'mask'] as const) {
    const { words, masked } = await influence(bundled('sentiment'), pass, mapOf('pooling'), by);
    expect(masked).toBe(by === 'mask' ? 'What was masked was read as “<mask>”.' : undefined);
    const [first] = words.toSorted((one, other) => Math.abs(other.change) - Math.abs(one.change));
    expect(['wonderful', 'dull']).toContain(text.slice(pass.inspection.axes[0]?.words[first?.word ?? 0]?.start, pass.inspection.axes[0]?.words[first?.word ?? 0]?.end));
  }
});

test('of a translation, by hiding words for which there is no mask', async () => {
  const text = 'Ich habe einen Hund gesehen.';
  const { words, masked } = await influence(bundled('de-en'), await held(bundled('de-en'), text), mapOf('cross', 1), 'mask');
  expect(masked).toMatch(/was hidden from attention, since the vocabulary of de-en has neither a mask/);
  const [first] = words.toSorted((one, other) => other.change - one.change);
  expect(first?.word).toBe(3);
  expect(words.every(({ change }) => Number.isFinite(change) && change !== 0)).toBe(true);
});

const words = [4, 9, 12, 7];

test.each<{ readonly name: string; readonly choice: MapChoice; readonly text?: string }>([
  { name: 'language', choice: mapOf('decoder'), text: 'I want to see the cat' },
  { name: 'gpt2', choice: mapOf('decoder') },
  { name: 't5', choice: mapOf('cross') },
  { name: 'bert', choice: mapOf('encoder') },
])('of $name: a change of nothing is none, others are some', async ({ name, choice, text = textOf(words) }) => {
  const path = join(folder, name);
  const { words: found } = await influence(path, await held(path, text), choice);
  expect(found).toHaveLength(text.split(' ').length);
  expect(found.every(({ change, attention }) => Number.isFinite(change) && attention >= 0)).toBe(true);
  expect(found.some(({ change }) => Math.abs(change) > 1e-4)).toBe(true);
});

test('the same under interventions, and the same as a pass without the word', async () => {
  const path = join(folder, 'bert');
  const knock: Intervention[] = [{ do: 'knock-out', kind: 'encoder', layer: 1, heads: [0, 1] }];
  const pass = await held(path, textOf(words), knock);
  const { words: found } = await influence(path, pass, mapOf('encoder'));
  const probability = async (text: string): Promise<number> => {
    const { output } = (await held(path, text, knock)).inspection;
    const said = pass.inspection.output.kind === 'labelled' ? pass.inspection.output.labels[0]?.label : undefined;
    return output.kind === 'labelled' ? (output.labels.find(({ label }) => label === said)?.probability ?? 0) : 0;
  };
  const without = Math.log(await probability(textOf(words))) - Math.log(await probability(textOf([4, 12, 7])));
  expect(found[1]?.change).toBeCloseTo(without, 5);
});

test('of what only reads, by its vector of the text, or by the mean of its tokens’', async () => {
  const of = async (output: 'sentence_embedding' | 'last_hidden_state'): Promise<Influence> => {
    const draft = new Draft();
    const x = draft.node('Gather', [draft.weight([40, width]), draft.input('input_ids', ['batch', 'length'], 'int64')], { axis: 0 });
    const states = layer(draft, x);
    const given = output === 'last_hidden_state' ? states : draft.node('ReduceMean', [states], { axes: [1], keepdims: 0 });
    draft.nodes.push({ operator: 'Identity', inputs: [given], outputs: [output] });
    const shape = output === 'last_hidden_state' ? ['batch', 'length', width] : ['batch', width];
    const path = join(folder, output, 'model.onnx');
    await mkdir(join(folder, output));
    await cp(join(folder, 'bert', 'tokenizer.json'), join(folder, output, 'tokenizer.json'));
    await writeFile(path, modelBytes({ graph: { ...draft.graph(), outputs: [{ name: output, dtype: 'float32', shape }] } }));
    return influence(path, await held(path, textOf(words)), mapOf('encoder'));
  };
  const { measure, words: found } = await of('sentence_embedding');
  expect(measure).toBe('cosine');
  expect(found).toHaveLength(4);
  expect(found.every(({ change }) => change > 0 && change < 2)).toBe(true);
  const byTokens = await of('last_hidden_state');
  byTokens.words.forEach(({ change }, word) => expect(change).toBeCloseTo(found[word]?.change ?? NaN, 5));
});

test('of keys that are no source, it is told that there is none', async () => {
  const t5 = join(folder, 't5');
  await expect(influence(t5, await held(t5, textOf(words)), mapOf('decoder'))).rejects.toThrow(/keys of decoder attention are what the model wrote/);
  await expect(influence(bundled('sentiment'), await held(bundled('sentiment'), 'Wonderful'), mapOf('pooling'))).rejects.toThrow(/a single word: without it there is nothing left to read/);
});

test('is stopped on its way', async () => {
  const path = join(folder, 'gpt2');
  const controller = new AbortController();
  const asked = influenceOf(await passes.model(path), await held(path, textOf(words)), { choice: mapOf('decoder'), by: 'delete' }, {
    signal: controller.signal,
    onProgress: ({ done }) => (done === 1 ? controller.abort() : undefined),
  });
  await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
});
