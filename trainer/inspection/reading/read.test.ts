import { describe, expect, it, test } from 'vitest';
import { type MapReading, plainReading } from '../../../protocol/inspection.ts';
import { Random } from '../../training/random.ts';
import { readMap } from './index.ts';
import { axisOf, expectRows, passOf, randomMap, type Rows, rowsOf, unhurried, valuesOf } from './reading.fixture.ts';

/** Four tokens: a special one, and two words of which the first has two tokens. */
const axis = axisOf('[CLS] cat +s run');
const map: Rows = [
  [0.4, 0.3, 0.2, 0.1],
  [0.1, 0.2, 0.3, 0.4],
  [0.5, 0.1, 0.3, 0.1],
  [0, 0.25, 0.25, 0.5],
];
const pass = passOf([axis], [{ heads: [map], values: [[2, 1, 0.5, 10]] }]);

describe('a map', () => {
  it('is what the model had, read plainly', async () => {
    const { rows, told } = await valuesOf(pass);
    expectRows(rows, map);
    expect(told).toMatchObject({ size: { rows: 4, columns: 4 }, step: { rows: 1, columns: 1 }, isSigned: false, full: 0.5, hidden: { cells: 0, mass: 0 } });
    expect(told.labels?.rows.map(({ text }) => text)).toEqual(['[CLS]', 'cat', 's', 'run']);
  });

  it('is weighted by the norms of values', async () => {
    const { rows } = await valuesOf(pass, { valueWeighted: true });
    expectRows(rows, map.map(([a = 0, b = 0, c = 0, d = 0]) => [2 * a, b, 0.5 * c, 10 * d]));
    const without = passOf([axis], [{ heads: [map] }]);
    await expect(valuesOf(without, { valueWeighted: true })).rejects.toMatchObject({ code: 'bad-argument', message: expect.stringContaining('values of “Encoder: layer 1” (encoder:0)') });
  });

  it('loses rows and columns of special tokens', async () => {
    const { rows, told } = await valuesOf(pass, { hideSpecial: true });
    expectRows(rows, [[0.2, 0.3, 0.4], [0.1, 0.3, 0.1], [0.25, 0.25, 0.5]]);
    expect(told.hidden.cells).toBe(0);
  });

  it('has words for tokens: a row is the mean of rows, a column the sum of columns', async () => {
    const { rows } = await valuesOf(pass, { unit: 'words' });
    expectRows(rows, [[0.4, 0.5, 0.1], [0.3, 0.45, 0.25], [0, 0.5, 0.5]]);
  });

  it('is normalised after that, by row, by column, or all', async () => {
    const merged: Partial<MapReading> = { unit: 'words', hideSpecial: true };
    expectRows((await valuesOf(pass, merged)).rows, [[0.45, 0.25], [0.5, 0.5]]);
    expectRows((await valuesOf(pass, { ...merged, normalise: 'row' })).rows, [[45 / 70, 25 / 70], [0.5, 0.5]]);
    expectRows((await valuesOf(pass, { ...merged, normalise: 'column' })).rows, [[45 / 95, 25 / 75], [50 / 95, 50 / 75]]);
    expectRows((await valuesOf(pass, { ...merged, normalise: 'all' })).rows, [[45 / 170, 25 / 170], [50 / 170, 50 / 170]]);
  });

  it('keeps rows of nothing at nothing', async () => {
    const { rows } = await valuesOf(passOf([axisOf('a b')], [{ heads: [[[0, 0], [0.5, 0]]] }]), { normalise: 'row' });
    expectRows(rows, [[0, 0], [1, 0]]);
  });

  it('is thinned last, and tells what is left out', async () => {
    const byWeight = await valuesOf(pass, { keep: { by: 'weight', least: Math.fround(0.3) } });
    expectRows(byWeight.rows, [[0.4, 0.3, 0, 0], [0, 0, 0.3, 0.4], [0.5, 0, 0.3, 0], [0, 0, 0, 0.5]]);
    expect(byWeight.told.hidden).toEqual({ cells: 8, mass: expect.closeTo(1.3, 6) });

    // Of equals, the first.
    const top = await valuesOf(pass, { keep: { by: 'top', count: 2 } });
    expectRows(top.rows, [[0.4, 0.3, 0, 0], [0, 0, 0.3, 0.4], [0.5, 0, 0.3, 0], [0, 0.25, 0, 0.5]]);
    expect(top.told.hidden).toEqual({ cells: 7, mass: expect.closeTo(1.05, 6) });

    const mass = await valuesOf(pass, { keep: { by: 'mass', mass: 0.7 } });
    expectRows(mass.rows, [[0.4, 0.3, 0, 0], [0, 0, 0.3, 0.4], [0.5, 0, 0.3, 0], [0, 0.25, 0, 0.5]]);
    expect((await valuesOf(pass, { keep: { by: 'mass', mass: 1 } })).told.hidden.cells).toBe(0);
    expect((await valuesOf(pass, { keep: { by: 'top', count: 0 } })).told).toMatchObject({ hidden: { cells: 15 }, full: 0.5 });
  });
});

