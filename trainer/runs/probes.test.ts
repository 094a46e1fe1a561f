import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type NamedTensor, writeSafetensors } from '../checkpoints/safetensors.ts';
import { RunLibrary } from './library.ts';

let run: string;
beforeEach(() => {
  run = mkdtempSync(join(tmpdir(), 'probes-'));
  mkdirSync(join(run, 'probes'));
  writeFileSync(join(run, 'run.json'), '{}');
});
afterEach(() => rmSync(run, { recursive: true, force: true }));

const { signal } = new AbortController();
const source = ['ein', ' Haus', '<end>'];
const target = ['a', ' house', '<end>'];
const tokens = { '0.source': JSON.stringify(source), '0.target': JSON.stringify(target) };

function write(step: number, tensors: readonly NamedTensor[], metadata: Readonly<Record<string, string>>): Promise<void> {
  return writeSafetensors(join(run, 'probes', `${String(step).padStart(8, '0')}.safetensors`), tensors, metadata);
}

/** Two heads: one looks where it should, the other everywhere. */
const straight = [1, 0, 0, 0, 1, 0, 0, 0, 1];
const spread = new Array<number>(9).fill(1 / 3);
const cross: NamedTensor = { name: '0.cross.1', shape: [2, 3, 3], data: Float32Array.from([...straight, ...spread]) };
const encoder: NamedTensor = { name: '0.encoder.0', shape: [1, 3, 3], data: Float32Array.from([0, 0.5, 0.5, 0, 1, 0, 0, 0, 1]) };
const whole: NamedTensor = { name: '0', shape: [3, 3], data: Float32Array.from(straight) };

test('the maps of all heads, by their kinds', async () => {
  await write(10, [whole], tokens);
  await write(20, [whole, cross, encoder], tokens);
  writeFileSync(join(run, 'probes', '.00000030.safetensors.1-1.aside'), 'half');
  writeFileSync(join(run, 'probes', '00000040.safetensors'), 'broken');
  const library = new RunLibrary();
  const { probes } = await library.details(run, undefined, signal);
  expect(probes).toEqual({
    steps: [10, 20, 40],
    examples: ['ein Haus'],
    maps: [
      { name: 'encoder 0.0', kind: 'encoder', layer: 0, head: 0 },
      { name: 'cross 1.0', kind: 'cross', layer: 1, head: 0 },
      { name: 'cross 1.1', kind: 'cross', layer: 1, head: 1 },
    ],
  });
  expect(await library.probe({ folder: run, step: 20, example: 0, map: 'encoder 0.0' })).toEqual({ source, target: source, rows: [[0, 0.5, 0.5], [0, 1, 0], [0, 0, 1]] });
  const { rows, target: queries } = await library.probe({ folder: run, step: 20, example: 0, map: 'cross 1.1' });
  expect(queries).toEqual(target);
  expect(rows[2]?.[0]).toBeCloseTo(1 / 3, 6);
  expect(await library.probe({ folder: run, step: 10, example: 0, map: 'cross 0.0' })).toMatchObject({ rows: [[1, 0, 0], [0, 1, 0], [0, 0, 1]] });
  await expect(library.probe({ folder: run, step: 10, example: 0, map: 'cross 1.1' })).rejects.toMatchObject({ code: 'bad-argument', message: expect.stringContaining('step 10') });
  await expect(library.probe({ folder: run, step: 40, example: 0, map: 'cross 1.1' })).rejects.toMatchObject({ code: 'broken-model' });
  await expect(library.probe({ folder: run, step: 50, example: 0, map: 'cross 1.1' })).rejects.toMatchObject({ code: 'no-such-file' });
});

test('the columns of a decoder’s map are what its steps had read; of an older file, as its rows', async () => {
  const decoder: NamedTensor = { name: '0.decoder.0', shape: [1, 3, 3], data: Float32Array.from([1, 0, 0, 0.5, 0.5, 0, 0, 0, 1]) };
  const read = ['<start>', 'a', ' house'];
  await write(10, [decoder], { ...tokens, '0.read': JSON.stringify(read) });
  await write(20, [decoder], tokens);
  const at = (step: number) => new RunLibrary().probe({ folder: run, step, example: 0, map: 'decoder 0.0' });
  expect(await at(10)).toMatchObject({ source: read, target, rows: [[1, 0, 0], [0.5, 0.5, 0], [0, 0, 1]] });
  expect(await at(20)).toMatchObject({ source: target, target });
});

test('entropy and alignment error of every head at every step', async () => {
  // Both words are linked as they stand; a possible link that no head draws costs nothing.
  const gold = { '0.gold': JSON.stringify([[0, 0, 1], [1, 1, 1], [1, 0, 0]]) };
  await write(10, [cross], { ...tokens, ...gold });
  await write(20, [cross, encoder], { ...tokens, ...gold });
  const library = new RunLibrary();
  const { steps, heads } = await library.heads(run, signal);
  expect(steps).toEqual([10, 20]);
  const [straightHead, spreadHead, encoderHead] = ['cross 1.0', 'cross 1.1', 'encoder 0.0'].map(name => heads.find(({ map }) => map === name));
  expect(straightHead).toEqual({ map: 'cross 1.0', entropy: [0, 0], alignmentError: [0, 0] });
  expect(spreadHead?.entropy[0]).toBeCloseTo(Math.log2(3), 6);
  // It links both words to the first: one of two sure links, the other one possible. 1 − (1 + 2) / (2 + 2).
  expect(spreadHead?.alignmentError).toEqual([0.25, 0.25]);
  expect(encoderHead).toEqual({ map: 'encoder 0.0', entropy: [null, expect.closeTo(1 / 3, 6)], alignmentError: null });
  // A probe that is replaced is read again.
  await write(20, [{ ...cross, data: Float32Array.from([...spread, ...spread]) }], tokens);
  expect((await library.heads(run, signal)).heads.find(({ map }) => map === 'cross 1.0')).toMatchObject({ entropy: [0, expect.closeTo(Math.log2(3), 6)], alignmentError: [0, null] });
});
