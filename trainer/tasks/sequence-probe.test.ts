/** The bundled translators, one of each family, looked at as a training looks at its checkpoints. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type NamedTensor, readSafetensors } from '../checkpoints/safetensors.ts';
import { greedySearch } from '../decoding/greedy.ts';
import { TranslationModel } from '../decoding/model.ts';
import { bundledFolder } from '../models/catalog.ts';
import { probeSequences } from './sequence-probe.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sequence-probe-'));
  file = join(folder, 'probe.safetensors');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** `[query][key]` of a head. */
function rowsOf({ shape, data }: NamedTensor, head: number): number[][] {
  const [, queries = 0, keys = 0] = shape;
  return Array.from({ length: queries }, (_, row) => [...data.subarray((head * queries + row) * keys, (head * queries + row + 1) * keys)]);
}

const sum = (row: readonly number[]): number => row.reduce((total, weight) => total + weight, 0);

test('of a Transformer, every head of the encoder, the decoder and between them', async () => {
  const model = await TranslationModel.open(join(bundledFolder, 'de-en'), { threads: 1 });
  const { architecture } = model.manifest;
  if (architecture.kind !== 'transformer-translator') throw new Error('a Transformer is bundled');
  const source = [...model.tokenizer.encodeIds('Der Hund schläft.'), model.special.end];
  const [written] = await probeSequences(model, [source], file);
  const { tensors, metadata } = await readSafetensors(file);
  const pieces: readonly string[] = JSON.parse(metadata['0.target'] ?? '[]');
  const target = pieces.length;
  // The first step has read only where to start, and the last one all but what it writes.
  expect(JSON.parse(metadata['0.read'] ?? '[]')).toEqual([model.tokenizer.nameOf(model.special.start), ...pieces.slice(0, -1)]);
  expect(written).toContain('dog');
  const { heads, encoderLayers, decoderLayers } = architecture;
  const expected = (kind: string, layers: number, shape: readonly number[]): [string, readonly number[]][] =>
    Array.from({ length: layers }, (_, layer) => [`0.${kind}.${layer}`, [heads, ...shape]]);
  expect([...tensors].map(([name, { shape }]) => [name, shape])).toEqual([
    ['0', [target, source.length]],
    ...expected('encoder', encoderLayers, [source.length, source.length]),
    ...expected('decoder', decoderLayers, [target, target]),
    ...expected('cross', decoderLayers, [target, source.length]),
  ]);
  for (const [name, tensor] of tensors) {
    if (name === '0') continue;
    for (let head = 0; head < heads; head++) {
      for (const [query, row] of rowsOf(tensor, head).entries()) {
        expect(sum(row), name).toBeCloseTo(1, 4);
        if (name.includes('decoder')) expect(sum(row.slice(query + 1)), name).toBe(0);
      }
    }
  }
  // Each as whoever translates with the model is shown it.
  for (const map of model.maps.all) {
    const tensor = tensors.get(`0.cross.${map.layer}`);
    if (map.head === 'mean' || tensor === undefined) continue;
    const { rows } = await model.decode(source, 0, greedySearch, { map });
    rowsOf(tensor, map.head).forEach((row, query) => row.forEach((weight, key) => expect(weight).toBeCloseTo(rows[query]?.[key] ?? NaN, 5)));
  }
  await model.release();
});

test('of a recurrent one, its only head, which is the one map', async () => {
  const model = await TranslationModel.open(join(bundledFolder, 'en-fr'), { threads: 1 });
  const source = [...model.tokenizer.encodeIds('I see a cat.'), model.special.end];
  await probeSequences(model, [source], file);
  await model.release();
  const { tensors } = await readSafetensors(file);
  expect([...tensors.keys()]).toEqual(['0', '0.cross.0']);
  const [map, head] = [tensors.get('0'), tensors.get('0.cross.0')];
  expect(head?.shape).toEqual([1, ...(map?.shape ?? [])]);
  expect(head?.data).toEqual(map?.data);
});