describe('a difference', () => {
  const other: Rows = [[0, 0.7, 0.2, 0.1], [0.1, 0.2, 0.3, 0.4], [0.5, 0.1, 0.3, 0.1], [0, 0.25, 0.25, 0.5]];
  const choice = { of: 'heads', kind: 'encoder', layer: 0, heads: [0], by: 'mean' } as const;
  const params = { reading: plainReading, most: { rows: 9, columns: 9 } };
  const minus = { pass: passOf([axis], [{ heads: [other] }]), choice };

  it('is how much more there is of each, more or less than 0', async () => {
    const told = await readMap({ pass, choice }, minus, { ...params, values: 'floats' }, unhurried);
    expectRows(rowsOf(told), [[0.4, -0.4, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]);
    expect(told).toMatchObject({ isSigned: true, full: expect.closeTo(0.4, 6) });
    const { cells } = await readMap({ pass, choice }, minus, { ...params, values: 'bytes' }, unhurried);
    expect([...cells.subarray(0, 4)]).toEqual([255, 1, 128, 128]);
  });

  it('is thinned by size, whatever the sign', async () => {
    const keep = { by: 'top', count: 1 } as const;
    const told = await readMap({ pass, choice }, minus, { ...params, reading: { ...plainReading, keep }, values: 'floats' }, unhurried);
    expect(told.hidden).toEqual({ cells: 1, mass: expect.closeTo(0.4, 6) });
  });

  it('of texts that differ is of the words that both have; what only one has is a gap', async () => {
    const [less, more] = [randomMap('before', 4, 4), randomMap('now', 5, 5)];
    const of = { pass: passOf([axisOf('the cat sat down there')], [{ heads: [more] }]), choice };
    const from = { pass: passOf([axisOf('the old cat sat')], [{ heads: [less] }]), choice };
    const told = await readMap(of, from, { ...params, values: 'floats' }, unhurried);
    expect(told.labels?.rows).toMatchObject([{ text: 'the', first: 0 }, { text: 'old', first: 1, end: 1, only: 'minus' }, { text: 'cat', first: 1 }, { text: 'sat' }, { text: 'down', only: 'map' }, { text: 'there', only: 'map' }]);
    expect(told.labels?.columns).toEqual(told.labels?.rows);
    const rows = rowsOf(told);
    expectRows([[rows[2]?.[0] ?? 0, rows[2]?.[2] ?? 0, rows[2]?.[3] ?? 0]], [[0, 1, 2].map(column => (more[1]?.[column] ?? 0) - (less[2]?.[[0, 2, 3][column] ?? 0] ?? 0))]);
    expect(rows.map(row => Number.isNaN(row[1]))).toEqual(rows.map(() => true));
    expect([rows[1], rows[4], rows[5]].flat().every(Number.isNaN)).toBe(true);
    // Nothing of a gap shows, and none is the largest.
    const { cells, full } = await readMap(of, from, { ...params, values: 'bytes' }, unhurried);
    expect([...cells.subarray(6, 12)]).toEqual([128, 128, 128, 128, 128, 128]);
    expect(full).toBeCloseTo(Math.max(...rows.flat().filter(weight => !Number.isNaN(weight)).map(Math.abs)), 6);
  });

  it('takes what replaces as many words for theirs, under both names', async () => {
    const [of, from] = ['a full glass', 'a full cup'].map(text => ({ pass: passOf([axisOf(text)], [{ heads: [randomMap(text, 3, 3)] }]), choice }));
    if (of === undefined || from === undefined) throw new Error('there are two');
    const told = await readMap(of, from, { ...params, values: 'floats' }, unhurried);
    expect(told.labels?.rows.map(({ text, only }) => [text, only])).toEqual([['a', undefined], ['full', undefined], ['cup/glass', undefined]]);
    expect(rowsOf(told).flat().some(Number.isNaN)).toBe(false);
  });

  it('is refused of texts that share nothing, saying what they are of', async () => {
    const longer = { pass: passOf([axisOf('a b c d e')], [{ heads: [randomMap('longer', 5, 5)] }]), choice };
    await expect(readMap({ pass, choice }, longer, { ...params, values: 'floats' }, unhurried)).rejects.toMatchObject({
      code: 'bad-argument',
      message: 'The two maps share no row: of one they are “a”, “b”, “c”, “d” …, of the other “[CLS]”, “cat”, “s”, “run”.',
    });
    const words = { ...plainReading, unit: 'sentences' } as const;
    expect((await readMap({ pass, choice }, longer, { ...params, reading: words, values: 'floats' }, unhurried)).size).toEqual({ rows: 1, columns: 1 });
  });
});

describe('any reading of any map', () => {
  const long = axisOf('[CLS] un +der +stand +ing a test | is a +noth +er thing . | so it go +es [SEP]');
  const size = long.tokens.length;
  const random = new Random('readings');
  const pick = <T>(...from: readonly T[]): T => from[random.below(from.length)] as T;
  const readings = Array.from({ length: 40 }, (): MapReading => ({
    valueWeighted: pick(true, false),
    hideSpecial: pick(true, false),
    unit: pick('tokens', 'words', 'sentences'),
    normalise: pick('none', 'row', 'column', 'all'),
    keep: pick({ by: 'all' }, { by: 'weight', least: 0.05 }, { by: 'top', count: 3 }, { by: 'mass', mass: 0.8 }),
  }));
  const heads = [randomMap('one', size, size), randomMap('another', size, size)];
  const values = heads.map(() => Array.from({ length: size }, () => 0.5 + random.uniform()));
  const drawn = passOf([long], [{ heads, values }]);

  test.each(readings)('%j', async reading => {
    const { rows, told } = await valuesOf(drawn, reading, { heads: [1] });
    const whole = naively(heads[1] ?? [], values[1] ?? [], reading);
    const sums = whole.map(row => row.reduce((sum, weight) => sum + weight, 0));
    const total = sums.reduce((sum, row) => sum + row, 0);
    const shown = rows.flat().reduce((sum, weight) => sum + weight, 0);
    // Each weight is as it would be without thinning, or left out; what is left out is smaller than what is kept of its row.
    rows.forEach((row, index) => {
      const expected = whole[index] ?? [];
      const least = Math.min(...row.filter(weight => weight > 0));
      row.forEach((weight, column) => {
        if (weight > 0) expect(weight).toBeCloseTo(expected[column] ?? NaN, 6);
        else expect(expected[column]).toBeLessThan(least + 1e-6);
      });
    });
    expect(shown + told.hidden.mass).toBeCloseTo(total, 4);
    expect(rows.flat().filter(weight => weight > 0).length + told.hidden.cells).toBe(whole.flat().filter(weight => weight > 0).length);
    if (reading.normalise === 'row') for (const sum of sums) expect(sum).toBeCloseTo(1, 5);
    if (reading.keep.by === 'all') expect(told.hidden).toEqual({ cells: 0, mass: 0 });
    if (reading.keep.by === 'mass') rows.forEach((row, index) => expect(row.reduce((sum, weight) => sum + weight, 0)).toBeGreaterThan(0.8 * (sums[index] ?? 0) - 1e-5));
  });

  /** All but thinning, in the plainest way. */
  function naively(weights: Rows, norms: readonly number[], { valueWeighted, hideSpecial, unit, normalise }: MapReading): number[][] {
    const members = (): number[][] => {
      const ranges = unit === 'sentences' ? long.sentences.map(({ first, end }) => long.tokens.map((_, token) => token).slice(first, end)) : [];
      const words = long.words.map(({ start, end }) => long.tokens.flatMap((token, index) => (!token.special && token.start >= start && token.end <= end ? [index] : [])));
      const special = long.tokens.flatMap((token, index) => (token.special ? [[index]] : []));
      const all = unit === 'tokens' ? long.tokens.map((_, token) => [token]) : unit === 'words' ? [...words, ...special] : ranges;
      const visible = all.map(group => group.filter(token => !hideSpecial || long.tokens[token]?.special === false)).filter(group => group.length > 0);
      return visible.toSorted(([one = 0], [other = 0]) => one - other);
    };
    const weight = (query: number, key: number): number => (weights[query]?.[key] ?? NaN) * (valueWeighted ? norms[key] ?? NaN : 1);
    const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
    const merged = members().map(queries => members().map(keys => sum(queries.map(query => sum(keys.map(key => weight(query, key))))) / queries.length));
    const divisor = (row: number, column: number): number =>
      normalise === 'none' ? 1 : normalise === 'all' ? sum(merged.flat()) : normalise === 'row' ? sum(merged[row] ?? []) : sum(merged.map(other => other[column] ?? NaN));
    return merged.map((row, index) => row.map((cell, column) => cell / divisor(index, column)));
  }
});
