import { describe, expect, it } from 'vitest';
import { Random } from '../training/random.ts';
import { spreadLabels } from './spread-labels.ts';

describe('spreadLabels', () => {
  it('leaves labels where they are wanted when there is room', () => {
    expect(spreadLabels([80, 20, 50], 15, 0, 100)).toEqual([80, 20, 50]);
  });

  it('moves apart what collides, evenly to both sides', () => {
    expect(spreadLabels([50, 50], 10, 0, 100)).toEqual([45, 55]);
    expect(spreadLabels([52, 50, 10], 10, 0, 100)).toEqual([56, 46, 10]);
    expect(spreadLabels([40, 50, 52, 54], 10, 0, 100)).toEqual([34, 44, 54, 64]);
  });

  it('keeps them inside', () => {
    expect(spreadLabels([1, 2, 99], 10, 5, 95)).toEqual([5, 15, 95]);
    expect(spreadLabels([98, 99, 97], 10, 5, 95)).toEqual([85, 95, 75]);
  });

  it('never lets two overlap or change places', () => {
    const random = new Random('labels test');
    for (let trial = 0; trial < 200; trial++) {
      const wanted = Array.from({ length: 1 + random.below(9) }, () => random.uniform() * 200);
      const places = spreadLabels(wanted, 20, 0, 200);
      const order = wanted.map((_, index) => index).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0)).map(index => places[index] ?? NaN);
      order.forEach((place, rank) => {
        if (rank > 0) expect(place - (order[rank - 1] ?? NaN)).toBeGreaterThan(20 - 1e-9);
        expect(place).toBeGreaterThanOrEqual(0);
        expect(place).toBeLessThan(200 + 1e-9);
      });
    }
  });
});
