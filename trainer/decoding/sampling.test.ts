import { expect, test } from 'vitest';
import { chooserOf, greedy } from './sampling.ts';

const logProbs = Float32Array.from([0.1, 0.4, 0.05, 0.25, 0.2, 0], Math.log);

function shares(sampling: Parameters<typeof chooserOf>[0], draws = 20_000): number[] {
  const choose = chooserOf(sampling);
  const counts = Array.from(logProbs, () => 0);
  for (let draw = 0; draw < draws; draw++) {
    const token = choose(logProbs);
    counts[token] = (counts[token] ?? 0) + 1;
  }
  return counts.map(count => count / draws);
}

test('without a temperature the most probable token is taken', () => {
  expect(chooserOf(greedy)(logProbs)).toBe(1);
});

test('with a temperature of 1 tokens are drawn as often as they are probable, forbidden ones never', () => {
  const found = shares({ temperature: 1, topP: 1, seed: 1 });
  [0.1, 0.4, 0.05, 0.25, 0.2, 0].forEach((probability, token) => expect(found[token]).toBeCloseTo(probability, 1));
  expect(found[5]).toBe(0);
});

test('a low temperature makes the likely likelier: p to the power of 1 / T', () => {
  const found = shares({ temperature: 0.5, topP: 1, seed: 1 });
  const powers = [0.1, 0.4, 0.05, 0.25, 0.2, 0].map(probability => probability ** 2);
  const sum = powers.reduce((total, power) => total + power, 0);
  powers.forEach((power, token) => expect(Math.abs((found[token] ?? 0) - power / sum)).toBeLessThan(0.02));
});

test('only the fewest tokens that make the share are drawn from', () => {
  const found = shares({ temperature: 1, topP: 0.6, seed: 1 });
  expect(found.map(share => share > 0)).toEqual([false, true, false, true, false, false]);
  expect(found[1]).toBeCloseTo(0.4 / 0.65, 1);
  expect(shares({ temperature: 1, topP: 1e-9, seed: 1 }, 100)[1]).toBe(1);
});

test('the same seed draws the same, another one something else', () => {
  const drawn = (seed: number): number[] => {
    const choose = chooserOf({ temperature: 1, topP: 1, seed });
    return Array.from({ length: 50 }, () => choose(logProbs));
  };
  expect(drawn(1)).toEqual(drawn(1));
  expect(drawn(1)).not.toEqual(drawn(2));
});
