import { describe, expect, it } from 'vitest';
import { Random } from '../../training/random.ts';
import { denseMatrix } from './matrix.ts';
import { bytesOf, cellsIn, meanOf, pool, type Stretch, stretchOf } from './window.ts';

describe('stretchOf', () => {
  it('is each row for itself where that is not too many', () => {
    expect(stretchOf(100, 100, undefined)).toEqual({ first: 0, end: 100, step: 1 });
    expect(stretchOf(100, 10, { first: 42, end: 49 })).toEqual({ first: 42, end: 49, step: 1 });
    expect(stretchOf(0, 10, undefined)).toEqual({ first: 0, end: 0, step: 1 });
  });

  it('covers what is asked for in no more cells than asked, which begin at multiples of their step', () => {
    const random = new Random('stretches');
    for (let round = 0; round < 500; round++) {
      const [size, most] = [random.below(3000), 1 + random.below(600)];
      const first = random.below(size + 1);
      const end = first + random.below(size - first + 1);
      const stretch = stretchOf(size, most, { first, end });
      expect(cellsIn(stretch)).toBeLessThanOrEqual(most);
      expect(stretch.first).toBeLessThanOrEqual(first);
      expect(stretch.end).toBeGreaterThanOrEqual(end);
      expect(stretch.first % stretch.step).toBe(0);
      expect(stretch.end === size || stretch.end % stretch.step === 0).toBe(true);
      expect(stretch.step === 1 || (end - first) / (stretch.step - 1) > most - 2).toBe(true);
    }
  });

  it('knows what lies outside', () => {
    expect(stretchOf(10, 100, { first: -5, end: 99 })).toEqual({ first: 0, end: 10, step: 1 });
    expect(cellsIn(stretchOf(10, 100, { first: 20, end: 30 }))).toBe(0);
  });
});

it('the mean of what a cell stands for, also where it stands for less', () => {
  const matrix = denseMatrix(Float32Array.of(1, 2, 4, 3, 2, 0, 5, 4, 1, 1, 1, 7), 4, 3);
  expect([...meanOf(matrix, stretchOf(4, 1, undefined), stretchOf(3, 3, undefined))]).toEqual([2.5, 2.25, 3]);
  expect([...meanOf(matrix, stretchOf(4, 2, undefined), stretchOf(3, 2, undefined))]).toEqual([2, 2, 2.75, 4]);
});

describe('pool', () => {
  it('gives of each cell the weight that is furthest from 0', () => {
    const matrix = denseMatrix(Float32Array.of(1, -3, 0, 2, 2, 0, 5, -4, 1, 0, 0, 0), 3, 4);
    expect([...pool(matrix, stretchOf(3, 2, undefined), stretchOf(4, 2, undefined))]).toEqual([-3, 5, 1, 0]);
    expect([...pool(matrix, stretchOf(3, 9, { first: 1, end: 2 }), stretchOf(4, 9, { first: 1, end: 3 }))]).toEqual([0, 5]);
  });

  it('is the same as looking at every weight of every cell', () => {
    const random = new Random('pools');
    const [rows, columns] = [37, 53];
    const weights = Float32Array.from({ length: rows * columns }, () => random.normal());
    for (let round = 0; round < 50; round++) {
      const down = stretchOf(rows, 1 + random.below(40), { first: random.below(20), end: 20 + random.below(17) });
      const across = stretchOf(columns, 1 + random.below(60), { first: random.below(20), end: 20 + random.below(33) });
      const inCell = (cell: number, { first, end, step }: Stretch): number[] =>
        Array.from({ length: step }, (_, index) => first + cell * step + index).filter(index => index < end);
      const expected = Array.from({ length: cellsIn(down) }, (_, row) => Array.from({ length: cellsIn(across) }, (_, column) =>
        inCell(row, down).flatMap(query => inCell(column, across).map(key => weights[query * columns + key] ?? NaN))
          .reduce((furthest, weight) => (Math.abs(weight) > Math.abs(furthest) ? weight : furthest), 0))).flat();
      expect([...pool(denseMatrix(weights, rows, columns), down, across)]).toEqual(expected);
    }
  });
});

describe('bytesOf', () => {
  it('has 255 steps up to the largest, finer ones for what is far below it', () => {
    expect([...bytesOf(Float32Array.of(0, 0.2, 0.05, 0.0004), 0.2, false)]).toEqual([0, 255, 128, 11]);
  });

  it('has 127 steps either way where some are less than 0', () => {
    expect([...bytesOf(Float32Array.of(0, 2, -2, 0.5, -0.5), 2, true)]).toEqual([128, 255, 1, 192, 65]);
  });

  it('is nothing where the largest is 0', () => {
    expect([...bytesOf(Float32Array.of(0, 0), 0, false)]).toEqual([0, 0]);
    expect([...bytesOf(Float32Array.of(0, 0), 0, true)]).toEqual([128, 128]);
  });
});
