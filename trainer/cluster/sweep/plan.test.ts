import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { toyConfig } from '../../training/training.fixture.ts';
import { labelOf, planSweep, type SweepPlan } from './plan.ts';
import { readSweepSpec } from './spec.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sweep-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const toy = toyConfig();

async function planned(spec: object): Promise<SweepPlan> {
  const file = join(folder, 'toy.sweep.json');
  await writeFile(file, JSON.stringify({ name: 'toy', base: toy, ...spec }));
  return planSweep(await readSweepSpec(file));
}

const plan = async (spec: object): Promise<SweepPlan['runs']> => (await planned(spec)).runs;

test('a grid is every combination, each with each seed', async () => {
  const runs = await plan({ grid: { 'training.learningRate': [0.01, 0.02], 'model.hidden': [20, 24, 28] }, seeds: [7, 8] });
  expect(runs).toHaveLength(12);
  expect(runs.map(({ folder: own }) => own).slice(0, 3)).toEqual(['0000', '0001', '0002']);
  expect(new Set(runs.map(run => labelOf(run))).size).toBe(12);
  expect(runs.slice(0, 3).map(labelOf)).toEqual(['learningRate 0.01, hidden 20, seed 7', 'learningRate 0.01, hidden 20, seed 8', 'learningRate 0.01, hidden 24, seed 7']);
  const { config } = runs[11] ?? {};
  expect(config).toMatchObject({ name: 'toy', task: 'translation', model: { hidden: 28, embedding: 16 }, training: { learningRate: 0.02, seed: 8, epochs: 4 } });
});

test('samples are drawn within their bounds, the same ones every time and for every combination', async () => {
  const random = {
    'training.learningRate': { logUniform: [0.0001, 0.1] },
    'training.dropout': { uniform: [0.1, 0.5] },
    'training.warmupSteps': { integer: [1, 3] },
    'model.attention.score': { choice: ['additive'] },
  };
  const spec = { grid: { 'model.hidden': [20, 24] }, random, samples: 40, seed: 3 };
  const runs = await plan(spec);
  expect(await plan(spec)).toEqual(runs);
  expect(runs).toHaveLength(80);
  const values = (key: string, from = 0): number[] => runs.slice(from, from + 40).map(({ settings }) => Number(settings[key]));
  expect(values('training.learningRate', 40)).toEqual(values('training.learningRate'));
  const rates = values('training.learningRate');
  expect(Math.min(...rates)).toBeGreaterThanOrEqual(0.0001);
  expect(Math.max(...rates)).toBeLessThanOrEqual(0.1);
  // As many below the geometric middle as above it, give or take.
  expect(rates.filter(rate => rate < Math.sqrt(0.0001 * 0.1)).length).toSatisfy((below: number) => below > 8 && below < 32);
  expect(new Set(values('training.warmupSteps'))).toEqual(new Set([1, 2, 3]));
  expect(values('training.dropout').every(value => value >= 0.1 && value <= 0.5)).toBe(true);
  expect(new Set(rates).size).toBeGreaterThan(35);
  const [other] = await plan({ ...spec, seed: 4 });
  expect(other?.settings).not.toEqual(runs[0]?.settings);
});

test('no point is drawn twice, and where there are too few, that is said', async () => {
  const random = { 'training.warmupSteps': { integer: [1, 4] }, 'training.epochs': { choice: [2, 3, 2] } };
  for (let seed = 1; seed <= 5; seed++) {
    const { runs, note } = await planned({ random, samples: 8, seed });
    expect(new Set(runs.map(labelOf)).size).toBe(8);
    expect(note).toBeUndefined();
  }
  const { runs, note } = await planned({ random, samples: 20, grid: { 'model.hidden': [20, 24] } });
  expect(runs).toHaveLength(16);
  expect(note).toBe('Only 8 points can be drawn at random for 20 samples: each is trained once.');
  // Bounds so near each other that their four digits are one number.
  expect(await planned({ random: { 'training.learningRate': { uniform: [0.01, 0.0100001] } }, samples: 3 })).toMatchObject({ runs: [{ settings: { 'training.learningRate': 0.01 } }], note: expect.stringContaining('1 point ') });
});

test.each<[string, object, RegExp]>([
  ['a key of the config that is not there', { grid: { 'training.rate': [1] } }, /Run 0000 of the sweep "toy" \(rate 1\) cannot be used: "training\.rate" is not a key of a config/],
  ['a value that cannot be', { grid: { 'training.learningRate': [0.01, -1] } }, /Run 0001.*"training\.learningRate"/],
  ['the name as a key', { grid: { name: ['a', 'b'] } }, /expected a key that may differ/],
  ['a key that is no place', { grid: { '__proto__.x': [1] } }, /expected a key of the config such as/],
  ['too many runs', { grid: { 'training.seed': Array.from({ length: 600 }, (_, index) => index) }, random: { 'training.dropout': { uniform: [0, 0.5] } }, samples: 2 }, /expected at most 1000 runs; these are 1200/],
  ['a key both drawn and listed', { grid: { 'training.dropout': [0.1] }, random: { 'training.dropout': { uniform: [0, 0.5] } } }, /expected no "training\.dropout"/],
  ['seeds given twice', { grid: { 'training.seed': [1, 2] }, seeds: [1] }, /"seeds": expected none/],
  ['bounds the wrong way round', { random: { 'training.dropout': { uniform: [0.5, 0.1] } } }, /a lower and a higher number|expected \{"uniform"/],
  ['samples of nothing', { samples: 3 }, /"samples": expected 1/],
  ['a key of its own that is none', { grids: {} }, /"grids" is not a key of a sweep/],
])('%s is refused, and told', async (_what, spec, message) => {
  await expect(plan(spec)).rejects.toThrow(message);
});
