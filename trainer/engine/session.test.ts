import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { modelBytes } from '../onnx/model.fixture.ts';
import { Session } from './session.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'session-'));
  await mkdir(join(folder, 'inside'));
  for (const name of ['inside/weights.bin', 'weights.bin']) await writeFile(join(folder, name), new Uint8Array(Float32Array.of(0, 0, 3, 5).buffer));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** y = x · w, the last two numbers of a file. */
function times(file: string): Uint8Array {
  const weights = { name: 'w', dtype: 'float32', shape: [2], data: { file, offset: 8, length: 8 } } as const;
  return modelBytes({
    graph: { name: 'times', inputs: [{ name: 'x', dtype: 'float32', shape: [2] }], outputs: [{ name: 'y', dtype: 'float32', shape: [2] }], nodes: [{ operator: 'Mul', inputs: ['x', 'w'], outputs: ['y'] }], initializers: [weights] },
  });
}

test('a graph in memory has its weights in a folder, and nothing outside of it', async () => {
  const inside = join(folder, 'inside');
  const options = { threads: 1, folder: inside, external: [join(inside, 'weights.bin')] };
  const session = await Session.openBytes(times('weights.bin'), options);
  const { y } = await session.run({ x: new session.runtime.Tensor('float32', Float32Array.of(2, 2), [2]) }, { y: null });
  expect(y?.data).toEqual(Float32Array.of(6, 10));
  await session.release();
  await expect(Session.openBytes(times('../weights.bin'), options)).rejects.toThrow();
  await expect(Session.openBytes(times(join(folder, 'weights.bin')), options)).rejects.toThrow();
  await expect(Session.openBytes(times('none.bin'), options)).rejects.toThrow();
});
