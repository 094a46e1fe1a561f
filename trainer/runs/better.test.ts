import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { askPython, debianPython } from '../../test/torch/writer_packages.ts';
import { testWithTorch } from '../../test/torch/torch.ts';
import { productRoot } from '../files/root.ts';
import { bestOf, isLowerBetter, lowerIsBetter } from './better.ts';

const lower = [
  'loss', 'eval_loss', 'MSELoss', 'validation/likelihood', 'validation/bitsPerCharacter', 'wer', 'test/WER', 'val_cer', 'ter', 'mae', 'valMAE', 'mse', 'eval/rmse', 'val-RMSE',
  'dev.ppl', 'nll', 'bpc', 'top1_error', 'ErrorRate', 'val_sparse_categorical_crossentropy', 'edit distance',
];
const higher = ['bleu', 'chrf', 'accuracy', 'macroF1', 'answer_f1', 'power', 'mercer', 'master_score', 'rouge/rougeL', 'precision', 'score', 'glossary_hits', 'terse', ''];

test.each([...lower.map(name => [name, true] as const), ...higher.map(name => [name, false] as const)])('%s: lower is better, %s', (name, expected) => {
  expect(isLowerBetter(name)).toBe(expected);
});

test('the best of an error is its smallest value', () => {
  expect([bestOf('validation/wer', [30, 12, Number.NaN, 20]), bestOf('validation/answer', [30, 12])]).toEqual([12, 30]);
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'python-rules-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

testWithTorch('Python judges alike, tells what it is told, and knows an end that is no failure', async () => {
  const module = join(productRoot, 'media', 'python', 'attention_scope.py');
  const found = await askPython(debianPython, 'writer_rules.py', module, folder, JSON.stringify([...lower, ...higher]));
  expect(found).toEqual({
    words: [...lowerIsBetter].toSorted(),
    lower,
    own: [{ memory: 5, processors: 2.5 }, { memory: expect.any(Number), processors: expect.any(Number) }],
    exits: [{ type: 'finished' }, { type: 'finished' }, { type: 'failed', message: 'SystemExit: 3' }, { type: 'failed', message: 'SystemExit: no data' }],
    kinds: {
      'a batch of decoders, padded on the left': 'decoder',
      'rows of padding that are no numbers': 'decoder',
      'encoders, padded on the left': 'encoder',
      'one token alone': 'encoder',
    },
    given: ['decoder'],
    asked: { reads: expect.any(Number), obeyed: expect.any(Number), again: false },
  });
  const { reads, obeyed } = (found as { readonly asked: { readonly reads: number; readonly obeyed: number } }).asked;
  // Half a second and a little more, five times a second.
  expect(reads).toBeLessThanOrEqual(5);
  expect(obeyed).toBeLessThan(1);
});
