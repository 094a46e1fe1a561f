/** Folders of Hugging Face's, from config and tokenizer to maps: what transformers computes of the same weights is what is shown. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Numbers, readReference } from '../architectures/reference.fixture.ts';
import { encodePng } from '../corpora/png.fixture.ts';
import type { Attention } from './attention.ts';
import { type Facet, facetOf, type Facets } from './facets.ts';
import { exportFolder, textOf, writeFolder } from './folders.fixture.ts';
import { nameOfLayer } from './layer-maps.ts';
import { openForeign } from './open.ts';
import type { ForeignModel } from './opened.ts';

let temporary: string;
const open: ForeignModel[] = [];

beforeAll(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'foreign-'));
});
afterAll(async () => {
  for (const model of open) await model.release();
  await rm(temporary, { recursive: true, force: true });
});

async function openFolder(folder: string): Promise<ForeignModel> {
  const model = await openForeign(folder, { threads: 1, whenLarge: { do: 'refuse' } });
  open.push(model);
  return model;
}

async function fromWeights(name: string, options: Parameters<typeof writeFolder>[2] = {}): Promise<ForeignModel> {
  const folder = join(temporary, `${name}-${open.length}`);
  await writeFolder(folder, name, options);
  return openFolder(folder);
}

async function attend(model: ForeignModel, ids: readonly number[]): Promise<Attention> {
  const { text } = model.attending;
  if (text === undefined) throw new Error('it reads no texts');
  return text({ text: textOf(ids) }, 'all');
}

/** Ids of the first text that transformers was given, as far as none of it is masked. */
function firstText(expected: ReadonlyMap<string, Numbers>): number[] {
  const ids = expected.get('input.input_ids');
  const mask = expected.get('input.attention_mask');
  const length = ids?.shape[1] ?? 0;
  const first = Array.from(ids?.data.slice(0, length) ?? [], Number);
  return first.filter((_, place) => mask === undefined || Number(mask.data[place]) === 1);
}

/** The largest difference between maps and those of transformers for the first text. */
function difference(attention: Attention, expected: ReadonlyMap<string, Numbers>): number {
  let most = 0;
  expect(attention.maps.length).toBeGreaterThan(0);
  for (const maps of attention.maps) {
    const reference = expected.get(`attention.${nameOfLayer(maps)}`);
    if (reference === undefined) throw new Error(`transformers gives no ${nameOfLayer(maps)}`);
    const [, heads, queries = 0, keys = 0] = reference.shape;
    expect(maps.heads).toBe(heads);
    for (let head = 0; head < maps.heads; head++) {
      for (let query = 0; query < maps.queries; query++) {
        for (let key = 0; key < maps.keys; key++) {
          const mine = maps.weights[(head * maps.queries + query) * maps.keys + key] ?? Number.NaN;
          most = Math.max(most, Math.abs(mine - Number(reference.data[(head * queries + query) * keys + key])));
        }
      }
    }
  }
  return most;
}

