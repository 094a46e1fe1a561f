/**
 * Checkpoints that nobody here made: folders of transformers' models, and files of more than 2 GB, of which nearly all are holes,
 * which take no room and read as zeros.
 */
import { rmSync } from 'node:fs';
import { mkdtemp, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atExit } from '../../scripts/at-exit.ts';
import { writeFolder } from '../../trainer/foreign/folders.fixture.ts';
import { writeLargeModel } from '../../trainer/onnx/large.fixture.ts';
import { foreignNames } from './foreign-places.ts';

const gigabyte = 2 ** 30;

/** Writes them all into a temporary folder, which is gone when this process ends. @returns the folder */
export async function writeForeignCheckpoints(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'attention-scope-foreign-'));
  atExit(() => rmSync(folder, { recursive: true, force: true }));
  await writeFolder(join(folder, foreignNames.continues), 'gpt2');
  await writeFolder(join(folder, foreignNames.classifies), 'bert-classifier');
  await writeSafetensors(join(folder, foreignNames.largeSafetensors));
  // Its weights lie in a file beside it.
  await writeLargeModel(join(folder, foreignNames.largeOnnx), { layers: 40, matrix: 64 * 2 ** 20, inside: false });
  return folder;
}

/** Ten tensors of zeros, and a small one at the very end, of one, two, three and four. */
async function writeSafetensors(path: string): Promise<void> {
  const zeros = Array.from({ length: 10 }, (_, layer) => [`model.layers.${layer}.mlp.weight`, { dtype: 'F32', shape: [16384, 4096], data_offsets: [layer * gigabyte / 4, (layer + 1) * gigabyte / 4] }] as const);
  const end = 10 * gigabyte / 4;
  const header = JSON.stringify({ ...Object.fromEntries(zeros), 'model.norm.weight': { dtype: 'F32', shape: [4], data_offsets: [end, end + 16] } });
  const text = Buffer.from(header.padEnd(Math.ceil(header.length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  const file = await open(path, 'w');
  try {
    await file.write(Buffer.concat([length, text]), 0);
    await file.write(Buffer.from(Float32Array.of(1, 2, 3, 4).buffer), 0, 16, 8 + text.length + end);
  } finally {
    await file.close();
  }
}
