import { expect, test } from 'vitest';
import { askTorch, testWithTorch, type TorchTensor } from '../../test/torch/torch.ts';
import type { ParameterSpec } from '../models/parameters.ts';
import { optimize } from './optimizer.ts';
import { Random } from './random.ts';
import { TrainingState } from './state.ts';

const specs: readonly ParameterSpec[] = [
  { name: 'matrix', shape: [9, 11], start: { kind: 'glorot' } },
  { name: 'table', shape: [13, 5], start: { kind: 'normal', deviation: 0.3 } },
  { name: 'gain', shape: [7], start: { kind: 'ones' } },
];
const settings = { weightDecay: 0.1, clipNorm: 5, beta1: 0.9, beta2: 0.98, epsilon: 1e-9 };

test('a gradient that overflowed leaves the weights as they are, and the step counts', () => {
  const state = TrainingState.start(specs, 1, 0);
  const before = state.parameters.map(({ value }) => Array.from(value.data));
  for (const { gradient } of state.parameters) gradient.data.fill(Number.POSITIVE_INFINITY);
  expect(optimize(state, 0.1, settings)).toBe(Number.POSITIVE_INFINITY);
  expect(state.parameters.map(({ value }) => Array.from(value.data))).toEqual(before);
  expect(state.step).toBe(1);
});

testWithTorch("is torch.optim.AdamW behind clip_grad_norm_, step by step", async () => {
  const rates = [0.01, 0.02, 0.03, 0.02, 0.01, 0.005];
  const state = TrainingState.start(specs, 1, 0);
  const tensors: Record<string, TorchTensor> = {};
  for (const { spec, value } of state.parameters) tensors[`start.${spec.name}`] = { shape: spec.shape, data: value.data.slice() };
  rates.forEach((_, step) => {
    for (const { spec, value } of state.parameters) {
      const random = new Random('gradient', step, spec.name);
      // Some steps' norms lie below the bound, some above it.
      const data = Float32Array.from(value.data, () => random.normal() * (step % 2 === 0 ? 0.1 : 1));
      tensors[`gradient.${step}.${spec.name}`] = { shape: spec.shape, data };
    }
  });
  const reply = await askTorch('adamw', tensors, { ...settings, rates });
  const norms = rates.map((rate, step) => {
    for (const { spec, gradient } of state.parameters) {
      const data = tensors[`gradient.${step}.${spec.name}`]?.data;
      if (data instanceof Float32Array) gradient.data.set(data);
    }
    const norm = optimize(state, rate, settings);
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
