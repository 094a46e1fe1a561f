import * as runtime from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { Failure } from '../../protocol/failure.ts';
import type { Tensors, TensorType } from '../engine/session.ts';
import { inspectNumbers } from './inspect-numbers.ts';

const ids: TensorType = { name: 'ids', type: 'int64', shape: ['batch', 4] };
const asked = { languageId: 'plaintext', beam: 1 };

/** A graph with one map over what it is fed. */
function reader(inputs: readonly TensorType[] = [ids], failure?: Failure) {
  const fed: Tensors[] = [];
  const model = inspectNumbers('/models/sort.onnx', {
    inputs, runtime,
    attend: async feeds => {
      fed.push(feeds);
      if (failure !== undefined) throw failure;
      return { model: 'sort.onnx', maps: [{ kind: 'decoder', layer: 0, heads: 1, queries: 4, keys: 4, weights: new Float32Array(16) }], layers: [], warnings: [] };
    },
  });
  return { fed, inspect: (text: string) => model.inspect({ ...asked, text }) };
}

test('a row of token ids is what a model without a tokenizer reads, and each is a token of the text', async () => {
  const { fed, inspect } = reader();
  const { axes, layers } = await inspect('[3, 1,\n 12 0]');
  expect([fed[0]?.['ids']?.dims, [...(fed[0]?.['ids']?.data ?? [])]]).toEqual([[1, 4], [3n, 1n, 12n, 0n]]);
  expect(axes.map(({ tokens }) => tokens.map(({ text, start }) => [text, start]))).toEqual([[['3', 1], ['1', 4], ['12', 8], ['0', 11]]]);
  expect(layers).toMatchObject([{ queries: 0, keys: 0 }]);
});

test('tensors in JSON are for what ids alone do not say; nobody knows their tokens', async () => {
  const { fed, inspect } = reader([ids, { name: 'mask', type: 'float32', shape: ['batch', 4] }]);
  const { axes } = await inspect('{"ids": [[3, 1, 12, 0]], "mask": [[1, 1, 1, 0]]}');
  expect([Object.keys(fed[0] ?? {}), axes.map(({ tokens }) => tokens.map(({ text }) => text).join(' '))]).toEqual([['ids', 'mask'], ['0 1 2 3']]);
});

test.each([
  ['The old dog', /sort\.onnx has no tokenizer, and reads numbers: “The” is no token id\./, /Give token ids .* The graph takes "ids": int64 \[batch, 4\]\./],
  ['', /No numbers were given/, /"ids": int64/],
  ['3 1.5', /“1\.5” is no token id/, /"ids"/],
  ['3 1 2', /The input "ids" is int64 \[1, 3\]; "ids": int64 \[batch, 4\] was expected/, /in that shape/],
  ['{"ids": [[1, 2]', /The input is not JSON/, /\[\[numbers\]\]/],
  ['{"words": [[1]]}', /The graph has no input "words"/, /The graph takes "ids"/],
])('%j is refused with what it takes', async (text, message, hint) => {
  const { fed, inspect } = reader();
  await expect(inspect(text)).rejects.toMatchObject({ code: 'reads-numbers', message: expect.stringMatching(message), hint: expect.stringMatching(hint) });
  expect(fed).toEqual([]);
});

test('what lacks an input is told which', async () => {
  const { inspect } = reader([ids, { name: 'mask', type: 'float32', shape: ['batch', 4] }]);
  await expect(inspect('3 1 2 0')).rejects.toMatchObject({ code: 'reads-numbers', message: expect.stringContaining('The input "mask" is missing'), hint: expect.stringContaining('"mask": float32') });
});

test('numbers that it cannot be run on can be given otherwise', async () => {
  const { inspect } = reader([ids], new Failure('broken-model', 'The index 9 is out of bounds.', 'Give others.'));
  await expect(inspect('3 1 9 0')).rejects.toMatchObject({ code: 'reads-numbers', message: 'The index 9 is out of bounds.' });
});
