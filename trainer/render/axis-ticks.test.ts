import { describe, expect, it } from 'vitest';
import { Random } from '../training/random.ts';
import { formatNumber, ticksAround, ticksWithin } from './axis-ticks.ts';

describe('ticks', () => {
  it('are round numbers around the data, or within it', () => {
    expect(ticksAround(31.2, 48.9, 5).labels).toEqual(['30', '35', '40', '45', '50']);
    expect(ticksWithin(31.2, 48.9, 5).labels).toEqual(['35', '40', '45']);
    expect(ticksAround(0, 1, 5).labels).toEqual(['0.0', '0.2', '0.4', '0.6', '0.8', '1.0']);
    expect(ticksWithin(0, 40_000, 4).labels).toEqual(['0', '10,000', '20,000', '30,000', '40,000']);
    expect(ticksAround(-0.3, 0.3, 6).labels).toEqual(['−0.3', '−0.2', '−0.1', '0.0', '0.1', '0.2', '0.3']);
  });

  it('surround a single value', () => {
    const { values } = ticksAround(42, 42, 5);
    expect(Math.min(...values)).toBeLessThan(42);
    expect(Math.max(...values)).toBeGreaterThan(42);
    expect(ticksAround(0, 0, 4).values).toEqual([-1, -0.5, 0, 0.5, 1]);
    expect(ticksWithin(3.5, 3.5, 4).labels).toEqual(['3.5']);
  });

  it('are few, ascending and enclosing whatever the range', () => {
    const random = new Random('ticks test');
    for (let trial = 0; trial < 500; trial++) {
      const low = random.normal() * 10 ** (random.below(12) - 6);
      const high = low + random.uniform() * 10 ** (random.below(12) - 6) + 1e-9;
      const { values } = ticksAround(low, high, 5);
      expect(values.length).toBeGreaterThan(2);
      expect(values.length).toBeLessThan(11);
      expect(values).toEqual([...new Set(values)].sort((a, b) => a - b));
      expect(values[0]).toBeLessThanOrEqual(low + 1e-9 * (high - low) + 1e-9);
      expect(values.at(-1)).toBeGreaterThanOrEqual(high - 1e-9 * (high - low) - 1e-9);
    }
  });
});

it('formatNumber writes a minus as a minus, and no minus nought', () => {
  expect(formatNumber(-1234.56, 1)).toBe('−1,234.6');
  expect(formatNumber(-0.01, 1)).toBe('0.0');
});
