/** A whole model's loss and gradients, ours and PyTorch's, on the same weights, batch and dropout masks. */
import { expect } from 'vitest';
import { askTorch, type TorchTensor } from '../../test/torch/torch.ts';
import { differentiate } from '../graph/gradients/backward.ts';
import { outputWhole } from '../graph/gradients/gradient-check.fixture.ts';
import { type Feeds, loadGraph, numbers } from '../graph/run.fixture.ts';
import { elementCount, fixedShape } from '../graph/value.ts';
import { type EncodedPair, padBatch } from '../training/batch.ts';
import { Random } from '../training/random.ts';
import type { ParameterSpec } from './parameters.ts';
import type { BatchShape, TrainingGraph } from './training-graph.ts';

export interface LossAndGradients {
  readonly loss: number;
  readonly likelihood: number;
  readonly gradients: ReadonlyMap<string, Float32Array>;
}

export interface Question {
  readonly script: 'bench_models' | 'recurrent_translator' | 'transformer_translator' | 'classifier';
  readonly options: Readonly<Record<string, unknown>>;
  readonly specs: readonly ParameterSpec[];
  readonly model: TrainingGraph;
  readonly batch: Readonly<Record<string, BigInt64Array | Float32Array>>;
  readonly dropout: number;
}

/** Runs both. */
export async function askBoth({ script, options, specs, model, batch, dropout }: Question): Promise<{ ours: LossAndGradients; theirs: LossAndGradients }> {
  const { graph } = model;
  const parameters = randomParameters(specs);
  const feeds: Record<string, Feeds[string]> = { ...Object.fromEntries(parameters), ...batch };
  const tensors: Record<string, TorchTensor> = {};
  for (const input of graph.inputs) {
    const shape = fixedShape(input);
    if (input.name.startsWith('dropout.')) feeds[input.name] = randomMask(input.name, elementCount(shape), dropout);
    const data = feeds[input.name];
    if (!(data instanceof Float32Array || data instanceof BigInt64Array)) throw new Error(`nothing to feed ${input.name} with`);
    const kind = parameters.has(input.name) ? 'parameter.' : input.name.startsWith('dropout.') ? '' : 'batch.';
    tensors[`${kind}${input.name}`] = { shape, data };
  }
  const ours = await runOurs(model, feeds);
  const reply = await askTorch(script, tensors, options);
  const number = (name: string): number => Number(reply.get(name)?.data[0]);
  const gradients = new Map(specs.map(({ name }) => [name, Float32Array.from(reply.get(`gradient.${name}`)?.data ?? [], Number)]));
  return { ours, theirs: { loss: number('loss'), likelihood: number('likelihood'), gradients } };
}

/** Loss and likelihood to five digits, and each parameter's gradient to 1e-4 of its norm. */
export function expectSame({ ours, theirs }: { ours: LossAndGradients; theirs: LossAndGradients }, parameters: number): void {
  expect(ours.loss / theirs.loss).toBeCloseTo(1, 5);
  expect(ours.likelihood / theirs.likelihood).toBeCloseTo(1, 5);
  expect(theirs.gradients.size).toBe(parameters);
  const errors = [...theirs.gradients].map(([name, expected]) => ({ name, error: relativeError(ours.gradients.get(name) ?? new Float32Array(), expected) }));
  expect(errors.filter(({ error }) => !(error <= 1e-4))).toEqual([]);
}

async function runOurs({ graph, parameters, loss, likelihood }: TrainingGraph, feeds: Feeds): Promise<LossAndGradients> {
  const gradients = differentiate(loss, [...parameters.values()]);
  for (const [input, gradient] of gradients) outputWhole(graph, input, gradient);
  graph.output(loss, 'loss');
  graph.output(likelihood, 'likelihood');
  const outputs = await (await loadGraph(graph))(feeds);
  return {
    loss: Number(numbers(outputs, 'loss')[0]),
    likelihood: Number(numbers(outputs, 'likelihood')[0]),
    gradients: new Map([...parameters.keys()].map(name => [name, Float32Array.from(numbers(outputs, `gradient.${name}`))])),
  };
}

/** Random parameters, biases and gains included, so that nothing is left out by being zero or one. */
export function randomParameters(specs: readonly ParameterSpec[]): Map<string, Float32Array> {
  return new Map(
    specs.map(({ name, shape, start }) => {
      const random = new Random('parameters', name);
      const deviation = shape.length > 1 ? (shape.at(-1) ?? 1) ** -0.5 : 0.1;
      const middle = start.kind === 'ones' ? 1 : 0;
      return [name, Float32Array.from({ length: elementCount(shape) }, () => middle + random.normal() * deviation)];
    }),
  );
}

/** A batch of random pairs of different lengths, none as long as the batch has room for, the last row empty. */
export function randomBatch(shape: BatchShape, vocabulary: number): Readonly<Record<string, BigInt64Array | Float32Array>> {
  const pairs = randomPairs(shape, vocabulary);
  return padBatch(pairs, shape, { pad: 0, start: 1, end: 2 }).tensors;
}

function randomPairs({ batch, source, target }: BatchShape, vocabulary: number): EncodedPair[] {
  const random = new Random('pairs');
  const ids = (length: number): number[] => Array.from({ length }, () => 3 + random.below(vocabulary - 3));
  return Array.from({ length: batch - 1 }, () => ({
    source: [...ids(random.below(source - 1)), 2],
    target: ids(random.below(target - 1)),
  }));
}

function randomMask(name: string, length: number, rate: number): Float32Array {
  const random = new Random('mask', name);
  return Float32Array.from({ length }, () => (random.uniform() < rate ? 0 : 1 / (1 - rate)));
}

/** ‖found − expected‖ / ‖expected‖. */
export function relativeError(found: Float32Array, expected: Float32Array): number {
  if (found.length !== expected.length) return Number.NaN;
  const norm = (at: (index: number) => number): number => Math.sqrt(expected.reduce((sum, _, index) => sum + at(index) ** 2, 0));
  return norm(index => (found[index] ?? 0) - (expected[index] ?? 0)) / norm(index => expected[index] ?? 0);
}
