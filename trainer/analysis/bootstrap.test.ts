import { describe, expect, it } from 'vitest';
import { Random } from '../training/random.ts';
import { bleuOf, bleuStatistics, corpusBleu } from './bleu.ts';
import { bootstrapInterval, type CorpusScore, pairedBootstrap } from './bootstrap.ts';

const words = ['le', 'chat', 'dort', 'sur', 'la', 'table', 'et', 'mange', 'du', 'pain', 'ici', '.'];

/** Sentences, and the same with each word spoilt at the given rate. */
function corpus(sentences: number, errors: number, seed: number): { hypotheses: string[]; references: string[][] } {
  const random = new Random('bootstrap test', seed);
  const draw = (): string => words[random.below(words.length)] ?? '';
  const references = Array.from({ length: sentences }, () => Array.from({ length: 5 + random.below(12) }, draw));
  const noise = new Random('bootstrap test noise', seed, errors);
  const hypotheses = references.map(reference => reference.map(word => (noise.uniform() < errors ? 'x' : word)).join(' '));
  return { hypotheses, references: references.map(reference => [reference.join(' ')]) };
}

function statisticsOf({ hypotheses, references }: { hypotheses: string[]; references: string[][] }): number[][] {
  return bleuStatistics(hypotheses, references);
}

const bleu: CorpusScore = sums => bleuOf(sums).score;
/** Statistics of a mean: a value and a 1. */
const mean: CorpusScore = sums => (sums[0] ?? 0) / (sums[1] ?? 0);

describe('bleuStatistics', () => {
  it('summed up give corpus BLEU', () => {
    const given = corpus(200, 0.3, 1);
    const sums = statisticsOf(given).reduce((total, row) => total.map((value, slot) => value + (row[slot] ?? 0)));
    expect(bleuOf(sums).score).toBe(corpusBleu(given.hypotheses, given.references).score);
  });

  it('hold lengths, matches and n-grams', () => {
    expect(bleuStatistics(['the cat sat'], [['the cat sat down', 'a cat']])).toEqual([[3, 2, 3, 2, 1, 0, 3, 2, 1, 0]]);
  });
});

describe('bootstrapInterval', () => {
  it('is that of the normal distribution for a mean', () => {
    const random = new Random('interval test');
    const rows = Array.from({ length: 400 }, () => [10 + 2 * random.normal(), 1]);
    const { score, low, high } = bootstrapInterval(rows, mean, { seed: 1, resamples: 4000 });
    // ± 1.96 · 2 / √400
    expect(score - low).toBeCloseTo(0.196, 1.5);
    expect(high - score).toBeCloseTo(0.196, 1.5);
    expect(score).toBe(mean(rows.reduce((sum, row) => sum.map((value, slot) => value + (row[slot] ?? 0)))));
  });

  it('holds the true mean about as often as it says', () => {
    const random = new Random('coverage test');
    let held = 0;
    for (let trial = 0; trial < 200; trial++) {
      const rows = Array.from({ length: 60 }, () => [random.uniform(), 1]);
      const { low, high } = bootstrapInterval(rows, mean, { seed: trial, resamples: 300, confidence: 0.9 });
      held += Number(low <= 0.5 && 0.5 <= high);
    }
    // 180, give or take 4.2 (binomial): 4 standard deviations.
    expect(Math.abs(held - 180)).toBeLessThan(17);
  });

  it('gives the same for the same seed, and another for another', () => {
    const rows = statisticsOf(corpus(100, 0.2, 2));
    expect(bootstrapInterval(rows, bleu, { seed: 1 })).toEqual(bootstrapInterval(rows, bleu, { seed: 1 }));
    expect(bootstrapInterval(rows, bleu, { seed: 1 }).low).not.toBe(bootstrapInterval(rows, bleu, { seed: 2 }).low);
  });

  it('takes well under a second for BLEU of 1000 sentences', () => {
    const rows = statisticsOf(corpus(1000, 0.2, 3));
    const began = performance.now();
    const { score, low, high } = bootstrapInterval(rows, bleu, { seed: 1 });
    expect(performance.now() - began).toBeLessThan(1000);
    expect([low < score, score < high]).toEqual([true, true]);
    expect(high - low).toBeLessThan(4);
  });

  it('has no width where all sentences are alike', () => {
    expect(bootstrapInterval([[3, 1], [3, 1]], mean, { seed: 1 })).toEqual({ score: 3, low: 3, high: 3 });
  });

  it('refuses to draw from nothing', () => {
    expect(() => bootstrapInterval([], mean, { seed: 1 })).toThrow(RangeError);
    expect(() => bootstrapInterval([[1, 2], [1]], mean, { seed: 1 })).toThrow(/2 statistics/u);
  });
});

describe('pairedBootstrap', () => {
  it('is sure of a clear difference, either way', () => {
    const [good, bad] = [statisticsOf(corpus(300, 0.1, 4)), statisticsOf(corpus(300, 0.2, 4))];
    const better = pairedBootstrap(good, bad, bleu, { seed: 1 });
    expect(better.pValue).toBe(1 / 1001);
    expect(better.wins).toBe(1);
    expect(better.difference.low).toBeGreaterThan(0);
    const worse = pairedBootstrap(bad, good, bleu, { seed: 1 });
    expect(worse.pValue).toBe(1 / 1001);
    expect(worse.wins).toBe(0);
    expect(worse.difference.score).toBeCloseTo(-better.difference.score, 12);
  });

  it('sees no difference between a system and itself', () => {
    const rows = statisticsOf(corpus(100, 0.2, 5));
    expect(pairedBootstrap(rows, rows, bleu, { seed: 1 })).toEqual({ difference: { score: 0, low: 0, high: 0 }, wins: 0.5, pValue: 1 });
  });

  it('finds equal systems different no more often than chance allows', () => {
    const random = new Random('paired test');
    let found = 0;
    for (let trial = 0; trial < 200; trial++) {
      const rows = (): number[][] => Array.from({ length: 60 }, () => [random.normal(), 1]);
      found += Number(pairedBootstrap(rows(), rows(), mean, { seed: trial, resamples: 200 }).pValue < 0.05);
    }
    // 10, give or take 3.1 (binomial): 4 standard deviations.
    expect(found).toBeLessThan(23);
  });

  it('refuses systems that translated different sentences', () => {
    expect(() => pairedBootstrap([[1, 1]], [[1, 1], [1, 1]], mean, { seed: 1 })).toThrow(/1 sentences compared with 2/u);
  });
});
