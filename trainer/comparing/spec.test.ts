import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { productRoot } from '../files/root.ts';
import { parseConfig } from '../training/config.ts';
import { locate } from '../training/locate.ts';
import { toyConfig } from '../training/training.fixture.ts';
import { toySpec, writeComparison } from './comparing.fixture.ts';
import { withOverrides } from './overrides.ts';
import { planComparison } from './plan.ts';
import { readSpec } from './spec.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spec-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const refused = async (spec: object): Promise<string> => {
  const file = await writeComparison(folder, spec);
  return readSpec(file).then(planComparison).then(() => 'accepted', (thrown: unknown) => (thrown instanceof Error ? thrown.message : String(thrown)));
};
const withModel = (...models: object[]): object => ({ ...toySpec, models });

describe('a spec', () => {
  it.each<[string, object, string]>([
    ['an unknown key', { ...toySpec, seed: 1 }, '"seed" is not a key of a comparison'],
    ['no title', { ...toySpec, title: undefined }, '"title": '],
    ['no models', withModel(), '"models": '],
    ['a name twice', withModel({ name: 'a', set: {} }, { name: 'a', set: {} }), '"models": expected names that differ'],
    ['a name that is a path', withModel({ name: '../a', set: {} }), '"models.0.name": expected a short name'],
    ['neither set nor model', withModel({ name: 'a' }), '"models.0": expected either "set"'],
    ['both', withModel({ name: 'a', set: {}, model: 'b' }), '"models.0": expected either "set"'],
    ['another test set', withModel({ name: 'a', set: { 'data.test': 'b' } }), '"models.0.set": "data.test" cannot be set'],
    ['a prototype', withModel({ name: 'a', set: { 'model.__proto__': {} } }), '"model.__proto__" cannot be set'],
    ['seeds twice over', { ...toySpec, seeds: [1], models: [{ name: 'a', set: { 'training.seed': 2 } }] }, 'expected no "training.seed" where "seeds" are given'],
    ['bins that overlap', { ...toySpec, lengths: [[1, 5], [5, null]] }, '"lengths": expected bins'],
    ['a bin after the last', { ...toySpec, lengths: [[1, null], [7, 9]] }, '"lengths": expected bins'],
    ['a wide beam', { ...toySpec, beam: 1000 }, '"beam": '],
    ['no base', { ...toySpec, base: 7 }, '"base": expected a training config, or the path of one (found 7)'],
    ['a base that is not there', { ...toySpec, base: 'other.json' }, 'There is no file '],
    ['a wrong base', { ...toySpec, base: { ...toyConfig(), task: 'dreaming' } }, '"task"'],
    ['a model folder that is not there', withModel({ name: 'a', model: 'b' }), 'There is no folder '],
  ])('is refused by key: %s', async (_, spec, message) => {
    expect(await refused(spec)).toContain(message);
  });

  it('names the model whose config is wrong', async () => {
    const message = await refused(withModel({ name: 'wide', set: { 'model.atention': 1, 'training.epochs': 'many' } }));
    expect(message).toContain('model "wide" cannot be used: ');
    expect(message).toContain('"model.atention" is not a key of a config');
    expect(message).toContain('"training.epochs"');
  });

  it('may hold its base inline, whose data lie beside it', async () => {
    const file = await writeComparison(folder, { ...toySpec, base: toyConfig({}, 'toy/toy.tsv') });
    const { base } = await readSpec(file).then(planComparison);
    expect(base.model).toEqual(toyConfig().model);
  });

  it('gives every run a config that names the same data, and its own seed', async () => {
    const file = await writeComparison(folder, { ...toySpec, seeds: [3, 4] });
    const { models } = await readSpec(file).then(planComparison);
    const [additive, none] = models;
    if (additive?.kind !== 'trained' || none?.kind !== 'trained') throw new Error('both are trained');
    expect(none.runs.map(({ name, config }) => [name, config.name, config.training.seed, config.model])).toEqual([
      ['none-3', 'none-3', 3, { ...toyConfig().model, attention: { score: 'none' } }],
      ['none-4', 'none-4', 4, { ...toyConfig().model, attention: { score: 'none' } }],
    ]);
    const [run] = additive.runs;
    if (run?.config.data.format !== 'tsv') throw new Error('the toy is a table');
    expect(await locate(run.config.data.file, run.configFile)).toBe(join(folder, 'toy', 'toy.tsv'));
  });

  it('is small', async () => {
    const file = join(folder, 'large.json');
    await writeFile(file, ' '.repeat(1_000_001));
    await expect(readSpec(file)).rejects.toMatchObject({ code: 'bad-config', message: expect.stringContaining('1000001 bytes') });
  });
});

it('a key is replaced where it stands, and nothing else', () => {
  const base = { model: { attention: { score: 'dot' }, hidden: 3 }, training: {} };
  expect(withOverrides(base, { 'model.attention': { score: 'none' }, 'training.optimizer.kind': 'sgd' })).toEqual({
    model: { attention: { score: 'none' }, hidden: 3 },
    training: { optimizer: { kind: 'sgd' } },
  });
  expect(base.model.attention.score).toBe('dot');
});

it('the comparison of attention mechanisms that comes with the project is one of seven models that can be', async () => {
  const file = join(productRoot, 'docs', 'experiments', 'attention-mechanisms.compare.json');
  const spec = await readSpec(file);
  expect(spec.models.map(({ name }) => name)).toEqual(['none', 'additive', 'dot', 'general', 'scaled-dot-product', 'multi-head', 'hard']);
  for (const { name, set } of spec.models) {
    const config = parseConfig(withOverrides(spec.base, set ?? {}), name);
    expect(config.model).toMatchObject({ embedding: 128, hidden: 128, order: 'before', attention: { score: name } });
  }
  expect(JSON.parse(await readFile(file, 'utf8'))).toHaveProperty('out');
});
