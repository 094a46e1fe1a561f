import * as runtime from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { Failure } from '../../protocol/failure.ts';
import type { Tensors, TensorType } from '../engine/session.ts';
import { Helm } from '../steering/helm.ts';
import { steer } from '../steering/steering.ts';
import { inspectNumbers } from './inspect-numbers.ts';

const ids: TensorType = { name: 'ids', type: 'int64', shape: ['batch', 4] };
const asked = { languageId: 'plaintext', beam: 1 };

/** A graph with one map over what it is fed. */
function reader(inputs: readonly TensorType[] = [ids], failure?: Failure) {
  const fed: Tensors[] = [];
  const helm = new Helm();
  helm.register(() => [{ kind: 'decoder', layer: 0, heads: 1, whyNoNumbers: async () => undefined }]);
  const model = inspectNumbers('/models/sort.onnx', {
    inputs, runtime, helm,
    attend: async feeds => {
      fed.push(feeds);
      if (failure !== undefined) throw failure;
      return { model: 'sort.onnx', maps: [{ kind: 'decoder', layer: 0, heads: 1, queries: 4, keys: 4, weights: new Float32Array(16) }], layers: [], warnings: [] };
    },
  });
  return { fed, helm, inspect: (text: string) => model.inspect({ ...asked, text }) };
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

test('what is masked of a row of ids is hidden from attention, and told to be', async () => {
  const { helm, inspect } = reader();
  const { warnings } = await helm.hold(steer([{ do: 'mask', start: 2, end: 3 }], '3 1 2 0'), () => inspect('3 1 2 0'));
  expect(warnings).toEqual([expect.stringMatching(/^What was masked was hidden from attention, since the vocabulary of sort\.onnx has neither a mask/)]);
});

const outOf = (index: number, range: string): string => `sort.onnx cannot be run on this: Non-zero status code returned while running Gather node. Name:'Gather_n7' Status Message: indices element out of data bounds, idx=${index} must be within the inclusive range [${range}]`;

test.each([
  ['3 1 99 0', outOf(99, '-4,3'), '99 is no token id of sort.onnx: its ids are 0 to 3.', /^Give ids from 0 to 3,/],
  ['3 1 -7 0', outOf(-7, '-4,3'), '-7 is no token id of sort.onnx: its ids are 0 to 3.', /^Give ids from 0 to 3,/],
  ['3 1 2 0', outOf(3, '-3,2'), '3 is no token id of sort.onnx: its ids are 0 to 2.', /^Give ids from 0 to 2,/],
  ['9 9 9 9', outOf(3, '-3,2'), 'sort.onnx reads at most 3 token ids at a time; 4 were given.', /^Give fewer\.$/],
  ['{"ids": [[3, 1, 9, 0]]}', outOf(9, '-4,3'), 'sort.onnx looks up 9, where it has 0 to 3 alone.', /^Give smaller numbers, or fewer\.$/],
  ['3 1 9 0', "It cannot be run: Non-zero status code returned while running Add node. Name:'n' Status Message: 11 by 12", 'It cannot be run: 11 by 12', /^Give other numbers\. Give others\.$/],
])('%s: what it cannot be run on can be given otherwise, and is told', async (text, reason, message, hint) => {
  const { inspect } = reader([ids], new Failure('broken-model', reason, 'Give others.'));
  await expect(inspect(text)).rejects.toMatchObject({ code: 'reads-numbers', message, hint: expect.stringMatching(hint) });
});
