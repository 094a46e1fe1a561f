import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeRandomCheckpoint } from '../checkpoints/checkpoint.fixture.ts';
import { beamSearch, lengthPenalty } from './beam.ts';
import { Constraints } from './constraints.ts';
import { greedySearch } from './greedy.ts';
import type { Hypothesis, Search } from './hypothesis.ts';
import { longestFor, TranslationModel } from './model.ts';
import type { MapRow, Step } from './step.ts';

let folder: string;
let models: TranslationModel[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'search-'));
  models = [];
  for (const seed of [1, 2, 3]) {
    const checkpoint = join(folder, String(seed));
    await writeRandomCheckpoint(checkpoint, { seed, scale: seed });
    models.push(await TranslationModel.open(checkpoint, { threads: 1 }));
  }
}, 300_000);
afterAll(async () => {
  for (const model of models) await model.release();
  await rm(folder, { recursive: true, force: true });
});

/** Sources of every length up to 12, with 0 to 4 slots among their tokens. */
function sources(model: TranslationModel): { ids: number[]; slots: number }[] {
  const { special } = model;
  return Array.from({ length: 12 }, (_, length) => {
    const slots = Math.min(length, length % 5);
    const words = Array.from({ length }, (_, index) => 20 + ((index * 37 + length * 11) % 260));
    const ids = words.map((word, index) => (index < slots ? (special.slots[index] ?? word) : word));
    return { ids: [...ids, special.end], slots };
  });
}

const searches: readonly (readonly [string, Search])[] = [
  ['greedy', greedySearch],
  ['beam 1', beamSearch(1)],
  ['beam 5', beamSearch(5)],
];

