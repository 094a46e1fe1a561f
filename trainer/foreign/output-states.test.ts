import { Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { bytesOfStates, statesIn } from './output-states.ts';

/** 0, 1, 2 … */
const counting = (dims: readonly number[]): Tensor => new Tensor('float32', Float32Array.from({ length: dims.reduce((size, length) => size * length, 1) }, (_, index) => index), dims);

test('of the scores behind every token those of the last are kept, and no memory of the others', () => {
  const { scores } = statesIn({ logits: counting([1, 50, 4]) }, { scores: 'logits' });
  expect([...(scores ?? [])]).toEqual([196, 197, 198, 199]);
  expect(scores?.buffer.byteLength).toBe(16);
});

test('of several texts the first, whose vector is the mean of its tokens’ where there is none', () => {
  const states = statesIn({ hidden: counting([2, 3, 2]), logits: counting([2, 3]) }, { tokens: 'hidden', scores: 'logits' });
  expect([...(states.tokens?.numbers ?? [])]).toEqual([0, 1, 2, 3, 4, 5]);
  expect([...(states.vector ?? [])]).toEqual([2, 3].map(Math.fround));
  expect([...(states.scores ?? [])]).toEqual([0, 1, 2]);
  expect(bytesOfStates(states)).toBe(4 * (6 + 2 + 3));
});

test('of a text without tokens there is nothing', () => {
  expect(statesIn({ logits: counting([1, 0, 4]) }, { scores: 'logits' }).scores).toHaveLength(0);
});
