/** Models whose files are links, as Hugging Face's cache keeps them: weights outside of a graph's own file are found and run. */
import { mkdir, mkdtemp, readdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { floats, modelBytes } from '../onnx/model.fixture.ts';
import { facetOf } from './facets.ts';
import { exportFolder, writeFolder } from './folders.fixture.ts';
import { openForeign } from './open.ts';
import type { ForeignModel } from './opened.ts';
import { planForeign } from './recognise.ts';

let temporary: string;
beforeAll(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'links-'));
});
afterAll(() => rm(temporary, { recursive: true, force: true }));

const open = (path: string): Promise<ForeignModel> => openForeign(path, { threads: 1, whenLarge: { do: 'refuse' } });

/** Lays a folder out as the cache does: `blobs/<hash>`, and in `snapshots/<revision>/` links to them by the files' names. */
async function cached(folder: string): Promise<string> {
  const cache = join(temporary, `models--${relative(temporary, folder)}`);
  const snapshot = join(cache, 'snapshots', '1234abcd');
  await mkdir(join(cache, 'blobs'), { recursive: true });
  for (const [number, name] of (await readdir(folder, { recursive: true })).entries()) {
    if (!(await stat(join(folder, name))).isFile()) continue;
    const [blob, link] = [join(cache, 'blobs', `hash${number}`), join(snapshot, name)];
    await mkdir(dirname(link), { recursive: true });
    await rename(join(folder, name), blob);
    await symlink(relative(dirname(link), blob), link);
  }
  return snapshot;
}

async function writtenBy(path: string): Promise<string> {
  const model = await open(path);
  try {
    return (await facetOf(model, 'continuer').continue({ text: 'w3 w8 w5', length: 6 })).target.text;
  } finally {
    await model.release();
  }
}

test("a model of Hugging Face's cache with weights in a file of their own runs, by its folder and by its graph", async () => {
  const options = { generation: { eos_token_id: 39 } };
  await writeFolder(join(temporary, 'plain'), 'qwen2', options);
  const expected = await writtenBy(join(temporary, 'plain'));
  await writeFolder(join(temporary, 'qwen2'), 'qwen2', options);
  await exportFolder(join(temporary, 'qwen2'), 'qwen2');
  const snapshot = await cached(join(temporary, 'qwen2'));
  const graph = join(snapshot, 'onnx', 'model.onnx');
  expect((await planForeign(graph)).graphs).toMatchObject([{ name: 'model', files: [{ path: graph }, { path: expect.stringContaining('blobs') }] }]);
  expect(await writtenBy(snapshot)).toBe(expected);
  expect(await writtenBy(graph)).toBe(expected);
}, 120_000);

/** softmax(x wᵀ) w, with w in `w.bin`. */
async function writeAttending(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const weights = { ...floats('w', [], [2, 2]), data: { file: 'w.bin', offset: 0, length: 16 } };
  await writeFile(join(folder, 'graph.onnx'), modelBytes({
    graph: {
      name: 'attending',
      inputs: [{ name: 'x', dtype: 'float32', shape: [1, 'length', 2] }],
      outputs: [{ name: 'y', dtype: 'float32', shape: [1, 'length', 2] }],
      nodes: [
        { operator: 'MatMul', inputs: ['x', 'w'], outputs: ['q'] },
        { operator: 'Transpose', inputs: ['q'], outputs: ['kt'], attributes: { perm: [0, 2, 1] } },
        { operator: 'MatMul', inputs: ['q', 'kt'], outputs: ['s'] },
        { operator: 'Softmax', inputs: ['s'], outputs: ['p'], attributes: { axis: -1 } },
        { operator: 'MatMul', inputs: ['p', 'q'], outputs: ['y'] },
      ],
      initializers: [weights],
    },
  }));
  await writeFile(join(folder, 'w.bin'), Buffer.from(Float32Array.of(1, 0, 0, 1).buffer));
}

async function lookedAt(path: string): Promise<number[]> {
  const model = await open(path);
  const { numbers } = model.attending;
  if (numbers === undefined) throw new Error('it takes no numbers');
  const x = new numbers.runtime.Tensor('float32', Float32Array.of(1, 0, 0, 1), [1, 2, 2]);
  const { maps } = await numbers.attend({ x }, 'all');
  await model.release();
  return Array.from(maps[0]?.weights ?? []);
}

test('so does a graph without a config, in the cache and by a link to where both lie', async () => {
  const near = Math.E / (Math.E + 1);
  const expected = [near, 1 - near, 1 - near, near].map(weight => expect.closeTo(weight, 5));
  await writeAttending(join(temporary, 'kept'));
  await symlink(join(temporary, 'kept', 'graph.onnx'), join(temporary, 'mine.onnx'));
  expect(await lookedAt(join(temporary, 'mine.onnx'))).toEqual(expected);
  await writeAttending(join(temporary, 'alone'));
  expect(await lookedAt(join(await cached(join(temporary, 'alone')), 'graph.onnx'))).toEqual(expected);
}, 120_000);

test('weights that are beside neither the link nor the real file are missing beside the one that was given', async () => {
  await writeAttending(join(temporary, 'torn'));
  await rm(join(temporary, 'torn', 'w.bin'));
  await mkdir(join(temporary, 'here'));
  await symlink(join(temporary, 'torn', 'graph.onnx'), join(temporary, 'here', 'graph.onnx'));
  await expect(open(join(temporary, 'here', 'graph.onnx'))).rejects.toMatchObject({ code: 'broken-model', message: expect.stringMatching(/here\/w\.bin is missing/) });
});
