import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askTorch, testWithTorch, torchIsHere, type TorchTensor } from '../../test/torch/torch.ts';
import { openTensorFile } from './open.ts';
import { bytesIn, entryNamed, valuesIn } from './read.fixture.ts';
import type { TensorFile } from './tensor-file.ts';

let folder: string;
let written: ReadonlyMap<string, TorchTensor> = new Map();
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'numpy-'));
  if (torchIsHere) written = await askTorch('checkpoints', {}, { what: 'numpy', folder });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function expectSame(file: TensorFile, name: string, source = name): Promise<void> {
  const array = written.get(source);
  expect(entryNamed(file, name).shape).toEqual(array?.shape);
  expect([name, ...(await valuesIn(file, name))]).toEqual([name, ...Array.from(array?.data ?? [], Number)]);
}

describe('files that numpy wrote', () => {
  testWithTorch('.npy of every type, row by row and column by column, of both byte orders', async () => {
    expect(written.size).toBeGreaterThan(15);
    for (const name of written.keys()) {
      const file = await openTensorFile(at(`${name}.npy`));
      expect(file.format).toBe('NumPy array');
      await expectSame(file, name);
      expect(entryNamed(file, name).place === undefined).toBe(['fortran', 'big', 'big_fortran', 'transposed'].includes(name));
      await file.close();
    }
  });

  testWithTorch.each([2, 3])('.npy of format version %i', async version => {
    const file = await openTensorFile(at(`version${version}.npy`));
    await expectSame(file, `version${version}`, 'float32');
    await file.close();
  });

  testWithTorch.each(['stored', 'deflated'])('.npz, %s', async name => {
    const file = await openTensorFile(at(`${name}.npz`));
    expect(file.tensors.map(tensor => tensor.name).toSorted()).toEqual([...written.keys()].toSorted());
    for (const array of written.keys()) await expectSame(file, array);
    expect(entryNamed(file, 'float32').place === undefined).toBe(name === 'deflated');
    await file.close();
  });

  testWithTorch('the place of an array in an archive is where its bytes are', async () => {
    const file = await openTensorFile(at('stored.npz'));
    const { place, bytes } = entryNamed(file, 'int16');
    const all = await readFile(at('stored.npz'));
    expect(all.subarray(place?.offset, (place?.offset ?? 0) + bytes)).toEqual(await bytesIn(file, 'int16'));
    await file.close();
  });

  testWithTorch.each([
    ['structured', /structures, \[\('a', '<f4'\), \('b', '<i8'\)\]/],
    ['objects', /"\|O", Python objects, which are pickled/],
  ])('%s are refused by name, and left out of an archive that holds others', async (name, message) => {
    await expect(openTensorFile(at(`${name}.npy`))).rejects.toMatchObject({ code: 'bad-argument', message: expect.stringMatching(message) });
    const mixed = await openTensorFile(at('mixed.npz'));
    expect(mixed.tensors.map(tensor => [tensor.name, tensor.dtype])).toEqual([['good', 'int8'], ['texts', 'string']]);
    expect(mixed.facts).toEqual([{ label: 'Not listed', value: expect.stringMatching(message) }]);
    await mixed.close();
  });
});

describe('what is wrong with a file is said', () => {
  const npy = (header: string, data = Buffer.alloc(24)): Buffer => {
    const length = Buffer.alloc(2);
    length.writeUInt16LE(header.length);
    return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), length, Buffer.from(header), data]);
  };

  test.each([
    ['a shape beyond the file', npy("{'descr': '<f4', 'fortran_order': False, 'shape': (7,), }"), /24 bytes follow its header; expected 28 for shape \(7,\) of <f4/],
    ['a shape that cannot be counted', npy("{'descr': '<f4', 'fortran_order': False, 'shape': (9999999999, 9999999999), }"), /its shape is \(9999999999, 9999999999\)/],
    ['a negative length', npy("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }"), /its shape is \(-1,\)/],
    ['no shape', npy("{'descr': '<f4', 'fortran_order': False}"), /"shape" is missing/],
    ['a header beyond the file', npy("{'descr': '<f4', 'fortran_order': False, 'shape': (6,), }").subarray(0, 20), /ends at byte 20/],
    ['another version', Buffer.concat([Buffer.from('\x93NUMPY\x09\x00', 'latin1'), Buffer.alloc(20)]), /format version 9; expected version 1, 2 or 3/],
  ])('%s', async (_, bytes, message) => {
    await writeFile(at('made.npy'), bytes);
    await expect(openTensorFile(at('made.npy'))).rejects.toMatchObject({ code: 'broken-model', message: expect.stringMatching(message) });
  });
});
