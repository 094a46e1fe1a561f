/** Values of tensors in every way that ONNX keeps them. */
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Dtype } from '../formats/dtype.ts';
import { decoderOf } from '../formats/numbers.ts';
import { dataTypeOf } from './data-types.ts';
import { externalFiles } from './external-data.ts';
import { writeInteger, writeTensor } from './messages.ts';
import { floats, integers, modelBytes } from './model.fixture.ts';
import type { OnnxModel, OnnxTensor } from './model.ts';
import { openOnnx } from './open.ts';
import { readSmallTensor, wholeTensor } from './read-tensor.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tensor-'));
  await mkdir(join(folder, 'model'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Stored {
  readonly model: OnnxModel;
  readonly tensor: OnnxTensor;
}

/** A model with one initializer, `w`, written by hand. */
async function stored(dtype: Dtype, shape: readonly number[], write: (tensor: BinaryWriter) => void): Promise<Stored> {
  const writer = new BinaryWriter().tag(7, 2).fork().tag(5, 2).fork();
  for (const length of shape) writeInteger(writer, 1, length);
  writeInteger(writer, 2, dataTypeOf(dtype));
  write(writer.tag(8, 2).string('w'));
  const file = join(folder, 'model', 'model.onnx');
  await writeFile(file, writer.join().join().finish());
  const model = await openOnnx(file);
  const [tensor] = model.graph.initializers;
  if (tensor === undefined) throw new Error('no initializer was found');
  return { model, tensor };
}

async function numbers({ model, tensor }: Stored): Promise<number[]> {
  const decode = decoderOf(tensor.dtype);
  return Array.from(decode?.(await wholeTensor(model, tensor)) ?? []);
}

describe('numbers in fields of protobuf', () => {
  const packed = (field: number, write: (writer: BinaryWriter) => void) => (writer: BinaryWriter) => {
    write(writer.tag(field, 2).fork());
    writer.join();
  };
  const int32s = (...values: number[]) => packed(5, writer => values.forEach(value => writer.int32(value)));

  test.each<[Dtype, (writer: BinaryWriter) => void, number[]]>([
    ['float32', packed(4, writer => [0.5, -1.25, 3].forEach(value => writer.float(value))), [0.5, -1.25, 3]],
    ['float64', packed(10, writer => [Math.PI, -1, 3].forEach(value => writer.double(value))), [Math.PI, -1, 3]],
    ['int32', int32s(1, -1, 2 ** 31 - 1), [1, -1, 2 ** 31 - 1]],
    ['int16', int32s(1, -1, -32768), [1, -1, -32768]],
    ['int8', int32s(1, -1, -128), [1, -1, -128]],
    ['uint16', int32s(1, 65535, 7), [1, 65535, 7]],
    ['uint8', int32s(1, 255, 7), [1, 255, 7]],
    ['bool', int32s(1, 0, 1), [1, 0, 1]],
    ['float16', int32s(0x3c00, 0xc000, 0x7c00), [1, -2, Infinity]],
    ['bfloat16', int32s(0x3f80, 0xc000, 0x7f80), [1, -2, Infinity]],
    ['int64', packed(7, writer => [1, -1, 2 ** 40].forEach(value => writer.int64(value))), [1, -1, 2 ** 40]],
    ['uint64', packed(11, writer => [1, 2 ** 40, 0].forEach(value => writer.uint64(value))), [1, 2 ** 40, 0]],
    ['uint32', packed(11, writer => [1, 2 ** 32 - 1, 0].forEach(value => writer.uint64(value))), [1, 2 ** 32 - 1, 0]],
  ])('%s', async (dtype, write, expected) => {
    expect(await numbers(await stored(dtype, [3], write))).toEqual(expected);
  });

  test('numbers of four bits, two in each', async () => {
    const { model, tensor } = await stored('uint4', [3], int32s(0x21, 0x3));
    expect(await wholeTensor(model, tensor)).toEqual(Uint8Array.of(0x21, 0x03));
    expect(await readSmallTensor(model, tensor, 3)).toEqual([1, 2, 3]);
  });

  test('each in a field of its own, as old writers do', async () => {
    const single = (writer: BinaryWriter): void => [4, -5, 6].forEach(value => writer.tag(7, 0).int64(value));
    expect(await numbers(await stored('int64', [3], single))).toEqual([4, -5, 6]);
    const singles = (writer: BinaryWriter): void => [4, -5, 6].forEach(value => writer.tag(4, 5).float(value));
    expect(await numbers(await stored('float32', [3], singles))).toEqual([4, -5, 6]);
  });

  test('more than is read at once', async () => {
    const values = Array.from({ length: 100_000 }, (_, index) => (index % 2 === 0 ? index : -index * 1_000_003));
    const expected = await numbers(await stored('int64', [values.length], packed(7, writer => values.forEach(value => writer.int64(value)))));
    expect(expected).toEqual(values);
  });

  test('too few, too many, and in the field of another type', async () => {
    const reading = async (shape: number[], write: (writer: BinaryWriter) => void): Promise<unknown> => {
      const { model, tensor } = await stored('int32', shape, write);
      return wholeTensor(model, tensor);
    };
    await expect(reading([5], int32s(1, 2, 3))).rejects.toMatchObject({ code: 'broken-model', message: expect.stringMatching(/the tensor "w" holds 12 bytes; int32 of shape \[5\] takes 20 bytes/) });
    await expect(reading([2], int32s(1, 2, 3))).rejects.toMatchObject({ message: expect.stringMatching(/holds 12 bytes; int32 of shape \[2\] takes 8/) });
    await expect(reading([1], packed(7, writer => writer.int64(1)))).rejects.toMatchObject({ message: expect.stringContaining('values in field 7') });
    await expect(reading([2 ** 40], int32s(1, 2, 3))).rejects.toMatchObject({ message: expect.stringMatching(/holds at most \d numbers/) });
  });
});

test('a raw tensor of another length than its shape', async () => {
  const { model, tensor } = await stored('float32', [3], writer => writer.tag(9, 2).bytes(new Uint8Array(8)));
  await expect(wholeTensor(model, tensor)).rejects.toMatchObject({ code: 'broken-model', message: expect.stringMatching(/holds 8 bytes; float32 of shape \[3\] takes 12/) });
});

test('texts, and what has no values', async () => {
  const texts = await stored('string', [1], writer => writer.tag(6, 2).string('word'));
  await expect(wholeTensor(texts.model, texts.tensor)).rejects.toMatchObject({ code: 'bad-argument', message: expect.stringContaining('holds texts') });
  const empty = await stored('float32', [0, 3], () => undefined);
  expect(await wholeTensor(empty.model, empty.tensor)).toHaveLength(0);
  const missing = await stored('float32', [3], () => undefined);
  await expect(wholeTensor(missing.model, missing.tensor)).rejects.toMatchObject({ message: expect.stringContaining('holds no values') });
});

test('constants of a graph as numbers; not what is larger than those are', async () => {
  const file = join(folder, 'constants.onnx');
  await writeFile(file, modelBytes({ graph: { name: 'constants', nodes: [], initializers: [integers('shape', [1, -1, 64]), floats('scale', [0.125], []), floats('weight', Array.from({ length: 2000 }, () => 1))], outputs: [] } }));
  const model = await openOnnx(file);
  const read = await Promise.all(model.graph.initializers.map(tensor => readSmallTensor(model, tensor, 1024)));
  expect(read).toEqual([[1, -1, 64], [0.125], undefined]);
});

describe('weights in a file beside the model', () => {
  const at = (location: string, { offset = 4, length = 12 } = {}): Promise<Stored> =>
    stored('float32', [3], writer => {
      const named = new BinaryWriter();
      writeTensor(named, { name: 'w', dtype: 'float32', shape: [3], data: { file: location, offset, length } });
      // Shape, type and name stand there already, twice does not matter but for the shape.
      const all = new TextDecoder('latin1').decode(named.finish());
      writer.raw(Buffer.from(all.slice(all.indexOf('\x42\x01w') + 3), 'latin1'));
    });
  const beside = (name: string): string => join(folder, 'model', name);
  const values = Buffer.from(Float32Array.of(0, 1, 2, 3).buffer);

  test('are read from there', async () => {
    await writeFile(beside('w.bin'), values);
    expect(await numbers(await at('w.bin'))).toEqual([1, 2, 3]);
    await mkdir(beside('weights'));
    await writeFile(beside('weights/w.bin'), values);
    expect(await numbers(await at('weights/w.bin'))).toEqual([1, 2, 3]);
    expect((await externalFiles((await at('w.bin')).model)).files).toMatchObject([{ location: 'w.bin', size: 16 }]);
  });

  test.each(['../secret.bin', 'weights/../../secret.bin', '/etc/passwd', 'C:\\secret.bin', '..\\secret.bin', 'link.bin', 'linked/secret.bin'])('never from %s', async location => {
    await writeFile(join(folder, 'secret.bin'), values);
    await symlink(join(folder, 'secret.bin'), beside('link.bin'));
    await symlink(folder, beside('linked'));
    const { model, tensor } = await at(location);
    await expect(wholeTensor(model, tensor)).rejects.toMatchObject({ code: 'broken-model', message: expect.stringContaining(model.file) });
    expect((await externalFiles(model)).failures).toHaveLength(1);
  });

  test("but where Hugging Face's cache keeps them", async () => {
    const { model } = await at('w.bin');
    const snapshot = join(folder, 'snapshots', '1234', 'onnx');
    await mkdir(join(folder, 'blobs'));
    await mkdir(snapshot, { recursive: true });
    await writeFile(join(folder, 'blobs', 'beef'), values);
    await symlink(model.file, join(snapshot, 'model.onnx'));
    await symlink(join(folder, 'blobs', 'beef'), join(snapshot, 'w.bin'));
    const cached = await openOnnx(join(snapshot, 'model.onnx'));
    const [tensor] = cached.graph.initializers;
    expect(tensor === undefined ? [] : await numbers({ model: cached, tensor })).toEqual([1, 2, 3]);
  });

  test('missing, they are named, and where they should be', async () => {
    const { model, tensor } = await at('model.onnx_data');
    await expect(wholeTensor(model, tensor)).rejects.toMatchObject({ code: 'broken-model', message: expect.stringContaining('model.onnx_data is missing'), hint: expect.stringContaining(join(folder, 'model')) });
    expect((await externalFiles(model)).failures).toMatchObject([{ message: expect.stringContaining('model.onnx_data') }]);
  });

  test('cut off, they are named, and the tensor', async () => {
    await writeFile(beside('w.bin'), values);
    await truncate(beside('w.bin'), 10);
    const { model, tensor } = await at('w.bin');
    await expect(wholeTensor(model, tensor)).rejects.toMatchObject({ code: 'broken-model', message: expect.stringMatching(/w\.bin has 10 bytes; the tensor "w" of .* lies at bytes 4 to 16/) });
    expect((await externalFiles(model)).failures).toHaveLength(1);
  });

  test('of another length than the shape demands', async () => {
    await writeFile(beside('w.bin'), values);
    const { model, tensor } = await at('w.bin', { length: 8 });
    await expect(wholeTensor(model, tensor)).rejects.toMatchObject({ message: expect.stringMatching(/holds 8 bytes; float32 of shape \[3\] takes 12/) });
  });
});

test('a model that was changed since it was opened is not read as if it had not been', async () => {
  const { model, tensor } = await stored('float32', [3], writer => writer.tag(9, 2).bytes(new Uint8Array(12)));
  await truncate(model.file, 5);
  await expect(wholeTensor(model, tensor)).rejects.toMatchObject({ code: 'broken-model', message: expect.stringMatching(/has 5 bytes; it had \d+ when it was opened/) });
});
