/** Scores and tokens against sacreBLEU's own: fixtures/make-sacrebleu.py made the expectations. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Failure } from '../../protocol/failure.ts';
import { corpusBleu } from './bleu.ts';
import { corpusChrf } from './chrf.ts';
import { tokenize13a } from './tokenize-13a.ts';
import { trimTrailingWhitespace } from './whitespace.ts';

const Expected = z.object({
  bleu: z.number(), precisions: z.array(z.number()), brevityPenalty: z.number(), hypothesisLength: z.number(),
  referenceLength: z.number(), bleuSignature: z.string(), chrf: z.number(), chrfSignature: z.string(),
});
const Golden = z.object({
  hypotheses: z.array(z.string()),
  references: z.array(z.array(z.string())),
  cases: z.array(z.object({
    name: z.string(), from: z.number(), to: z.number(), references: z.number(), expected: Expected,
  })),
  own: z.array(z.object({
    hypotheses: z.array(z.string()), references: z.array(z.array(z.string())), expected: Expected,
  })),
  tokenized: z.array(z.object({ line: z.string(), words: z.array(z.string()) })),
});
const golden = Golden.parse(JSON.parse(readFileSync(new URL('fixtures/sacrebleu.json', import.meta.url), 'utf8')));

function expectSameScores(
  hypotheses: readonly string[],
  references: readonly (readonly string[])[],
  expected: z.infer<typeof Expected>,
): void {
  const bleu = corpusBleu(hypotheses, references);
  expect(bleu.score).toBeCloseTo(expected.bleu, 9);
  expect(bleu.precisions).toHaveLength(expected.precisions.length);
  bleu.precisions.forEach((precision, slot) => expect(precision).toBeCloseTo(expected.precisions[slot] ?? NaN, 9));
  expect(bleu.brevityPenalty).toBeCloseTo(expected.brevityPenalty, 9);
  expect(bleu.hypothesisLength).toBe(expected.hypothesisLength);
  expect(bleu.referenceLength).toBe(expected.referenceLength);
  expect(bleu.signature).toBe(withoutVersion(expected.bleuSignature));

  const chrf = corpusChrf(hypotheses, references);
  expect(chrf.score).toBeCloseTo(expected.chrf, 9);
  expect(chrf.signature).toBe(withoutVersion(expected.chrfSignature));
}

function withoutVersion(signature: string): string {
  return signature.replace(/\|version:.*$/u, '');
}

describe('BLEU and chrF agree with sacreBLEU', () => {
  it.each(golden.cases)('on French with 1 to 5 references: $name', ({ from, to, references, expected }) => {
    expectSameScores(
      golden.hypotheses.slice(from, to),
      golden.references.slice(from, to).map(list => list.slice(0, references)),
      expected,
    );
  });

  it.each(golden.own)('on its own test sentences: $hypotheses', ({ hypotheses, references, expected }) => {
    expectSameScores(hypotheses, references, expected);
  });

  it('on the scores its test suite states for the default settings', () => {
    // test/test_bleu.py, test_corpus_bleu_cases and test/test_sentence_bleu.py, test_cases; to the digits given there.
    const dog = golden.own.find(({ hypotheses }) => hypotheses[0] === 'The dog bit the man.');
    expect(corpusBleu(dog?.hypotheses ?? [], dog?.references ?? []).score).toBeCloseTo(48.530827, 6);
    const sugar = golden.own.find(({ hypotheses }) => hypotheses[0]?.startsWith('Producția'));
    expect(corpusBleu(sugar?.hypotheses ?? [], sugar?.references ?? []).score).toBeCloseTo(8.493, 3);
    // test/test_chrf.py, test_cases_effective_order.
    expect(corpusChrf(['a', 'b'], [['a'], ['c']]).score).toBeCloseTo(50, 9);
    expect(corpusChrf(['aa'], [['ab']]).score).toBeCloseTo(25, 9);
  });
});

describe('the 13a tokenizer agrees with sacreBLEU', () => {
  it.each(golden.tokenized)('on $line', ({ line, words }) => {
    expect(tokenize13a(trimTrailingWhitespace(line))).toEqual(words);
  });
});

describe('what cannot be scored', () => {
  it.each([corpusBleu, corpusChrf])('is refused by %o with the sentence named', score => {
    expect(() => score([], [])).toThrow(Failure);
    expect(() => score(['a', 'b'], [['a']])).toThrow(/2 translations and references for 1/u);
    expect(() => score(['a', 'b'], [['a'], []])).toThrow(/Sentence 2 has no reference/u);
  });
});
