/** Passes of models of every kind: what is held of them is what these models tell of the same maps when they are asked. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OpenInspectionParams } from '../../protocol/inspection.ts';
import type { MapId, Trace } from '../../protocol/trace.ts';
import { writeRandomImageClassifier, writeRandomTextClassifier } from '../checkpoints/classifier.fixture.ts';
import { writeRandomLanguageModel } from '../checkpoints/language-model.fixture.ts';
import { encodePng } from '../corpora/png.fixture.ts';
import { openModel } from '../engine/models.ts';
import { facetOf, type OpenModel } from '../foreign/facets.ts';
import { exportFolder, textOf, writeFolder } from '../foreign/folders.fixture.ts';
import { openForeign } from '../foreign/open.ts';
import { bundledFolder } from '../models/catalog.ts';
import type { HeldLayer } from './held.ts';
import { headMatrix } from './reading/matrix.ts';
import { Inspector, passOf } from './inspector.ts';
import type { Pass } from './pass.ts';

let folder: string;
const opened: OpenModel[] = [];
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'inspector-'))));
afterAll(async () => {
  for (const model of opened) await model.release();
  await rm(folder, { recursive: true, force: true });
});

async function open(path: string): Promise<OpenModel> {
  const model = await openModel(path, { threads: 1, whenLarge: { do: 'refuse' } });
  opened.push(model);
  return model;
}

type Asked = Partial<Omit<OpenInspectionParams, 'image'>> & { readonly image?: Uint8Array };

function inspect(model: OpenModel, { image, ...asked }: Asked): Promise<Pass> {
  return passOf(model, { asked: { model: model.id, text: '', languageId: 'plaintext', beam: 1, interventions: [], ...asked }, folder: model.id, image });
}

function layerOf({ layers }: Pass, { kind, layer }: { readonly kind: string; readonly layer: number }): HeldLayer {
  const found = layers.find(one => one.kind === kind && one.layer === layer);
  if (found === undefined) throw new Error(`there is no ${kind} layer ${layer}`);
  return found;
}

/** `[row][column]` */
function rowsOf(layer: HeldLayer, head: number): number[][] {
  const map = headMatrix(layer, head);
  return Array.from({ length: layer.rows }, (_, row) => [...map.row(row)]);
}

/** A trace's rows over all that was given, as far as `columns` go. */
function rowsOfTrace({ rows, source }: Trace): number[][] {
  return rows.map(({ firstSource, weights }) => source.tokens.map((_, token) => weights[token - firstSource] ?? 0));
}

const headsOf = ({ maps }: Trace): (MapId & { readonly head: number })[] => maps.flatMap(map => (map.head === 'mean' ? [] : [{ ...map, head: map.head }]));

const sum = (row: readonly number[]): number => row.reduce((total, weight) => total + weight, 0);

/** Rows are distributions; of a decoder they look at nothing that comes later. */
function checkRows(pass: Pass): void {
  for (const layer of pass.layers) {
    expect(pass.axes[layer.queries]?.tokens).toHaveLength(layer.rows);
    expect(pass.axes[layer.keys]?.tokens).toHaveLength(layer.columns);
    for (let head = 0; head < layer.heads; head++) {
      for (const [query, row] of rowsOf(layer, head).entries()) {
        expect(sum(row)).toBeCloseTo(1, 4);
        if (layer.kind === 'decoder') expect(sum(row.slice(query + 1))).toBe(0);
      }
    }
  }
}

