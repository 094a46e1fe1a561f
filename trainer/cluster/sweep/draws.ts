/** The points that a sweep draws at random, each once. */
import { Random } from '../../training/random.ts';
import type { Distribution, SweepSpec } from './spec.ts';

/** Draws in a row that gave nothing new, after which all points are taken to be drawn: of 1,000 the last one is missed once in 10⁸ times. */
const mostRepeats = 20_000;

/** @returns as many as samples are asked for, or all that there are where these are fewer */
export function drawPoints({ random, seed, samples }: Pick<SweepSpec, 'random' | 'seed' | 'samples'>): Readonly<Record<string, unknown>>[] {
  const points = new Map<string, Readonly<Record<string, unknown>>>();
  for (let draws = 0, repeats = 0; points.size < samples && repeats < mostRepeats; draws++) {
    const point = Object.fromEntries(Object.entries(random).map(([key, distribution]) => [key, draw(distribution, new Random(seed, 'sweep', key, draws))]));
    const name = JSON.stringify(point);
    repeats = points.has(name) ? repeats + 1 : 0;
    points.set(name, point);
  }
  return [...points.values()];
}

/** Numbers have four digits that count, so that what a table shows is what was trained. */
function draw(distribution: Distribution, random: Random): unknown {
  const short = (value: number): number => Number(value.toPrecision(4));
  if ('choice' in distribution) return distribution.choice[random.below(distribution.choice.length)];
  if ('integer' in distribution) return distribution.integer[0] + random.below(distribution.integer[1] - distribution.integer[0] + 1);
  if ('uniform' in distribution) return short(distribution.uniform[0] + random.uniform() * (distribution.uniform[1] - distribution.uniform[0]));
  const [low, high] = distribution.logUniform.map(Math.log) as [number, number];
  return short(Math.exp(low + random.uniform() * (high - low)));
}
