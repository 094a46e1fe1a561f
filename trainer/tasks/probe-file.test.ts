import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readSafetensors } from '../checkpoints/safetensors.ts';
import { type ProbedExample, writeProbe } from './probe-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'probe-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Two layers of one head. */
const example = (length: number, more: Pick<ProbedExample, 'gold' | 'read'> = {}): ProbedExample => ({
  map: { shape: [1, length], data: new Float32Array(length).fill(1 / length) },
  layers: [0, 1].map(layer => ({ kind: 'encoder', layer, shape: [1, length, length], data: new Float32Array(length * length).fill(1 / length) })),
  source: Array.from({ length }, (_, token) => `s${token}`),
  target: ['t'],
  ...more,
});

test('maps, the tokens that were read and written, and people’s links are found again', async () => {
  const file = join(folder, 'probe.safetensors');
  await writeProbe(file, [example(3, { gold: [[0, 1, 1], [0, 2, 0]], read: ['<s>'] }), example(2)]);
  const { tensors, metadata } = await readSafetensors(file);
  expect([...tensors.keys()]).toEqual(['0', '1', '0.encoder.0', '0.encoder.1', '1.encoder.0', '1.encoder.1']);
  expect(metadata).toEqual({
    '0.source': '["s0","s1","s2"]', '0.target': '["t"]', '0.read': '["<s>"]', '0.gold': '[[0,1,1],[0,2,0]]', '1.source': '["s0","s1"]', '1.target': '["t"]',
  });
});

test('what is beyond the bound is left out, and the file says so; the map of each example comes first', async () => {
  const file = join(folder, 'probe.safetensors');
  await writeProbe(file, [example(10), example(4)], 4 * (10 + 4 + 100 + 16));
  const { tensors, metadata } = await readSafetensors(file);
  expect([...tensors.keys()]).toEqual(['0', '1', '0.encoder.0', '1.encoder.0']);
  expect(metadata['skipped']).toBe('["0.encoder.1","1.encoder.1"]');
});