describe.each([1, 4])('a Transformer that translates two sentences, with a beam of %d', beam => {
  const request = { text: 'Der Hund schläft. Das Haus ist klein.', languageId: 'plaintext', beam };
  let model: OpenModel;
  let pass: Pass;
  let trace: Trace;
  beforeAll(async () => {
    model = await open(join(bundledFolder, 'de-en'));
    pass = await inspect(model, request);
    trace = await facetOf(model, 'translator').translate(request);
  });

  test('what is written is what it translates, as probable', () => {
    const { output } = pass;
    if (output.kind !== 'written') throw new Error('it writes');
    expect(output.text).toBe(trace.target.text);
    expect(output.steps.map(({ written }) => [written.text.trim(), written.logProb])).toEqual(trace.target.tokens.map(({ text, logProb }) => [text, logProb]));
    for (const { written, alternatives } of output.steps) {
      expect(alternatives).toContainEqual(written);
      expect(alternatives.length).toBeGreaterThanOrEqual(8);
      expect(alternatives.map(({ logProb }) => logProb)).toEqual(alternatives.map(({ logProb }) => logProb).toSorted((one, other) => other - one));
    }
  });

  test('heads of every layer between both texts are the same to the last bit', async () => {
    const heads = headsOf(trace);
    expect(layerOf(pass, { kind: 'cross', layer: 0 }).heads).toBe(heads.filter(({ layer }) => layer === 0).length);
    for (const map of heads.filter((_, index) => index % 3 === 0)) {
      const told = await facetOf(model, 'translator').translate({ ...request, map });
      expect(rowsOf(layerOf(pass, map), map.head), JSON.stringify(map)).toEqual(rowsOfTrace(told));
    }
  });

  test('every layer of encoder and decoder is there, sentence by sentence', () => {
    expect(new Set(pass.layers.map(({ kind }) => kind))).toEqual(new Set(['encoder', 'decoder', 'cross']));
    checkRows(pass);
    const [source, written, read] = pass.axes;
    expect([source?.sentences.length, written?.sentences.length, read?.sentences.length]).toEqual([2, 2, 2]);
    // Before each of its sentences the model reads where to start, and it never reads what ends one.
    expect(read?.tokens.filter(({ special }) => special).map(({ text }) => text)).toEqual(['<s>', '<s>']);
    // As the vocabulary has them: bytes as letters.
    expect([source, written, read].map(axis => axis?.tokens.slice(0, 3).map(({ text }) => text))).toEqual([['ĠDer', 'ĠHund', 'ĠschlÃ¤ft'], ['ĠThe', 'Ġdog', 'Ġis'], ['<s>', 'ĠThe', 'Ġdog']]);
    const { blocks, rows, columns } = layerOf(pass, { kind: 'encoder', layer: 0 });
    expect(blocks.map(block => block.rows)).toEqual(source?.sentences);
    expect([rows, columns]).toEqual([trace.source.tokens.length, trace.source.tokens.length]);
  });

  test('the search is a tree in which what was written is a path from the beginning', () => {
    const { output } = pass;
    if (output.kind !== 'written') throw new Error('it writes');
    expect(output.searches).toHaveLength(beam === 1 ? 0 : 2);
    const written = output.searches.flatMap(nodes => nodes.filter(({ fate }) => fate === 'chosen').map(({ token }) => token));
    if (beam > 1) expect(written).toEqual(output.steps.map(step => step.written.token));
    for (const nodes of output.searches) {
      for (const [place, { parent, step, total, logProb }] of nodes.entries()) {
        expect(parent).toBeLessThan(place);
        expect(step).toBe((nodes[parent]?.step ?? -1) + 1);
        expect(total).toBe((nodes[parent]?.total ?? 0) + logProb);
      }
      for (const { step } of nodes) expect(nodes.filter(one => one.step === step && one.fate === 'kept').length).toBeLessThanOrEqual(beam);
      expect(new Set(nodes.map(({ fate }) => fate))).toEqual(new Set(['kept', 'ended', 'dropped', 'chosen']));
    }
  });

  test('the usual map is the one that aligns best', () => {
    expect(pass.usual).toMatchObject({ of: 'heads', kind: 'cross', layer: trace.map?.layer });
  });
});

