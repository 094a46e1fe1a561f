import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { askTorch, testWithTorch, torchIsHere, type TorchTensor } from '../../test/torch/torch.ts';
import { openTensorFile } from './open.ts';
import { bytesIn, entryNamed, valuesIn } from './read.fixture.ts';

let folder: string;
let written: ReadonlyMap<string, TorchTensor> = new Map();
const at = (...names: string[]): string => join(folder, ...names);
const expected = (file: string): [string, number[], readonly number[]][] =>
  [...written].filter(([name]) => name.startsWith(`${file}/`)).map(([name, { data, shape }]) => [name.slice(file.length + 1), Array.from(data, Number), shape]);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pytorch-'));
  if (torchIsHere) written = await askTorch('checkpoints', {}, { what: 'pytorch', folder });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('files that torch.save wrote', () => {
  testWithTorch.each(['state.pt', 'protocol3.pt', 'protocol4.pt', 'protocol5.pt', 'deflated.pt', 'sharded/pytorch_model.bin.index.json', 'sharded'])('%s: a state dict, each tensor by its name', async name => {
    const file = await openTensorFile(at(name));
    const state = expected('state.pt');
    expect(file.tensors.map(tensor => tensor.name)).toEqual(state.map(([tensor]) => tensor));
    for (const [tensor, values, shape] of state) {
      expect(entryNamed(file, tensor)).toMatchObject({ dtype: 'float32', shape });
      expect(await valuesIn(file, tensor)).toEqual(values);
    }
    // A shared weight lies in one place.
    expect(entryNamed(file, 'output.weight').place).toEqual(name.startsWith('sharded') ? expect.anything() : entryNamed(file, 'embedding.weight').place);
    await file.close();
  });

  testWithTorch('the place of a tensor is where its bytes are', async () => {
    const file = await openTensorFile(at('state.pt'));
    const { place, bytes } = entryNamed(file, 'inner.weight');
    const all = await readFile(place?.file ?? '');
    expect(all.subarray(place?.offset, (place?.offset ?? 0) + bytes)).toEqual(await bytesIn(file, 'inner.weight'));
    await file.close();
  });

  testWithTorch('views: transposed, sliced, expanded, empty, of every type', async () => {
    const file = await openTensorFile(at('views.pt'));
    const tensors = expected('views.pt');
    expect(tensors.length).toBeGreaterThan(15);
    for (const [tensor, values, shape] of tensors) {
      expect(entryNamed(file, tensor).shape).toEqual(shape);
      expect([tensor, ...(await valuesIn(file, tensor))]).toEqual([tensor, ...values]);
    }
    const placed = file.tensors.filter(({ place }) => place !== undefined).map(({ name }) => name);
    for (const name of ['transposed', 'columns', 'expanded', 'permuted']) expect(placed).not.toContain(name);
    for (const name of ['whole', 'rows', 'scalar', 'bfloat16', 'truth']) expect(placed).toContain(name);
    expect(entryNamed(file, 'rows').place?.offset).toBe((entryNamed(file, 'whole').place?.offset ?? NaN) + 24);
    await file.close();
  });

  testWithTorch('a training checkpoint: names are dotted through dictionaries and lists, plain values become facts', async () => {
    const file = await openTensorFile(at('nested.pt'));
    expect(file.facts).toEqual([{ label: 'epoch', value: '3' }, { label: 'lr', value: '0.1' }]);
    for (const [tensor, values] of expected('nested.pt')) expect(await valuesIn(file, tensor)).toEqual(values);
    expect(await valuesIn(file, 'history.0')).toEqual([1, 1]);
    expect(await valuesIn(file, 'history.1.loss')).toEqual([0]);
    expect(file.tensors.map(({ name }) => name)).toContain('model.inner.bias');
    await file.close();
  });

  testWithTorch('a tensor alone, and a parameter', async () => {
    const single = await openTensorFile(at('single.pt'));
    expect(await valuesIn(single, 'tensor')).toEqual([1, 2]);
    const parameter = await openTensorFile(at('parameter.pt'));
    expect(entryNamed(parameter, 'weight').shape).toEqual([3, 3]);
    await Promise.all([single.close(), parameter.close()]);
  });
});

describe('what is refused', () => {
  testWithTorch.each([
    ['module.pt', 'broken-model', /it would use "__main__\.Net", and was not run/, /torch\.save\(model\.state_dict\(\), path\)/],
    ['evil.pt', 'broken-model', /it would use "posix\.system", and was not run/, /if you trust the file/],
    ['legacy.pt', 'bad-argument', /is a PyTorch file of the legacy format/, /torch\.save\(state, path\)/],
    ['script.pt', 'bad-argument', /is a TorchScript archive/, /torch\.jit\.load/],
  ])('%s', async (name, code, message, hint) => {
    await expect(openTensorFile(at(name))).rejects.toMatchObject({ code, message: expect.stringMatching(message), hint: expect.stringMatching(hint) });
    expect(existsSync(at('harm'))).toBe(false);
  });

  testWithTorch('a file that is cut off', async () => {
    const whole = await readFile(at('state.pt'));
    await writeFile(at('cut.pt'), whole.subarray(0, whole.length - 30));
    await expect(openTensorFile(at('cut.pt'))).rejects.toMatchObject({ code: 'broken-model', message: expect.stringContaining('the file may be cut off') });
  });

  testWithTorch('a shard that is missing is named', async () => {
    await rm(at('sharded', 'pytorch_model-00002-of-00002.bin'));
    await expect(openTensorFile(at('sharded'))).rejects.toMatchObject({
      code: 'broken-model', message: expect.stringContaining('pytorch_model-00002-of-00002.bin is missing'), hint: expect.stringContaining('Download'),
    });
  });
});
