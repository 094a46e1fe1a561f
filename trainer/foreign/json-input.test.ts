import { Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import type { TensorType } from '../engine/session.ts';
import { inputsFromJson } from './json-input.ts';

const runtime = { Tensor };
const ids: TensorType = { name: 'ids', type: 'int64', shape: ['batch', 'length'] };
const past: TensorType = { name: 'past', type: 'float32', shape: [2, 'batch', 'length'] };
const read = (json: unknown, inputs = [ids]) => inputsFromJson(json, inputs, runtime);

describe('tensors in JSON', () => {
  test('nested lists tell their shape', () => {
    const { ids: tensor } = read({ ids: [[1, 2, 3], [4, 5, true]] });
    expect(tensor).toMatchObject({ type: 'int64', dims: [2, 3] });
    expect([...(tensor?.data as BigInt64Array)]).toEqual([1n, 2n, 3n, 4n, 5n, 1n]);
  });

  test('what they cannot tell is said', () => {
    const { past: tensor } = read({ past: { shape: [2, 1, 0], data: [] } }, [past]);
    expect(tensor).toMatchObject({ type: 'float32', dims: [2, 1, 0] });
  });

  test.each<[unknown, RegExp]>([
    [[1], /not an object of tensors by name/],
    [{}, /The input "ids" is missing/],
    [{ ids: [[1]], mask: [1] }, /no input "mask"/],
    [{ ids: [1, 2] }, /"ids" is int64 \[2\]; "ids": int64 \[batch, length\] was expected/],
    [{ ids: [[1], [2, 3]] }, /differ in length or depth/],
    [{ ids: [[1], 2] }, /differ in length or depth/],
    [{ ids: [2, [1]] }, /differ in length or depth/],
    [{ ids: [[1.5]] }, /holds 1.5; whole numbers/],
    [{ ids: [['cat']] }, /the text "cat"; int64 was expected/],
    [{ ids: [[null]] }, /holds null/],
    [{ ids: { shape: [1, 3], data: [1, 2] } }, /of shape \[1, 3\] has 2 numbers; 3 were expected/],
    [{ ids: { shape: [-1, 3], data: [1, 2] } }, /"shape" of the input "ids" is \[-1,3\]/],
    [{ ids: { data: [1], type: 'int8' } }, /has a key "type"/],
    [{ ids: JSON.parse('['.repeat(50) + ']'.repeat(50)) }, /more than 8 axes/],
  ])('%j is refused with what was found', (json, message) => {
    expect(() => read(json)).toThrow(message);
  });
});