describe.each(searches)('%s', (_, search) => {
  test('obeys the constraints, whatever the model thinks', async () => {
    for (const model of models) {
      const { special } = model;
      for (const { ids, slots } of sources(model)) {
        const { ids: out, logProbs, rows } = await model.decode(ids, slots, search);
        expect(out.length).toBeGreaterThan(1);
        expect(out.length).toBeLessThanOrEqual(Math.max(longestFor(ids.length), slots + 2));
        expect(out.indexOf(special.end)).toBe(out.length - 1);
        expect(out).not.toContain(special.pad);
        expect(out).not.toContain(special.start);
        special.slots.forEach((slot, index) => {
          expect(out.filter(id => id === slot)).toHaveLength(index < slots ? 1 : 0);
        });
        expect(logProbs).toHaveLength(out.length);
        expect(rows).toHaveLength(out.length);
        for (const row of rows) {
          expect(row).toHaveLength(ids.length);
          expect(row.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
        }
      }
    }
  }, 300_000);

  test('gives the probabilities and maps that the model gives these tokens one by one', async () => {
    for (const model of models) {
      for (const { ids, slots } of sources(model).slice(-4)) {
        const found = await model.decode(ids, slots, search);
        const replayed = await model.decode(ids, slots, replay(found.ids));
        expectClose(found.logProbs, replayed.logProbs);
        found.rows.forEach((row, index) => expectClose(row, replayed.rows[index] ?? []));
      }
    }
  }, 300_000);
});

test('a beam of one is greedy', async () => {
  for (const model of models) {
    for (const { ids, slots } of sources(model)) {
      const greedy = await model.decode(ids, slots, greedySearch);
      expect((await model.decode(ids, slots, beamSearch(1))).ids).toEqual(greedy.ids);
    }
  }
}, 300_000);

test('a wider beam finds translations that score better', async () => {
  let better = 0;
  let worse = 0;
  for (const model of models) {
    for (const { ids, slots } of sources(model)) {
      const greedy = scoreOf(await model.decode(ids, slots, greedySearch));
      const beam = scoreOf(await model.decode(ids, slots, beamSearch(8)));
      if (beam > greedy + 1e-4) better++;
      if (beam < greedy - 1e-4) worse++;
    }
  }
  expect(better).toBeGreaterThan(10);
  // A beam may drop the greedy path early, but hardly ever for something worse.
  expect(worse).toBeLessThan(better / 4);
}, 300_000);

test('tells each step, and the last one is the answer', async () => {
  const [model] = models;
  const source = model === undefined ? undefined : sources(model)[7];
  if (model === undefined || source === undefined) throw new Error('no model');
  for (const search of [greedySearch, beamSearch(4)]) {
    const lengths: number[] = [];
    let last: readonly number[] = [];
    const onStep = (best: Hypothesis): void => {
      lengths.push(best.ids.length);
      last = [...best.ids];
    };
    const found = await model.decode(source.ids, source.slots, search, { onStep });
    expect(lengths[0]).toBe(1);
    expect(lengths.length).toBeGreaterThanOrEqual(found.ids.length);
    if (search === greedySearch) expect(last).toEqual(found.ids);
  }
});

test('stops between two steps', async () => {
  const [model] = models;
  if (model === undefined) throw new Error('no model');
  const controller = new AbortController();
  let steps = 0;
  const onStep = (): void => {
    if (++steps === 3) setImmediate(() => controller.abort());
  };
  const [, ...rest] = sources(model);
  const longest = rest.at(-1)?.ids ?? [];
  await expect(
    model.decode(longest, 4, beamSearch(2), { onStep, signal: controller.signal }),
  ).rejects.toMatchObject({ name: 'AbortError' });
  expect(steps).toBeLessThanOrEqual(5);
});

test('the length penalty is the one of the paper', () => {
  expect(lengthPenalty(1)).toBe(1);
  expect(lengthPenalty(10, 0.6)).toBeCloseTo((15 / 6) ** 0.6, 12);
  expect(lengthPenalty(10, 0)).toBe(1);
});

describe('constraints', () => {
  const special = { pad: 0, start: 1, end: 2, slots: [3, 4] };
  const flat = (favourite: number): Float32Array => Float32Array.from({ length: 8 }, (_, id) => (id === favourite ? -1 : -3));

  test('an ending model first says what it owes', () => {
    const constraints = new Constraints(special, 2, 20);
    const row = flat(special.end);
    expect(constraints.restrict(row, constraints.atStart, 4)).toEqual([3, 4]);
    expect(constraints.restrict(flat(special.end), constraints.after(3, constraints.atStart), 4)).toEqual([4]);
    expect(constraints.restrict(flat(special.end), 0, 4)).toBeUndefined();
  });

  test('a slot is not said twice, nor one that the source lacks', () => {
    const constraints = new Constraints(special, 1, 20);
    const row = flat(6);
    expect(constraints.restrict(row, constraints.after(3, constraints.atStart), 4)).toBeUndefined();
    expect([...row.slice(0, 5)]).toEqual([-Infinity, -Infinity, -3, -Infinity, -Infinity]);
  });

  test('near the end there is always room for what is owed', () => {
    const constraints = new Constraints(special, 2, 6);
    expect(constraints.restrict(flat(6), constraints.atStart, 2)).toBeUndefined();
    expect(constraints.restrict(flat(6), constraints.atStart, 3)).toEqual([3, 4]);
    expect(constraints.restrict(flat(6), 0, 5)).toEqual([special.end]);
  });
});

/** A "search" that is told what to say: every token by itself, one hypothesis, no state moved between hypotheses. */
function replay(ids: readonly number[]): Search {
  const run = async (step: Step, constraints: Constraints): Promise<Hypothesis> => {
    const logProbs: number[] = [];
    const maps: MapRow[][] = [];
    let last = constraints.special.start;
    for (const id of ids) {
      step.previous[0] = BigInt(last);
      await step.run(1);
      logProbs.push(step.logProbs(0)[id] ?? NaN);
      maps.push(step.attention(0));
      step.advance([0]);
      last = id;
    }
    return { ids, logProbs, maps };
  };
  return { width: 1, run };
}

function scoreOf({ logProbs }: Hypothesis): number {
  return logProbs.reduce((sum, logProb) => sum + logProb, 0) / lengthPenalty(logProbs.length);
}

function expectClose(found: readonly number[], expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  found.forEach((value, index) => expect(Math.abs(value - (expected[index] ?? NaN))).toBeLessThan(2e-4));
}
