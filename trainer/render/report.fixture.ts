import type { ComparisonReport, ScoredRow } from './report.ts';

function row(model: string, score: number, more: Partial<ScoredRow> = {}): ScoredRow {
  const at = (value: number): ScoredRow['bleu'] => ({ score: value, low: value - 1.25, high: value + 1.5 });
  return {
    model, parameters: 4_213_760, bleu: at(score), chrf: score + 18.25,
    byLength: ['1–5', '6–10', '11 or more'].map((words, index) => ({ words, bleu: at(score + 4 - 4 * index) })),
    trainingMinutes: 31.24, trainingSteps: 4500, wordsPerSecond: 1234.4,
    attention: { entropy: 0.875, confidence: 0.7125, diagonality: 0.5 }, ...more,
  };
}

export const comparison: ComparisonReport = {
  title: 'Attention mechanisms, English to French',
  settings: [{ name: 'Corpus', value: 'fra-eng, 140,000 pairs' }, { name: 'Seed', value: '1' }],
  rows: [row('Additive', 46.04), row('Dot product', 45.2), row('No attention', 33.31, { attention: undefined })],
  notes: ['Each was trained for 10 epochs.'],
};

const evil = '<img src=x onerror=alert(1)> | **bold** [a](javascript:b) `c` & \u202e\0\n# heading';

export const hostileComparison: ComparisonReport = {
  title: evil,
  settings: [{ name: evil, value: evil }],
  rows: [row(evil, 20, { byLength: [{ words: evil, bleu: { score: 1, low: 0, high: 2 } }] })],
  notes: [evil, '1. no list', '# no heading', '- no list'],
};