test('a classifier’s pooling is the row of the class that was found', async () => {
  const model = await open(join(bundledFolder, 'sentiment'));
  const request = { text: 'A wonderful film. I liked it.', languageId: 'plaintext' };
  const pass = await inspect(model, request);
  const told = await facetOf(model, 'textClassifier').classify(request);
  expect(pass.output).toEqual({ kind: 'labelled', labels: told.labels });
  const pooling = layerOf(pass, { kind: 'pooling', layer: 0 });
  expect(Array.from({ length: pooling.heads }, (_, head) => rowsOf(pooling, head)[0])).toEqual(told.maps.flatMap((map, index) => (map.kind === 'pooling' ? [told.weights[index]] : [])));
  expect(pass.axes[pooling.queries]?.tokens.map(({ text }) => text)).toEqual(['positive']);
  expect(pass.axes[pooling.keys]?.sentences).toHaveLength(2);
});

test('a classifier with an encoder has its layers, too', async () => {
  const at = join(folder, 'text');
  await writeRandomTextClassifier(at);
  const model = await open(at);
  const request = { text: 'the good film', languageId: 'plaintext' };
  const pass = await inspect(model, request);
  const told = await facetOf(model, 'textClassifier').classify(request);
  expect(pass.layers.map(({ kind, heads }) => [kind, heads])).toEqual([['encoder', 2], ['pooling', 2]]);
  told.maps.forEach((map, index) => expect(rowsOf(layerOf(pass, map), map.head).flat()).toEqual(told.weights[index]));
  checkRows(pass);
});

test('an image has patches along its axes', async () => {
  const at = join(folder, 'image');
  await writeRandomImageClassifier(at);
  const model = await open(at);
  const image = encodePng(Uint8Array.from({ length: 256 }, (_, index) => index), 16, 16, 1);
  const pass = await inspect(model, { text: 'a.png', image });
  const told = await facetOf(model, 'imageClassifier').classifyFile({ image, name: 'a.png' });
  expect(pass.image).toEqual({ ...told.image, patches: told.patches });
  expect(pass.axes[0]).toMatchObject({ side: 'image', tokens: [{ text: '0,0' }, { text: '8,0' }, { text: '0,8' }, { text: '8,8' }] });
  told.maps.forEach((map, index) => expect(rowsOf(layerOf(pass, map), map.head).flat()).toEqual(told.weights[index]));
  await expect(inspect(model, { text: 'no image' })).rejects.toMatchObject({ code: 'bad-argument', message: expect.stringContaining('reads images; a text was given') });
});

/** Of what continues a text: the rows of each step, over what was given. */
async function checkContinuation(model: OpenModel, text: string): Promise<Pass> {
  const pass = await inspect(model, { text });
  const [axis] = pass.axes;
  const trace = await facetOf(model, 'continuer').continue({ text, languageId: 'plaintext' });
  const { written } = axis ?? {};
  if (written === undefined || pass.output.kind !== 'written') throw new Error('it writes');
  expect(axis?.text).toBe(text + trace.target.text);
  expect(pass.output.text).toBe(trace.target.text);
  expect(pass.output.steps.map(step => step.written.logProb)).toEqual(trace.target.tokens.map(({ logProb }) => logProb));
  checkRows(pass);
  // Of five layers of eight heads, one head each.
  for (const map of headsOf(trace).filter((_, index) => index % 9 === 0)) {
    const told = await facetOf(model, 'continuer').continue({ text, languageId: 'plaintext', map });
    const rows = rowsOf(layerOf(pass, map), map.head);
    told.rows.forEach((row, step) => expect(rows[written.first - 1 + step]?.slice(0, trace.source.tokens.length)).toEqual(row.weights));
  }
  return pass;
}

test('a language model reads what it was given and what it wrote along one axis', async () => {
  const at = join(folder, 'language');
  await writeRandomLanguageModel(at);
  const model = await open(at);
  // The last word may be broken off, and is written to its end.
  for (const text of ['The cat wants to', 'The cat w']) await checkContinuation(model, text);
  await expect(inspect(model, { text: 'The cat', task: 'translation' })).rejects.toMatchObject({ code: 'bad-argument', message: expect.stringContaining('is for language-modelling; translation was asked for') });
});

