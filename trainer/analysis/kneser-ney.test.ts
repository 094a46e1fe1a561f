import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Random } from '../training/random.ts';
import { discountsFrom } from './kneser-ney-discounts.ts';
import { bitsPerCharacter, type KneserNey, type KneserNeyOptions, train } from './kneser-ney.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;

/** Sentences where a token's successor is likely among the next few ids, so that histories matter. */
function randomSentences(count: number, vocabulary: number, seed: number): number[][] {
  const random = new Random('kneser-ney test', seed);
  return Array.from({ length: count }, () => {
    let token = random.below(vocabulary);
    return Array.from({ length: random.below(9) }, () => {
      token = random.uniform() < 0.7 ? (token + 1 + random.below(2)) % vocabulary : random.below(vocabulary);
      return token;
    });
  });
}

function python(request: KneserNeyOptions & { readonly sentences: number[][]; readonly asked: number[][] }): number[] {
  const script = fileURLToPath(new URL('fixtures/kneser-ney.py', import.meta.url));
  const { stdout, stderr, status } = spawnSync('python3', [script], { input: JSON.stringify(request), encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return z.array(z.number()).parse(JSON.parse(stdout));
}

function sumOf(values: Iterable<number>): number {
  return [...values].reduce((sum, value) => sum + value, 0);
}

describe('a Kneser–Ney model', () => {
  it('is as worked out by hand', () => {
    // "a b", "a": bigrams start·a 2, a·b 1, a·end 1, b·end 1; all discounts 0.5, 1, 1.5 for want of counts.
    // Single tokens count the tokens before them: a 1 (start), b 1 (a), end 2 (a, b): 4, of which 0.5 + 0.5 + 1 go.
    const model = train([[0, 1], [0]], { order: 2, vocabulary: 2 });
    const alone = { a: (0.5 + 2 / 3) / 4, b: (0.5 + 2 / 3) / 4, end: (1 + 2 / 3) / 4 };
    const afterStart = { a: (1 + alone.a) / 2 };
    const afterA = { b: (0.5 + alone.b) / 2, end: (0.5 + alone.end) / 2 };
    const afterB = { end: 0.5 + 0.5 * alone.end };
    expect(model.logProbability([0, 1])).toBeCloseTo(Math.log(afterStart.a * afterA.b * afterB.end), 12);
    expect(model.logProbability([0])).toBeCloseTo(Math.log(afterStart.a * afterA.end), 12);
  });

  it.each([1, 2, 3, 5])('of order %i gives all that may follow 1 in all, after histories seen and unseen', order => {
    const vocabulary = 12;
    // Token 11 never occurs.
    const sentences = randomSentences(300, vocabulary - 1, 1);
    const model = train(sentences, { order, vocabulary });
    for (const history of [[], [3], [3, 4], [3, 4, 5, 6, 7], [7, 7, 7, 7], [11], [11, 11, 3], ...sentences.slice(0, 20)]) {
      const distribution = model.distribution(history);
      expect(distribution).toHaveLength(vocabulary + 1);
      expect(Math.min(...distribution)).toBeGreaterThan(0);
      expect(sumOf(distribution)).toBeCloseTo(1, 12);
    }
  });

  it.skipIf(!hasPython).each([
    { order: 1, vocabulary: 5, count: 40 }, { order: 2, vocabulary: 30, count: 300 },
    { order: 3, vocabulary: 8, count: 200 }, { order: 5, vocabulary: 60, count: 600 }, { order: 5, vocabulary: 2, count: 50 },
  ])('of order $order agrees with the formulas in Python on $count sentences of $vocabulary tokens', ({ order, vocabulary, count }) => {
    const sentences = randomSentences(count, vocabulary, order);
    const asked = [[], ...sentences.slice(0, 30), ...randomSentences(60, vocabulary, 1000 + order)];
    const model = train(sentences, { order, vocabulary });
    const expected = python({ order, vocabulary, sentences, asked });
    asked.forEach((sentence, index) => expect(model.logProbability(sentence)).toBeCloseTo(expected[index] ?? NaN, 9));
  });

  it('takes fewer bits for real text the more characters it looks back', () => {
    const text = ['architecture', 'training'].map(name => readFileSync(new URL(`../../docs/${name}.md`, import.meta.url), 'utf8')).join('');
    const lines = text.split('\n').filter(line => line !== '').map(line => Array.from(line, character => Math.min(255, character.charCodeAt(0))));
    const [kept, held] = [lines.filter((_, index) => index % 10 > 0), lines.filter((_, index) => index % 10 === 0)];
    const characters = sumOf(held.map(line => line.length));
    const bits = [1, 2, 3, 5].map(order => bitsOf(train(kept, { order, vocabulary: 256 }), held, characters));
    const [one = 0, two = 0, three = 0, five = 0] = bits;
    expect(two).toBeLessThan(one - 0.5);
    expect(three).toBeLessThan(two - 0.3);
    expect(five).toBeLessThan(three);
    expect(five).toBeGreaterThan(1);
  });

  it('refuses tokens that are none of its vocabulary', () => {
    expect(() => train([[0, 2]], { order: 2, vocabulary: 2 })).toThrow(/token 2/u);
    expect(() => train([[0]], { order: 2, vocabulary: 2 }).logProbability([-1])).toThrow(RangeError);
  });
});

function bitsOf(model: KneserNey, lines: readonly number[][], characters: number): number {
  return bitsPerCharacter(sumOf(lines.map(line => model.logProbability(line))), characters);
}

describe('discounts', () => {
  it('are those of the formula', () => {
    // Y = 40 / (40 + 2 · 20) = ½.
    expect(discountsFrom([40, 20, 12, 8])).toEqual([1 - 2 * 0.5 * 20 / 40, 2 - 3 * 0.5 * 12 / 20, 3 - 4 * 0.5 * 8 / 12]);
  });

  it('are usual ones where the counts give none', () => {
    expect(discountsFrom([9, 3, 0, 1])).toEqual([0.5, 1, 1.5]);
    expect(discountsFrom([1, 1, 50, 1])).toEqual([0.5, 1, 1.5]);
  });
});

describe('bitsPerCharacter', () => {
  it('is 1 for a fair coin', () => {
    expect(bitsPerCharacter(8 * Math.log(0.5), 8)).toBe(1);
  });
});
