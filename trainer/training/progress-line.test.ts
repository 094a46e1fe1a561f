import { expect, test } from 'vitest';
import { ProgressLine } from './progress-line.ts';

test.each([
  ['tokens', 'loss 0.800, perplexity 2.00'],
  ['examples', 'loss 0.800, likelihood 0.693'],
] as const)('a line of progress over %s has a name for the likelihood that suits them', (unit, told) => {
  const lines: string[] = [];
  const line = new ProgressLine(100, 2, unit, text => void lines.push(text), { tokens: 0, loss: 0, likelihood: 0 });
  line.add({ loss: 0.8, likelihood: Math.LN2, count: 10, gradientNorm: 1, learningRate: 1 });
  line.show(10, 0);
  expect(lines[0]).toContain(`epoch 1 of 2, step 10 of 100: ${told}, `);
});
