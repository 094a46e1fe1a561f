import { expect, test } from 'vitest';
import { optimizerSchema } from './optimizer-config.ts';

test('what is left out has its default', () => {
  const moments = { beta1: 0.9, beta2: 0.98, epsilon: 1e-9 };
  expect(optimizerSchema.parse(undefined)).toEqual({ kind: 'adamw', ...moments });
  expect(optimizerSchema.parse({ kind: 'adam', beta1: 0.8 })).toEqual({ kind: 'adam', ...moments, beta1: 0.8 });
  expect(optimizerSchema.parse({ kind: 'rmsprop' })).toEqual({ kind: 'rmsprop', alpha: 0.99, epsilon: 1e-8, momentum: 0 });
  expect(optimizerSchema.parse({ kind: 'sgd' })).toEqual({ kind: 'sgd', momentum: 0.9, nesterov: false });
});

test.each([
  ['an unknown optimizer', { kind: 'adagrad' }, 'expected "adamw", "adam", "rmsprop" or "sgd"'],
  ['no kind', { beta1: 0.9 }, 'expected "adamw"'],
  ["another's constant", { kind: 'sgd', beta1: 0.9 }, '"beta1"'],
  ['an average that never learns', { kind: 'adamw', beta2: 1 }, '<=0.999999'],
  ['an average of more than all', { kind: 'rmsprop', alpha: -0.1 }, '>=0'],
  ['an epsilon that single precision has not', { kind: 'adam', epsilon: 1e-60 }, '>=1e-16'],
  ['a number that is none', { kind: 'sgd', momentum: Number.NaN }, 'expected number'],
  ['a word for a number', { kind: 'sgd', momentum: '0.9' }, 'expected number'],
])('%s is refused', (_name, written, expected) => {
  const { error } = optimizerSchema.safeParse(written);
  expect(error?.issues.map(({ message }) => message).join()).toContain(expected);
});
