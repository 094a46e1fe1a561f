/** Weights in 8 bits: how far they are from what they were, and that every way of running them agrees. */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadRuntime } from '../engine/runtime.ts';
import { Graph } from '../graph/graph.ts';
import { loadGraph, numbers } from '../graph/run.fixture.ts';
import { Random } from '../training/random.ts';
import { writeRandomCheckpoint } from './checkpoint.fixture.ts';
import { quantizeRows, storeInt8 } from './precision.ts';

const random = new Random('weights');
const normal = (length: number): Float32Array => Float32Array.from({ length }, () => random.normal());
/** A matrix whose rows differ in scale by powers of ten, one with a number far from all others, one of zeros. */
const [rows, width] = [9, 257];
const matrix = Float32Array.from(normal(rows * width), (number, index) => {
  const row = Math.floor(index / width);
  if (row === 7) return index % width === 5 ? 50 : number;
  return row === 8 ? 0 : number * 10 ** (row - 4);
});

describe('each row, in 8 bits with one scale', () => {
  const { quantized, scales } = quantizeRows([rows, width], matrix);
  const rowsOf = Array.from({ length: rows }, (_, row) => {
    const values = Array.from(matrix.subarray(row * width, (row + 1) * width));
    const scale = scales[row] ?? Number.NaN;
    const stored = Array.from(quantized.subarray(row * width, (row + 1) * width));
    return { row, values, scale, stored, largest: Math.max(...values.map(Math.abs)) };
  });

  test('rounds to the nearest step, and clips little', () => {
    for (const { row, values, scale, stored, largest } of rowsOf) {
      values.forEach((value, index) => {
        const error = Math.abs(value - scale * (stored[index] ?? Number.NaN));
        const clipped = Math.max(0, Math.abs(value) - 127 * scale);
        expect(error, `row ${row}`).toBeLessThanOrEqual(Math.max(scale / 2, clipped) * (1 + 1e-5));
        expect(clipped, `row ${row}`).toBeLessThanOrEqual(0.18 * largest * (1 + 1e-5));
      });
    }
  });

  test('is nowhere worse than plain rounding to 127 steps of the largest number', () => {
    for (const { row, values, scale, stored, largest } of rowsOf) {
      const error = values.reduce((sum, value, index) => sum + (value - scale * (stored[index] ?? 0)) ** 2, 0);
      const plain = Math.fround(largest / 127) || 1;
      const plainError = values.reduce((sum, value) => sum + (value - plain * Math.round(value / plain)) ** 2, 0);
      expect(error, `row ${row}`).toBeLessThanOrEqual(plainError * (1 + 1e-4));
    }
  });

  test('never uses −128, keeps signs, and keeps zero as zero', () => {
    expect(Math.min(...quantized)).toBeGreaterThanOrEqual(-127);
    for (const { values, stored } of rowsOf) {
      values.forEach((value, index) => expect(Math.sign(stored[index] ?? 0) * Math.sign(value)).toBeGreaterThanOrEqual(0));
    }
    expect(rowsOf[8]?.stored.every(number => number === 0)).toBe(true);
    expect(scales.every(scale => scale > 0)).toBe(true);
  });

  test('gives back numbers that lie on the steps', () => {
    const exact = Float32Array.from({ length: 255 }, (_, index) => (index - 127) / 64);
    const { quantized: stored, scales: [scale = 0] } = quantizeRows([1, 255], exact);
    expect(Array.from(stored, number => number * scale)).toEqual(Array.from(exact));
  });

  test('the graph turns them back into scale times integer; biases stay as they are', async () => {
    const graph = new Graph('stored');
    const bias = normal(5);
    graph.output(storeInt8(graph, 'matrix', [rows, width], matrix), 'matrix.restored');
    graph.output(storeInt8(graph, 'bias', [5], bias), 'bias.restored');
    const outputs = await (await loadGraph(graph))({});
    const expected = Float32Array.from(quantized, (number, index) => number * (scales[Math.floor(index / width)] ?? 0));
    expect(numbers(outputs, 'matrix.restored')).toEqual(expected);
    expect(numbers(outputs, 'bias.restored')).toEqual(bias);
  });
});

