import { describe, expect, it } from 'vitest';
import { type MapReading, plainReading } from '../../../protocol/inspection.ts';
import type { TokenRange } from '../../../protocol/trace.ts';
import { numberedAxis } from '../axes.ts';
import type { HeldPass, LineArrays } from '../held.ts';
import { readLines } from './index.ts';
import { axisOf, passOf, randomMap, unhurried } from './reading.fixture.ts';

interface Asked {
  readonly reading?: Partial<MapReading>;
  readonly rows?: TokenRange;
  readonly columns?: TokenRange;
}

function linesOf(pass: HeldPass, heads: readonly number[], most: number, { reading, ...range }: Asked = {}): Promise<LineArrays> {
  return readLines(pass, { kind: 'encoder', layer: 0, heads, most, reading: { ...plainReading, ...reading }, ...range }, unhurried);
}

const listed = ({ queries, keys, heads, weights }: LineArrays): number[][] =>
  [...weights].map((weight, line) => [queries[line] ?? NaN, keys[line] ?? NaN, heads[line] ?? NaN, Math.round(weight * 100) / 100]);

const axis = axisOf('[CLS] cat +s');
const pass = passOf([axis], [{
  heads: [
    [[0.9, 0.1, 0], [0.2, 0.3, 0.5], [0, 1, 0]],
    [[0.4, 0.4, 0.2], [0.6, 0.4, 0], [0, 0, 1]],
  ],
}]);

describe('lines', () => {
  it('are the strongest of some heads, the weakest first, and what is hidden is told', async () => {
    const lines = await linesOf(pass, [0, 1], 5);
    expect(listed(lines)).toEqual([[1, 2, 0, 0.5], [1, 0, 1, 0.6], [0, 0, 0, 0.9], [2, 1, 0, 1], [2, 2, 1, 1]]);
    // Weights of 0 are no lines.
    expect(lines.hidden).toEqual({ lines: 7, mass: expect.closeTo(2, 6), largest: Math.fround(0.4) });
    expect(lines.labels.rows.map(({ text }) => text)).toEqual(['[CLS]', 'cat', 's']);
  });

  it('are all there where there are no more', async () => {
    const lines = await linesOf(pass, [1], 99);
    expect(listed(lines)).toEqual([[0, 2, 1, 0.2], [0, 0, 1, 0.4], [0, 1, 1, 0.4], [1, 1, 1, 0.4], [1, 0, 1, 0.6], [2, 2, 1, 1]]);
    expect(lines.hidden).toEqual({ lines: 0, mass: 0, largest: 0 });
  });

  it('of equals are the first', async () => {
    expect(listed(await linesOf(pass, [1], 4))).toEqual([[0, 0, 1, 0.4], [0, 1, 1, 0.4], [1, 0, 1, 0.6], [2, 2, 1, 1]]);
  });

  it('are those of a query, or to a key, where one is meant', async () => {
    expect(listed(await linesOf(pass, [0, 1], 99, { rows: { first: 1, end: 2 } }))).toEqual([[1, 0, 0, 0.2], [1, 1, 0, 0.3], [1, 1, 1, 0.4], [1, 2, 0, 0.5], [1, 0, 1, 0.6]]);
    const toKey = await linesOf(pass, [0, 1], 2, { columns: { first: 2, end: 3 } });
    expect(listed(toKey)).toEqual([[1, 2, 0, 0.5], [2, 2, 1, 1]]);
    expect(toKey.hidden).toEqual({ lines: 1, mass: expect.closeTo(0.2, 6), largest: Math.fround(0.2) });
  });

  it('are of the map as it is read, and what the reading leaves out is hidden', async () => {
    const words = await linesOf(pass, [0], 9, { reading: { unit: 'words', hideSpecial: true } });
    expect(listed(words)).toEqual([[0, 0, 0, 0.9]]);
    const top = await linesOf(pass, [0], 9, { reading: { keep: { by: 'top', count: 1 } } });
    expect(listed(top)).toEqual([[1, 2, 0, 0.5], [0, 0, 0, 0.9], [2, 1, 0, 1]]);
    expect(top.hidden).toEqual({ lines: 3, mass: expect.closeTo(0.6, 6), largest: Math.fround(0.3) });
  });

  it('are what sorting all weights would choose', async () => {
    const size = 40;
    const heads = ['a', 'b', 'c'].map(name => randomMap(`lines ${name}`, size, size));
    const drawn = passOf([axisOf('t '.repeat(size))], [{ heads }]);
    const sorted = heads.flat(2).map(Math.fround).toSorted((one, other) => one - other);
    for (const most of [1, 17, 500, 4799]) {
      const lines = await linesOf(drawn, [0, 1, 2], most);
      expect([...lines.weights]).toEqual(sorted.slice(-most));
      lines.weights.forEach((weight, line) => expect(weight).toBe(Math.fround(heads[lines.heads[line] ?? NaN]?.[lines.queries[line] ?? NaN]?.[lines.keys[line] ?? NaN] ?? NaN)));
      expect(lines.hidden.lines).toBe(heads.length * size ** 2 - most);
      expect(lines.hidden.mass + lines.weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(heads.length * size, 3);
      expect(lines.hidden.largest).toBe(sorted.at(-most - 1));
    }
  });

  it('of heads and rows whose numbers have no room in a line are refused', async () => {
    const many = passOf([axisOf('a')], [{ heads: Array.from({ length: 257 }, () => [[1]]) }]);
    expect(listed(await linesOf(many, [255], 9))).toEqual([[0, 0, 255, 1]]);
    await expect(linesOf(many, [256], 9)).rejects.toMatchObject({ code: 'bad-argument', message: expect.stringMatching(/^Lines are told of heads 1 to 256, .*; head 257 was asked for\.$/) });
    const long = passOf([numberedAxis(65_537), axisOf('a')], [{ keys: 1, heads: [Array.from({ length: 65_537 }, () => [1])] }]);
    expect((await linesOf(long, [0], 9, { rows: { first: 65_535, end: 65_536 } })).queries).toEqual(Uint16Array.of(65_535));
    await expect(linesOf(long, [0], 9)).rejects.toMatchObject({ code: 'bad-argument', message: expect.stringMatching(/ 1 to 65,536; row 65,537 was asked for\.$/) });
  });

  it('are none of no head; of a head that is not there they are refused', async () => {
    expect((await linesOf(pass, [], 9)).weights.length).toBe(0);
    await expect(linesOf(pass, [2], 9)).rejects.toMatchObject({ code: 'bad-argument' });
  });
});