describe('encoders', () => {
  test.each(['distilbert-classifier', 'roberta-classifier'])('%s classifies as transformers does, and looks where it looks there', async name => {
    const { expected } = await readReference(name);
    const ids = firstText(expected);
    const model = await fromWeights(name);
    expect(difference(await attend(model, ids), expected)).toBeLessThan(1e-4);
    const found = await facetOf(model, 'textClassifier').classify({ text: textOf(ids) });
    const logits = expected.get('output.logits');
    const classes = logits?.shape[1] ?? 0;
    const scores = Array.from(logits?.data.slice(0, classes) ?? [], Number);
    const sum = scores.reduce((total, score) => total + Math.exp(score), 0);
    const probabilities = new Map(found.labels.map(({ label, probability }) => [label, probability]));
    scores.forEach((score, id) => expect(probabilities.get(`LABEL_${id}`)).toBeCloseTo(Math.exp(score) / sum, 4));
    expect(found.labels.map(({ probability }) => probability)).toEqual(found.labels.map(({ probability }) => probability).toSorted((a, b) => b - a));
    // The pooling is the first token's row of the last layer, the mean over its heads.
    expect(found.attention).toHaveLength(ids.length);
    expect(found.attention.reduce((total, weight) => total + weight, 0)).toBeCloseTo(1, 4);
    expect(found.maps.filter(({ kind }) => kind === 'encoder')).toHaveLength(2 * 4);
    expect(found.source.tokens.map(({ start, end }) => textOf(ids).slice(start, end))).toEqual(ids.map(id => `w${id}`));
  });

  test('a text that is too long is cut, and that is told', async () => {
    const model = await fromWeights('bert-classifier');
    const ids = Array.from({ length: 30 }, (_, index) => index);
    const found = await facetOf(model, 'textClassifier').classify({ text: textOf(ids) });
    expect(found.source.tokens).toHaveLength(20);
    expect(found.warnings).toContain('The text has 30 tokens; the model reads at most 20: what comes after them counts for nothing.');
  });

  test('what was not made to classify says so, and shows its attention', async () => {
    const model = await fromWeights('bert-masked');
    expect(() => facetOf(model, 'textClassifier')).toThrow(/is for attention alone; one for classification was expected/);
    const { text } = model.attending;
    const shown = await text?.({ text: 'w3 w7 w9' }, undefined);
    expect(shown?.maps).toEqual([expect.objectContaining({ kind: 'encoder', layer: 0, heads: 4, queries: 3, keys: 3 })]);
    expect(shown?.layers).toMatchObject([0, 1].map(layer => ({ kind: 'encoder', layer, heads: 4 })));
    const other = await text?.({ text: 'w3 w7 w9' }, { kind: 'encoder', layer: 1 });
    expect(other?.maps.map(({ kind, layer }) => [kind, layer])).toEqual([['encoder', 1]]);
    await expect(text?.({ text: 'w3' }, { kind: 'cross', layer: 0 })).rejects.toMatchObject({ code: 'bad-argument', message: expect.stringMatching(/no “Decoder, over the source: layer 1” \(cross:0\); it has .*\(encoder:0, encoder:1/) });
  });
});

describe('decoders', () => {
  test.each(['gpt2', 'llama', 'qwen2', 'mistral-window'])('%s looks where it looks in transformers', async name => {
    const { expected } = await readReference(name);
    expect(difference(await attend(await fromWeights(name), firstText(expected)), expected)).toBeLessThan(1e-4);
  });

  test('what is written with a cache is what is written without, and rows are of the text given', async () => {
    const model = await fromWeights('llama', { generation: { eos_token_id: 39 } });
    const continuer = facetOf(model, 'continuer');
    const given = [5, 6, 7, 8];
    const trace = await continuer.continue({ text: textOf(given), length: 6, map: { kind: 'decoder', layer: 1, head: 0 } });
    expect(trace.source.tokens.map(({ text }) => text)).toEqual(given.map(id => `w${id}`));
    let ids = [...given];
    for (const [place, row] of trace.rows.entries()) {
      // The whole text so far, read at once: the row that its last token has there.
      const whole = await attend(model, ids);
      const maps = whole.maps.find(({ layer }) => layer === 1);
      const last = Array.from(maps?.weights.slice((ids.length - 1) * ids.length, ids.length * ids.length) ?? []);
      row.weights.forEach((weight, key) => expect(weight).toBeCloseTo(last[key] ?? Number.NaN, 5));
      expect(row.elsewhere).toBeCloseTo(last.slice(given.length).reduce((sum, weight) => sum + weight, 0), 5);
      const token = trace.target.tokens[place];
      ids = [...ids, Number(token?.text.slice(1))];
    }
    expect((await continuer.continue({ text: textOf(given), length: 6 })).target.text).toBe(trace.target.text);
  });

  test('a conversation goes through the model’s own template', async () => {
    const model = await fromWeights('qwen2', {
      chatTemplate: "{% for message in messages %}{{ 'w30' if message.role == 'user' else 'w31' }} {{ message.content }} w32 {% endfor %}{% if add_generation_prompt %}w31 {% endif %}",
      generation: { eos_token_id: 32 },
    });
    const text = 'Ann: w1 w2\nBob: w3\nAnn: w4 w5';
    const trace = await facetOf(model, 'replier').reply({ text });
    expect(trace.source.tokens.map(token => [token.text, text.slice(token.start, token.end)])).toEqual([
      ['w30', ''], ['w1', 'w1'], ['w2', 'w2'], ['w32', ''], ['w31', ''], ['w3', 'w3'], ['w32', ''], ['w30', ''], ['w4', 'w4'], ['w5', 'w5'], ['w32', ''], ['w31', ''],
    ]);
    expect(trace.rows).toHaveLength(trace.target.tokens.length);
    const plain = await fromWeights('qwen2');
    expect(() => facetOf(plain, 'replier')).toThrow(/one for dialogue was expected/);
  });
});

describe('encoder–decoders', () => {
  const names = ['t5', 'marian', 'bart', 'mbart'];

  test.each(names)('%s: every kind of attention, whole and put together out of steps', async name => {
    const model = await fromWeights(name, { end: 1, generation: { eos_token_id: 1 } });
    const ids = [4, 9, 17, 23, 1];
    const attention = await attend(model, ids.slice(0, -1));
    expect(attention.maps.map(nameOfLayer)).toEqual(['encoder.0', 'encoder.1', 'decoder.0', 'decoder.1', 'cross.0', 'cross.1']);
    expect(attention.source?.tokens.map(({ text }) => text)).toEqual(ids.map(id => `w${id}`));
    const written = attention.target?.tokens.length ?? 0;
    for (const maps of attention.maps) {
      expect([maps.queries, maps.keys]).toEqual(maps.kind === 'encoder' ? [ids.length, ids.length] : [written, maps.kind === 'cross' ? ids.length : written]);
      for (let row = 0; row < maps.heads * maps.queries; row++) {
        const weights = maps.weights.subarray(row * maps.keys, (row + 1) * maps.keys);
        expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 4);
        // Nothing looks at what comes later.
        if (maps.kind === 'decoder') expect(weights.subarray((row % maps.queries) + 1).every(weight => weight === 0)).toBe(true);
      }
    }
  });

  test('two graphs, one merged by If, and weights alone write the same and look at the same', async () => {
    const ids = [4, 9, 17, 23];
    const options = { end: 1, generation: { eos_token_id: 1, decoder_start_token_id: 0 } };
    const folders = { weights: undefined, apart: 'apart', merged: 'merged' } as const;
    const results: Attention[] = [];
    for (const [kind, as] of Object.entries(folders)) {
      const folder = join(temporary, `t5-${kind}`);
      await writeFolder(folder, 't5', options);
      if (as !== undefined) await exportFolder(folder, 't5', as);
      const model = await openFolder(folder);
      results.push(await attend(model, ids));
      const beam = await facetOf(model, 'translator').translate({ text: textOf(ids), beam: 4 });
      expect(beam.rows).toHaveLength(beam.target.tokens.length);
    }
    const [first, ...others] = results;
    expect(first?.maps.map(nameOfLayer)).toEqual(['encoder.0', 'encoder.1', 'decoder.0', 'decoder.1', 'cross.0', 'cross.1']);
    for (const other of others) {
      expect(other.target?.text).toBe(first?.target?.text);
      other.maps.forEach((maps, index) => {
        const same = first?.maps[index]?.weights ?? new Float32Array();
        expect(maps.weights).toHaveLength(same.length);
        expect(Math.max(...maps.weights.map((weight, place) => Math.abs(weight - (same[place] ?? 0))))).toBeLessThan(1e-5);
      });
    }
  });

  test('a translation’s rows are those of the step that reads the token, of the layer before the last', async () => {
    const model = await fromWeights('t5', { end: 1, generation: { eos_token_id: 1 } });
    const text = textOf([4, 9, 17]);
    const trace = await facetOf(model, 'translator').translate({ text, beam: 1 });
    expect(trace.map).toEqual({ kind: 'cross', layer: 0, head: 'mean' });
    expect(trace.maps).toHaveLength(2 * 5);
    const attention = await attend(model, [4, 9, 17]);
    const cross = attention.maps.find(({ kind, layer }) => kind === 'cross' && layer === 0);
    if (cross === undefined) throw new Error('no cross attention');
    // Queries of the maps begin with the start token.
    const mean = (query: number, key: number): number => Array.from({ length: cross.heads }, (_, head) => cross.weights[(head * cross.queries + query) * cross.keys + key] ?? 0).reduce((sum, weight) => sum + weight, 0) / cross.heads;
    trace.rows.slice(0, -1).forEach((row, token) => row.weights.forEach((weight, key) => expect(weight).toBeCloseTo(mean(token + 1, key), 5)));
    await expect(facetOf(model, 'translator').translate({ text, beam: 1, map: { kind: 'cross', layer: 7, head: 0 } })).rejects.toMatchObject({ code: 'bad-argument' });
  });

  test('a beam of one says what greedy says; tokens come as they are written; and a cancelled one stops', async () => {
    const model = await fromWeights('bart', { generation: { eos_token_id: 2, decoder_start_token_id: 2 } });
    const translator: Facets['translator'] = facetOf(model, 'translator');
    const parts: string[] = [];
    const greedy = await translator.translate({ text: 'w5 w6 w7', beam: 1 }, { onProgress: part => void (part.kind === 'target' && parts.push(part.text)) });
    expect(parts.length).toBeGreaterThan(1);
    expect(greedy.target.text).toContain(parts[0]?.trim());
    const aborted = AbortSignal.abort();
    await expect(translator.translate({ text: 'w5', beam: 1 }, { signal: aborted })).rejects.toThrow();
  });
});

test('an image classifier sees the patches that transformers sees', async () => {
  const model = await fromWeights('vit');
  const pixels = Uint8Array.from({ length: 6 * 9 * 3 }, (_, index) => (index * 37) % 256);
  const found = await facetOf(model, 'imageClassifier').classifyFile({ image: encodePng(pixels, 9, 6, 3), name: 'x.png' });
  expect(found.labels).toHaveLength(4);
  expect(found.labels.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 5);
  // 6 × 9 pixels in patches of 3: two rows of three, and a class token that is none.
  expect(found.patches).toHaveLength(6);
  expect(found.patches[4]).toEqual({ x: 3, y: 3, width: 3, height: 3 });
  expect(found.maps.filter(({ kind }) => kind === 'pooling')).toHaveLength(4);
  expect(found.maps.every(({ keys }) => keys === 6)).toBe(true);
  expect(found.attention).toHaveLength(6);
});

test.each<[Facet, string, RegExp]>([
  ['translator', 'gpt2', /is for language-modelling; one for translation/],
  ['continuer', 't5', /is for translation; one for language-modelling/],
])('asked for another task, as %s, %s says what it is for', async (facet, name, message) => {
  const model = await fromWeights(name);
  expect(() => facetOf(model, facet)).toThrow(message);
});
