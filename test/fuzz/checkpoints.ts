/** Subjects: every format that is opened as a checkpoint. */
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeRandomCheckpoint } from '../../trainer/checkpoints/checkpoint.fixture.ts';
import { writeSafetensors } from '../../trainer/checkpoints/safetensors.ts';
import type { Format } from '../../trainer/formats/format.ts';
import { gguf } from '../../trainer/formats/gguf.ts';
import { glimpse } from '../../trainer/formats/glimpse.ts';
import { llama2c } from '../../trainer/formats/llama2c.ts';
import { npy } from '../../trainer/formats/npy.ts';
import { npz } from '../../trainer/formats/npz.ts';
import { onnx } from '../../trainer/formats/onnx.ts';
import { openTensorFile } from '../../trainer/formats/open.ts';
import { pytorch } from '../../trainer/formats/pytorch.ts';
import { safetensors } from '../../trainer/formats/safetensors.ts';
import { sharded } from '../../trainer/formats/sharded.ts';
import { tensorflowjs } from '../../trainer/formats/tensorflowjs.ts';
import { onnxSeeds } from './onnx-seeds.ts';
import { readTaps } from './read-taps.ts';
import { readTensors } from './read-tensors.ts';
import type { Seed, Subject } from './subject.ts';

const fixture = (name: string): Promise<Buffer> => readFile(fileURLToPath(new URL(`../../trainer/formats/fixtures/${name}`, import.meta.url)));
const one = (name: string, bytes: Buffer): Seed => ({ files: { [name]: bytes }, opened: name });

const subject = (name: string, { open }: Pick<Format, 'open'>, seeds: Subject['seeds']): Subject => ({ name, seeds, read: readTensors(async path => open(await glimpse(path))) });

export const checkpoints: readonly Subject[] = [
  subject('ONNX', onnx, onnxSeeds),
  { name: 'attention in ONNX', seeds: onnxSeeds, read: readTaps },
  subject('safetensors', safetensors, async scratch => [one('a.safetensors', await saved(scratch))]),
  subject('sharded safetensors', sharded, async scratch => [shardedSeed(await saved(scratch))]),
  subject('PyTorch', pytorch, async () => [one('a.pt', await fixture('tiny.pt'))]),
  subject('TensorFlow.js', tensorflowjs, async () => [tensorflowjsSeed()]),
  subject('llama2.c', llama2c, async () => [one('a.bin', llama2cSeed(5)), one('b.bin', llama2cSeed(-5))]),
  subject('GGUF', gguf, async () => [one('a.gguf', await fixture('tiny.gguf'))]),
  subject('.npy', npy, async () => [
    one('a.npy', npySeed("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", 24)),
    one('b.npy', npySeed("{'descr': '>i2', 'fortran_order': True, 'shape': (2, 3), }", 12)),
    one('c.npy', npySeed("{'descr': '<U2', 'fortran_order': False, 'shape': (3,), }", 24)),
  ]),
  subject('.npz', npz, async () => [one('a.npz', await fixture('tiny.npz'))]),
  { name: 'own model', seeds: ownSeeds, read: readTensors(openTensorFile) },
];

async function saved(scratch: string): Promise<Buffer> {
  const path = join(scratch, 'saved.safetensors');
  const tensors = [
    { name: 'encoder.weight', shape: [2, 3], data: Float32Array.of(1, -2, 3, 0, NaN, Infinity) },
    { name: 'encoder.bias', shape: [3], data: Float32Array.of(0, 0, 0) },
    { name: 'empty', shape: [0], data: new Float32Array() },
  ];
  await writeSafetensors(path, tensors, { format: 'pt', note: 'été' });
  return readFile(path);
}

function shardedSeed(shard: Buffer): Seed {
  const [a, b] = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];
  const index = { metadata: { total_size: 72 }, weight_map: { 'encoder.weight': a, 'encoder.bias': b, 'empty': b } };
  return { files: { 'model.safetensors.index.json': Buffer.from(JSON.stringify(index)), [a]: shard, [b]: shard }, opened: 'model.safetensors.index.json' };
}

function tensorflowjsSeed(): Seed {
  const weights = [
    { name: 'dense/kernel', shape: [2, 3], dtype: 'float32' },
    { name: 'words', shape: [2], dtype: 'string' },
    { name: 'small', shape: [5], dtype: 'float32', quantization: { dtype: 'uint8', scale: 0.1, min: -1 } },
    { name: 'half', shape: [2], dtype: 'float32', quantization: { dtype: 'float16' } },
    { name: 'truth', shape: [1], dtype: 'bool' },
  ];
  const model = { format: 'layers-model', generatedBy: 'keras', modelTopology: { model_config: { class_name: 'Model', config: {} } }, weightsManifest: [{ paths: ['one.bin', 'two.bin'], weights }] };
  const data = Buffer.concat([Buffer.alloc(24, 1), Buffer.from('\x02\x00\x00\x00ab\x00\x00\x00\x00', 'latin1'), Buffer.from([0, 1, 2, 254, 255]), Buffer.from([0, 60, 0, 188]), Buffer.from([1])]);
  return { files: { 'model.json': Buffer.from(JSON.stringify(model)), 'one.bin': data.subarray(0, 20), 'two.bin': data.subarray(20) }, opened: 'model.json' };
}

/** dim 4, hidden 6, two layers, two heads, one of keys and values. */
function llama2cSeed(vocabulary: number): Buffer {
  const header = Int32Array.of(4, 6, 2, 2, 1, vocabulary, 3);
  const floats = 20 + 8 + 32 + 16 + 16 + 32 + 8 + 48 + 48 + 48 + 4 + 3 + 3 + (vocabulary < 0 ? 20 : 0);
  return Buffer.concat([Buffer.from(header.buffer), Buffer.alloc(4 * floats, 0x3f)]);
}

function npySeed(header: string, bytes: number): Buffer {
  const padded = `${header.padEnd(117)}\n`;
  return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00\x76\x00', 'latin1'), Buffer.from(padded), Buffer.alloc(bytes, 1)]);
}

/** A translator of ours as a run's best checkpoint. */
async function ownSeeds(scratch: string): Promise<Seed[]> {
  const folder = join(scratch, 'own');
  await mkdir(folder);
  await writeRandomCheckpoint(folder, { embedding: 2, hidden: 2, attention: 2 });
  const files: Record<string, Buffer> = {};
  for (const name of await readdir(folder)) files[name] = await readFile(join(folder, name));
  return [{ files, damaged: ['attention-model.json', 'encoder.onnx'] }];
}
