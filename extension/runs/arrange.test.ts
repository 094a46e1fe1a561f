import { describe, expect, it } from 'vitest';
import { arrange, lowerIsBetter, type RunOrder } from './arrange.ts';
import { parseQuery } from './query.ts';
import { metricOf, runOf } from './run.fixture.ts';

const runs = [
  runOf('gru-2', { started: '2026-01-03T00:00:00Z', loss: 2, metric: metricOf('bleu', 30) }),
  runOf('gru-10', { started: '2026-01-02T00:00:00Z', loss: 1.5, metric: metricOf('bleu', 34), tags: ['final'] }),
  runOf('lm-1', { started: '2026-01-04T00:00:00Z', loss: NaN, metric: metricOf('bitsPerCharacter', 2.1) }),
  runOf('lm-2', { started: '2026-01-01T00:00:00Z', metric: metricOf('bitsPerCharacter', 1.9) }),
  runOf('waits', { state: 'queued' }),
];

const names = (order: RunOrder, filter = ''): string[] => arrange(runs, parseQuery(filter), order).map(({ name, runs: members }) => `${name}: ${members.map(run => run.name).join(' ')}`);

describe('the order of runs', () => {
  it('has the newest first, after what is yet to start', () => {
    expect(names('started')).toEqual(['waits: waits', 'lm: lm-1 lm-2', 'gru: gru-2 gru-10']);
  });

  it('is by name as people count', () => {
    expect(names('name')).toEqual(['gru: gru-2 gru-10', 'lm: lm-1 lm-2', 'waits: waits']);
  });

  it('has the best measure first, whichever way that is, and unknown ones last', () => {
    expect(names('metric')).toEqual(['lm: lm-2 lm-1', 'gru: gru-10 gru-2', 'waits: waits']);
  });

  it('has the lowest loss first, and what has no number last', () => {
    expect(names('loss')).toEqual(['gru: gru-10 gru-2', 'lm: lm-1 lm-2', 'waits: waits']);
  });
});

describe('the runs that are shown', () => {
  it('are those that the filter lets through', () => {
    expect(names('name', '#final')).toEqual(['gru: gru-10']);
    expect(names('name', '@queued')).toEqual(['waits: waits']);
    expect(names('name', 'nothing like it')).toEqual([]);
  });
});

describe('a measure', () => {
  it('is better lower where it counts mistakes', () => {
    expect(['likelihood', 'perplexity', 'bitsPerCharacter', 'eval_loss', 'wordErrorRate'].every(lowerIsBetter)).toBe(true);
    expect(['bleu', 'accuracy', 'macroF1', 'logLikelihoodRatio'].some(lowerIsBetter)).toBe(false);
  });
});
