import { describe, expect, test } from 'vitest';
import { askTorch, testWithTorch, type TorchTensor } from '../../test/torch/torch.ts';
import type { ParameterSpec } from '../models/parameters.ts';
import { optimizerSchema } from './optimizer-config.ts';
import { optimize } from './optimizer.ts';
import { Random } from './random.ts';
import { TrainingState } from './state.ts';

const specs: readonly ParameterSpec[] = [
  { name: 'matrix', shape: [9, 11], start: { kind: 'glorot' } },
  { name: 'table', shape: [13, 5], start: { kind: 'normal', deviation: 0.3 } },
  { name: 'gain', shape: [7], start: { kind: 'ones' } },
];
const settings = { weightDecay: 0.1, clipNorm: 5 };
const rates = [0.01, 0.02, 0.03, 0.02, 0.01, 0.005];

const optimizers = [
  ['AdamW', { kind: 'adamw' }],
  ['Adam', { kind: 'adam' }],
  ['Adam', { kind: 'adam', beta1: 0.5, beta2: 0.9, epsilon: 0.001 }],
  ['RMSprop', { kind: 'rmsprop' }],
  ['RMSprop', { kind: 'rmsprop', alpha: 0.9, epsilon: 0.001, momentum: 0.8 }],
  ['SGD', { kind: 'sgd' }],
  ['SGD', { kind: 'sgd', momentum: 0 }],
  ['SGD', { kind: 'sgd', momentum: 0.8, nesterov: true }],
] as const;
const parsed = optimizers.map(([name, written]) => [name, written, optimizerSchema.parse(written)] as const);

/** The gradient of one parameter at one step. Some steps' norms lie below the bound, some above it. */
function gradientOf(name: string, step: number, length: number): Float32Array {
  const random = new Random('gradient', step, name);
  return Float32Array.from({ length }, () => random.normal() * (step % 2 === 0 ? 0.1 : 1));
}

function setGradients(state: TrainingState, step: number): void {
  for (const { spec, gradient } of state.parameters) gradient.data.set(gradientOf(spec.name, step, gradient.data.length));
}

function valuesOf(state: TrainingState): number[][] {
  return state.parameters.map(({ value }) => Array.from(value.data));
}

describe.each(parsed)('%s %o', (name, _written, optimizer) => {
  testWithTorch(`is torch.optim.${name} behind clip_grad_norm_, step by step`, { timeout: 60_000 }, async () => {
    const state = TrainingState.start(specs, 1, 0);
    const tensors: Record<string, TorchTensor> = {};
    for (const { spec, value } of state.parameters) {
      tensors[`start.${spec.name}`] = { shape: spec.shape, data: value.data.slice() };
      rates.forEach((_, step) => {
        tensors[`gradient.${step}.${spec.name}`] = { shape: spec.shape, data: gradientOf(spec.name, step, value.data.length) };
      });
    }
    const reply = await askTorch('optimizers', tensors, { ...settings, optimizer, rates });
    const norms = rates.map((rate, step) => {
      setGradients(state, step);
      const norm = optimize(state, rate, { ...settings, optimizer });
      expect(norm / Number(reply.get(`norm.${step}`)?.data[0])).toBeCloseTo(1, 6);
      for (const { spec, value } of state.parameters) {
        const expected = reply.get(`${spec.name}.${step}`)?.data ?? new Float32Array();
        expect(expected.length).toBe(value.data.length);
        const worst = value.data.reduce((most, number, index) => Math.max(most, Math.abs(number - Number(expected[index]))), 0);
        expect(worst, `${spec.name} after step ${step + 1}`).toBeLessThan(2e-6);
      }
      return norm;
    });
    expect(Math.min(...norms)).toBeLessThan(settings.clipNorm);
    expect(Math.max(...norms)).toBeGreaterThan(settings.clipNorm);
  });

  test('a gradient that overflowed leaves the weights as they are, and the step counts', () => {
    const state = TrainingState.start(specs, 1, 0);
    const before = valuesOf(state);
    for (const { gradient } of state.parameters) gradient.data.fill(Number.POSITIVE_INFINITY);
    expect(optimize(state, 0.1, { ...settings, optimizer })).toBe(Number.POSITIVE_INFINITY);
    expect(valuesOf(state)).toEqual(before);
    expect(state.step).toBe(1);
  });

  test('decay pulls on matrices, never on gains', () => {
    const state = TrainingState.start(specs, 1, 0);
    const sizes = (): number[] => state.parameters.map(({ value }) => value.data.reduce((sum, number) => sum + number ** 2, 0));
    const before = sizes();
    for (const { gradient } of state.parameters) gradient.data.fill(0);
    optimize(state, 0.001, { ...settings, optimizer });
    const [matrix, table, gain] = sizes().map((size, index) => size - Number(before[index]));
    expect(matrix).toBeLessThan(0);
    expect(table).toBeLessThan(0);
    expect(gain).toBe(0);
  });

  test('goes on from the value, both moments and the step as if it had never stopped', () => {
    const [whole, before, after] = [1, 1, 2].map(seed => TrainingState.start(specs, seed, 0));
    if (!whole || !before || !after) throw new Error('three states');
    const train = (state: TrainingState, from: number, to: number): void => {
      for (let step = from; step < to; step++) {
        setGradients(state, step);
        optimize(state, 0.01, { ...settings, optimizer });
      }
    };
    train(whole, 0, 6);
    train(before, 0, 3);
    after.step = before.step;
    after.parameters.forEach((parameter, index) => {
      for (const part of ['value', 'first', 'second'] as const) {
        parameter[part].data.set(before.parameters[index]?.[part].data ?? []);
      }
    });
    train(after, 3, 6);
    expect(valuesOf(after)).toEqual(valuesOf(whole));
  });
});