test('an encoder of others is held as it attends', async () => {
  const at = join(folder, 'roberta');
  await writeFolder(at, 'roberta-classifier');
  const model = await openForeign(at, { threads: 1, whenLarge: { do: 'refuse' } });
  opened.push(model);
  const text = textOf([3, 7, 1, 20, 6]);
  const pass = await inspect(model, { text });
  expect(pass.output).toEqual({ kind: 'labelled', labels: (await facetOf(model, 'textClassifier').classify({ text })).labels });
  expect(pass.layers.map(({ kind, layer, heads }) => [kind, layer, heads])).toEqual([['encoder', 0, 4], ['encoder', 1, 4]]);
  const told = await model.attending.text?.({ text }, 'all');
  expect(told?.maps).toHaveLength(2);
  for (const maps of told?.maps ?? []) {
    const held = Array.from({ length: 4 }, (_, head) => rowsOf(layerOf(pass, maps), head)).flat(2);
    expect(held).toEqual(Array.from(maps.weights));
  }
  // What is held outlives the model.
  const before = pass.layers.map(layer => rowsOf(layer, 0));
  await model.release();
  await inspect(await open(join(bundledFolder, 'sentiment')), { text: 'Another model.' });
  expect(pass.layers.map(layer => rowsOf(layer, 0))).toEqual(before);
});

test('a model of others that writes a text from another, too, in whatever search', async () => {
  const at = join(folder, 't5');
  await writeFolder(at, 't5', { end: 1 });
  await exportFolder(at, 't5', 'merged');
  const model = await open(at);
  for (const beam of [1, 3]) {
    const request = { text: textOf([5, 9, 12]), languageId: 'plaintext', beam };
    const pass = await inspect(model, request);
    const trace = await facetOf(model, 'translator').translate(request);
    expect(pass.layers.map(({ kind, layer }) => `${kind}.${layer}`)).toEqual(['encoder.0', 'encoder.1', 'decoder.0', 'decoder.1', 'cross.0', 'cross.1']);
    expect(pass.output.kind === 'written' && pass.output.text).toBe(trace.target.text);
    checkRows(pass);
    for (const map of headsOf(trace)) {
      const told = await facetOf(model, 'translator').translate({ ...request, map });
      expect(rowsOf(layerOf(pass, map), map.head), JSON.stringify(map)).toEqual(rowsOfTrace(told));
    }
  }
});

test('of a text that a translator leaves as it is, there is nothing to look at', async () => {
  const model = await open(join(bundledFolder, 'de-en'));
  await expect(inspect(model, { text: '... !!!' })).rejects.toMatchObject({ code: 'empty-text', message: expect.stringContaining('reads no word of this text') });
});

test('a pass that is wanted no longer is not held', async () => {
  const path = join(bundledFolder, 'sentiment');
  const inspector = new Inspector();
  const asked = { model: path, text: 'A film.', languageId: 'plaintext', beam: 1, interventions: [] };
  await expect(inspector.open({ asked, folder: path }, await open(path), AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
});

const stories = fileURLToPath(new URL('../../../shared/models/stories260K/', import.meta.url));
const present = existsSync(stories);
test.skipIf(!present)(`a trained model of others goes on with a story${present ? '' : ' (skipped: ../shared/models/stories260K is not here)'}`, async () => {
  const pass = await checkContinuation(await open(join(stories, 'stories260K.onnx')), 'Once upon a time');
  expect(pass.layers.map(({ heads }) => heads)).toEqual([8, 8, 8, 8, 8]);
  const [{ text = '', tokens = [], sentences = [] } = {}] = pass.axes;
  expect(sentences.slice(0, 2).map(({ first, end }) => text.slice(tokens[first]?.start, tokens[end - 1]?.end).trim())).toEqual(['Once upon a time, there was a little girl named Lily.', 'She loved to play outside in the park.']);
});
