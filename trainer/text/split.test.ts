import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { randomSource } from './fixtures/random.ts';
import { readPairs, type Pair } from './pairs.ts';
import { splitByComponent, splitKey, type Split } from './split.ts';

/** Pairs over few sources and targets, so that chains form: s1–t1–s2–t2 … */
function chains(count: number): Pair[] {
  const random = randomSource(6);
  return Array.from({ length: count }, () => {
    const at = random.below(count);
    return { source: `Source ${at}${random.of(['.', '!', ''])}`, target: `${random.of(['Cible', 'cible'])} ${at + random.below(2)}` };
  });
}

function expectNoLeak({ train, validation, test }: Split): void {
  const parts = [train, validation, test];
  for (const side of ['source', 'target'] as const) {
    const keys = parts.map(part => new Set(part.map(pair => splitKey(pair[side]))));
    const all = new Set(keys.flatMap(part => [...part]));
    expect(keys.reduce((sum, part) => sum + part.size, 0)).toBe(all.size);
  }
}

const sources = (pairs: readonly Pair[]): number => new Set(pairs.map(pair => pair.source)).size;

describe('splitByComponent', () => {
  const pairs = chains(3000);
  const options = { validation: 100, test: 200, seed: 7 };
  const split = splitByComponent(pairs, options);

  it('holds out what is asked, and nothing is lost', () => {
    expect(sources(split.test)).toBeGreaterThanOrEqual(200);
    expect(sources(split.test)).toBeLessThan(205);
    expect(sources(split.validation)).toBeGreaterThanOrEqual(100);
    expect(split.train.length + split.validation.length + split.test.length).toBe(pairs.length);
  });

  it('leaks neither side into training', () => expectNoLeak(split));

  it('depends on the seed, not on the order of the pairs', () => {
    expect(splitByComponent(pairs.toReversed(), options)).toEqual(split);
    expect(splitByComponent(pairs, { ...options, seed: 8 }).test).not.toEqual(split.test);
  });

  it('keeps the giant component in training', () => {
    const giant = Array.from({ length: 300 }, (_, at) => ({ source: `We ${at}`, target: `Nous ${at >> 1}` }))
      .flatMap(({ source, target }, at) => [{ source, target }, { source, target: `Nous ${(at + 1) >> 1}` }]);
    for (let seed = 0; seed < 8; seed++) {
      const { train, components } = splitByComponent([...pairs, ...giant], { ...options, seed });
      expect(train.filter(pair => pair.source.startsWith('We '))).toHaveLength(600);
      expect(components.largest).toBe(600);
    }
  });

  it('draws every component equally often', () => {
    const alone = Array.from({ length: 100 }, (_, at) => ({ source: `s${at}`, target: `t${at}` }));
    const drawn = new Map<string, number>();
    for (let seed = 0; seed < 1000; seed++) {
      for (const { source } of splitByComponent(alone, { validation: 0, test: 20, seed }).test) {
        drawn.set(source, (drawn.get(source) ?? 0) + 1);
      }
    }
    // Each is drawn 200 times, give or take 12.6 (binomial): 5 standard deviations.
    for (const { source } of alone) expect(Math.abs((drawn.get(source) ?? 0) - 200)).toBeLessThan(63);
  });

  it('takes texts for the same that differ in case, punctuation and spacing only', () => {
    expect(splitKey("  L\u2019e\u0301te\u0301\u00A0! ")).toBe(splitKey("l'Été"));
    expect(splitKey('?!')).not.toBe(splitKey('!'));
  });
});

const corpus = fileURLToPath(new URL('../../../shared/data/fra-eng/fra.txt.gz', import.meta.url));
const present = existsSync(corpus);

describe.skipIf(!present)(`fra-eng${present ? '' : ' (skipped: ../shared/data/fra-eng is not here)'}`, () => {
  it('is split without a leak', { timeout: 120_000 }, async () => {
    const pairs: Pair[] = [];
    for await (const pair of readPairs({ kind: 'tsv', file: corpus })) pairs.push(pair);
    expect(pairs).toHaveLength(142_787);
    const split = splitByComponent(pairs, { validation: 1000, test: 2500, seed: 1 });
    expectNoLeak(split);
    expect([sources(split.test), sources(split.validation)]).toEqual([2500, 1000]);
    const words = (part: readonly Pair[]): number =>
      part.reduce((sum, pair) => sum + pair.source.split(' ').length, 0) / part.length;
    expect(Math.abs(words(split.test) - words(split.train))).toBeLessThan(0.15);
  });
});