describe('a checkpoint in 8 bits', () => {
  const sizes = { embedding: 96, hidden: 128, attention: 112, vocabulary: 900, scale: 2 };
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'precision-'));
    await writeRandomCheckpoint(join(folder, 'int8'), { ...sizes, precision: 'int8' });
    await writeRandomCheckpoint(join(folder, 'float32'), { ...sizes, precision: 'float32' });
  }, 300_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('gives the same whether weights are restored once at load, or in every run', async () => {
    const [once, everyRun] = [await translate('int8', '1'), await translate('int8', '0')];
    expect(once.size).toBeGreaterThan(10);
    for (const [name, expected] of everyRun) expect(furthest(once.get(name), expected), name).toBeLessThanOrEqual(1e-5);
  });

  test('stays close to float32, at little more than a quarter of the size', async () => {
    const [small, whole] = [await translate('int8', '1'), await translate('float32', '1')];
    for (const [name, expected] of whole) {
      const largest = expected.reduce((most, number) => Math.max(most, Math.abs(number)), 0);
      const error = furthest(small.get(name), expected);
      expect(error, name).toBeGreaterThan(0);
      expect(error / largest, name).toBeLessThan(0.1);
    }
    const [bytes, all] = [await stat(join(folder, 'int8', 'weights.bin')), await stat(join(folder, 'float32', 'weights.bin'))];
    expect(bytes.size / all.size).toBeLessThan(0.3);
  });

  /** Encodes a sentence and takes three steps of two hypotheses; every output of every run, by name. */
  async function translate(precision: string, disableQdq: '0' | '1'): Promise<Map<string, Float32Array>> {
    const { InferenceSession, Tensor } = await loadRuntime();
    const options: InferenceSession.SessionOptions = {
      intraOpNumThreads: 1, graphOptimizationLevel: 'all', logSeverityLevel: 4, extra: { session: { disable_quant_qdq: disableQdq } },
    };
    const open = (file: string): Promise<InferenceSession> => InferenceSession.create(join(folder, precision, file), options);
    const [encoder, decoder] = [await open('encoder.onnx'), await open('decoder.onnx')];
    const found = new Map<string, Float32Array>();
    const keep = (run: string, outputs: Readonly<Record<string, Tensor>>): void => {
      for (const [name, { data }] of Object.entries(outputs)) if (data instanceof Float32Array) found.set(`${run} ${name}`, data);
    };
    const source = BigInt64Array.of(7n, 300n, 45n, 899n, 12n, 2n);
    const { memory, keys, state } = await encoder.run({ source: new Tensor('int64', source, [1, source.length]) });
    if (memory === undefined || keys === undefined || !(state?.data instanceof Float32Array)) throw new Error('the encoder gave too little');
    keep('encoder', { memory, keys, state });
    let states = Float32Array.of(...state.data, ...state.data);
    for (const [step, words] of [[1n, 1n], [500n, 8n], [17n, 898n]].entries()) {
      const outputs = await decoder.run({
        previous: new Tensor('int64', BigInt64Array.from(words), [2]),
        state: new Tensor('float32', states, [2, sizes.hidden]),
        memory,
        keys,
      });
      keep(`step ${step}`, outputs);
      const next = outputs['next_state']?.data;
      if (next instanceof Float32Array) states = Float32Array.from(next);
    }
    return found;
  }
});

function furthest(found: Float32Array | undefined, expected: Float32Array): number {
  expect(found?.length).toBe(expected.length);
  return expected.reduce((most, number, index) => Math.max(most, Math.abs(number - (found?.[index] ?? Number.NaN))), 0);
}
