/** The numbers behind rows that are held: of our models, in whatever search, and of others'. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Arithmetic, Inspection, OpenInspectionParams } from '../../../protocol/inspection.ts';
import type { Intervention } from '../../../protocol/intervention.ts';
import { writeRandomTextClassifier } from '../../checkpoints/classifier.fixture.ts';
import { openModel } from '../../engine/models.ts';
import type { OpenModel } from '../../foreign/facets.ts';
import { exportFolder, textOf, writeFolder } from '../../foreign/folders.fixture.ts';
import { bundledFolder } from '../../models/catalog.ts';
import type { HeldLayer } from '../held.ts';
import { headMatrix } from '../reading/matrix.ts';
import { Inspector } from '../inspector.ts';
import { byHand, off } from './by-hand.fixture.ts';

const opened: OpenModel[] = [];
let folder: string;
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'arithmetic-'))));
afterAll(async () => {
  for (const model of opened) await model.release();
  await rm(folder, { recursive: true, force: true });
});

const { signal } = new AbortController();

class Looked {
  private constructor(readonly model: OpenModel, private readonly inspector: Inspector, readonly inspection: Inspection) {}

  static async at(path: string, asked: Partial<Omit<OpenInspectionParams, 'image'>>): Promise<Looked> {
    const model = await openModel(path, { threads: 1, whenLarge: { do: 'refuse' } });
    opened.push(model);
    const inspector = new Inspector();
    const request = { asked: { model: path, text: '', languageId: 'plaintext', beam: 1, interventions: [], ...asked }, folder: path };
    return new Looked(model, inspector, await inspector.open(request, model, signal));
  }

  get layers(): readonly HeldLayer[] {
    return this.inspector.passes.get(this.inspection.id).layers;
  }

  tell({ kind, layer }: Pick<HeldLayer, 'kind' | 'layer'>, head: number, query: number): Promise<Arithmetic> {
    return this.inspector.arithmetic({ inspection: this.inspection.id, kind, layer, head, query }, this.model, signal);
  }

  /** What is told leads by hand to the row that is held, and to the norms of its values. */
  async check(layer: HeldLayer, head: number, query: number): Promise<Arithmetic> {
    const told = await this.tell(layer, head, query);
    const { weights, output } = byHand(told);
    const held = headMatrix(layer, head).row(query);
    const expected = Array.from(held, (_, key) => weights[key - told.firstKey] ?? 0);
    expect(off([...held], expected)).toBeLessThan(2e-5);
    expect(off(told.output, output)).toBeLessThan(2e-5);
    const norms = layer.values?.subarray(head * layer.columns + told.firstKey, head * layer.columns + Math.min(layer.columns, told.firstKey + told.values.length));
    if (norms !== undefined) expect(off([...norms], told.values.slice(0, norms.length).map(value => Math.hypot(...value)))).toBeLessThan(1e-5);
    return told;
  }
}

const sentences = 'Der Hund schläft. Das Haus ist klein.';

test.each([1, 3])('a Transformer of ours, in both of its sentences, with a beam of %d', async beam => {
  const looked = await Looked.at(join(bundledFolder, 'de-en'), { text: sentences, beam });
  expect(looked.inspection.layers.every(({ hasArithmetic }) => hasArithmetic)).toBe(true);
  // What a hypothesis reads while others are kept besides is not collected.
  expect(looked.inspection.layers.map(({ hasValues }) => hasValues)).toEqual(looked.inspection.layers.map(({ kind }) => beam === 1 || kind !== 'decoder'));
  for (const layer of looked.layers.filter(({ layer: number }) => number === 1)) {
    for (const query of [1, layer.rows - 1]) {
      const told = await looked.check(layer, layer.heads - 1, query);
      expect(told).toMatchObject({ score: 'dot-product', scale: Math.fround(48 ** -0.5) });
      expect(told.firstKey).toBe(layer.blocks.find(({ rows }) => query >= rows.first && query < rows.end)?.columns.first);
    }
  }
});

test('additive attention of ours: v · tanh(W q + U k), at its step', async () => {
  const looked = await Looked.at(join(bundledFolder, 'en-fr'), { text: 'The dog sleeps. The house is small.', beam: 2 });
  const [layer] = looked.layers;
  if (layer === undefined) throw new Error('it has one');
  for (const query of [0, 1, layer.rows - 1]) {
    const told = await looked.check(layer, 0, query);
    if (told.score !== 'additive') throw new Error('it is additive');
    told.tanh.forEach((tanh, key) => expect(off(tanh, (told.query ?? []).map((value, at) => Math.tanh(value + (told.keys[key]?.[at] ?? 0))))).toBeLessThan(1e-5));
  }
});

test('a pooling of ours, whose score has no query, and its values', async () => {
  const looked = await Looked.at(join(bundledFolder, 'sentiment'), { text: 'A wonderful film.' });
  expect(looked.inspection.layers).toMatchObject([{ kind: 'pooling', hasArithmetic: true, hasValues: true }]);
  const [layer] = looked.layers;
  if (layer === undefined) throw new Error('it has one');
  const told = await looked.check(layer, 0, 0);
  if (told.score !== 'additive') throw new Error('it is additive');
  expect(told.query).toBeUndefined();
  told.tanh.forEach((tanh, key) => expect(off(tanh, (told.keys[key] ?? []).map(Math.tanh))).toBeLessThan(1e-5));
  expect(layer.values).toHaveLength(layer.columns);
});

test('a pooling with several learnt vectors, hop by hop', async () => {
  const at = join(folder, 'hops');
  await writeRandomTextClassifier(at, { kind: 'self-attentive', width: 4, hops: 2, penalty: 0 });
  const looked = await Looked.at(at, { text: 'a good, bad film' });
  const layer = looked.layers.find(one => one.kind === 'pooling');
  if (layer === undefined) throw new Error('it has one');
  for (const hop of [0, 1]) expect(await looked.check(layer, hop, 0)).toMatchObject({ score: 'additive' });
});

test('a model of others that writes: encoder, decoder with its cache in a branch, and what is between', async () => {
  const at = join(folder, 't5');
  await writeFolder(at, 't5', { end: 1 });
  await exportFolder(at, 't5', 'merged');
  const looked = await Looked.at(at, { text: textOf([5, 9, 12]), beam: 3 });
  for (const layer of looked.layers.filter(({ layer: number }) => number === 1)) {
    await looked.check(layer, 1, layer.rows - 1);
  }
});

test('rows that are told their weights, and silent heads, come of no scores; the others of the layer do', async () => {
  const interventions: Intervention[] = [{ do: 'pin', kind: 'encoder', layer: 0, heads: [1], query: 2, key: 0, weight: 1 }, { do: 'knock-out', kind: 'encoder', layer: 0, heads: [0] }];
  const at = join(folder, 'roberta');
  await writeFolder(at, 'roberta-classifier');
  for (const path of [at, join(bundledFolder, 'de-en')]) {
    const looked = await Looked.at(path, { text: path === at ? textOf([3, 7, 1, 20, 6]) : sentences, interventions });
    const layer = looked.layers.find(({ kind, layer: number }) => kind === 'encoder' && number === 0);
    if (layer === undefined) throw new Error('it has one');
    await expect(looked.tell(layer, 1, 2)).rejects.toMatchObject({ message: expect.stringContaining('told its weights') });
    await expect(looked.tell(layer, 0, 1)).rejects.toMatchObject({ message: expect.stringContaining('knocked out') });
    await looked.check(layer, 1, 1);
  }
});
