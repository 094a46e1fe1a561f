import { expect, test } from 'vitest';
import { Random } from '../training/random.ts';
import { downsample } from './downsample.ts';
import type { Curve } from './series.ts';

function randomCurve(random: Random, length: number): Curve {
  const steps = new Float64Array(length);
  let step = 0;
  for (let index = 0; index < length; index++) steps[index] = step += 1 + random.below(random.below(10) === 0 ? 500 : 4);
  const values = Float64Array.from({ length }, () => (random.below(50) === 0 ? Number.NaN : random.below(1_000_000) / 1000));
  return { steps, values, times: steps.map(one => one * 10) };
}

test('of every stretch the smallest and the largest value, in the order in which they came, and where the line breaks', () => {
  const random = new Random(3, 'downsample');
  for (let round = 0; round < 60; round++) {
    const curve = randomCurve(random, 1 + random.below(400));
    const points = 2 + random.below(60);
    const given = downsample('loss', curve, {}, points);
    const all = Array.from(curve.steps, (step, index) => ({ step, value: curve.values[index] ?? Number.NaN }));
    expect(given.count).toBe(all.length);
    const told = given.steps.map((step, index) => ({ step, value: given.values[index] }));
    expect(told).toEqual(told.toSorted((a, b) => a.step - b.step));
    // Nothing is made up.
    const valueOf = new Map(all.map(({ step, value }) => [step, value]));
    expect(told.map(({ value }) => value ?? Number.NaN)).toEqual(told.map(({ step }) => valueOf.get(step)));
    if (all.length <= points) {
      expect(told).toHaveLength(all.length);
      continue;
    }
    const stretches = Math.floor(points / 2);
    const [first, last] = [all[0]?.step ?? 0, all.at(-1)?.step ?? 0];
    const stretchOf = (step: number): number => {
      for (let stretch = 1; stretch < stretches; stretch++) if (step < first + ((last - first) / stretches) * stretch) return stretch - 1;
      return stretches - 1;
    };
    for (let stretch = 0; stretch < stretches; stretch++) {
      const inside = all.filter(({ step }) => stretchOf(step) === stretch);
      const chosen = told.filter(({ step }) => stretchOf(step) === stretch);
      const numbers = inside.map(({ value }) => value).filter(Number.isFinite);
      const chosenNumbers = chosen.flatMap(({ value }) => value ?? []);
      if (numbers.length > 0) expect([Math.min(...chosenNumbers), Math.max(...chosenNumbers)]).toEqual([Math.min(...numbers), Math.max(...numbers)]);
      expect(chosen.some(({ value }) => value === null)).toBe(inside.some(({ value }) => Number.isNaN(value)));
      expect(chosen.length).toBeLessThanOrEqual(5);
    }
    expect([told[0]?.step, told.at(-1)?.step]).toEqual([first, last]);
  }
});

test('of some steps alone, both ends included, and all of them where no points are asked for', () => {
  const curve: Curve = { steps: Float64Array.of(1, 2, 4, 8), values: Float64Array.of(1, 2, Number.NaN, 4), times: Float64Array.of(10, Number.NaN, 30, 40) };
  expect(downsample('loss', curve, { from: 2, to: 4 }, 0)).toEqual({ metric: 'loss', steps: [2, 4], values: [2, null], times: [null, 30], count: 2 });
  expect(downsample('loss', curve, { from: 3, to: 3 }, 0)).toMatchObject({ steps: [], count: 0 });
  expect(downsample('loss', curve, {}, 0).steps).toEqual([1, 2, 4, 8]);
});
