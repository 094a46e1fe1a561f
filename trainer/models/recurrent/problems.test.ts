/** What the author of a config is told of choices that do not fit together. */
import { describe, expect, test } from 'vitest';
import { bahdanau, everyKind } from './architectures.fixture.ts';
import { recurrentTranslatorProblems } from './problems.ts';
import type { RecurrentTranslatorArchitecture } from './translator.ts';

test.each(everyKind)('$about: none', ({ architecture }) => {
  expect(recurrentTranslatorProblems(architecture)).toEqual([]);
});

const bad: readonly { readonly key: string; readonly says: string; readonly changes: Partial<RecurrentTranslatorArchitecture> }[] = [
  { key: 'attention.score', says: 'hidden (24) with annotations of 16', changes: { hidden: 24, attention: { score: 'dot' } } },
  { key: 'attention.width', says: 'a multiple of attention.heads (5)', changes: { attention: { score: 'multi-head', heads: 5, width: 12 } } },
  { key: 'attention.window', says: 'at least 1', changes: { attention: { score: 'local-p', window: 0.5 } } },
  { key: 'order', says: 'expected "before"', changes: { order: 'after', attention: { score: 'none' } } },
  { key: 'inputFeeding', says: 'expected order "after"', changes: { inputFeeding: true } },
  { key: 'residual', says: 'expected more layers', changes: { residual: true } },
  { key: 'coverage', says: 'expected the score "additive"', changes: { coverage: 1, attention: { score: 'general' } } },
];

describe('names the key, what it found and what fits', () => {
  test.each(bad)('$key', ({ key, says, changes }) => {
    const [problem = '', ...others] = recurrentTranslatorProblems({ ...bahdanau, ...changes });
    expect(problem.startsWith(`${key} is `)).toBe(true);
    expect(problem).toContain(says);
    expect(others).toEqual([]);
  });
});
