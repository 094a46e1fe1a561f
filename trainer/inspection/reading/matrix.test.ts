import { expect, test } from 'vitest';
import type { HeldLayer } from '../held.ts';
import { headMatrix, weightsOf } from './matrix.ts';
import { randomMap } from './reading.fixture.ts';

const block = (name: string, first: number, size: number, inBytes: boolean): HeldLayer['blocks'][number] => {
  const weights = [0, 1].flatMap(head => randomMap(`${name} ${head}`, size, size + 1).flat());
  return {
    rows: { first, end: first + size },
    columns: { first: first + 1, end: first + size + 2 },
    weights: inBytes ? Uint8Array.from(weights, weight => weight * 255) : Float32Array.from(weights),
  };
};
const layer = (inBytes: boolean): HeldLayer => ({
  kind: 'cross', layer: 0, heads: 2, queries: 0, keys: 1, rows: 7, columns: 9, shifts: [0, 0],
  blocks: [block('one', 0, 3, inBytes), block('another', 4, 3, inBytes)],
});

test.each([true, false])('rows of sentences are whole rows, 0 elsewhere; in bytes: %s', inBytes => {
  for (const head of [0, 1]) {
    const matrix = headMatrix(layer(inBytes), head);
    expect([...matrix.row(3)]).toEqual(new Array(9).fill(0));
    expect(matrix.row(5).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, inBytes ? 1 : 6);
  }
});

test('a map that is held in one piece is not copied', () => {
  const weights = Float32Array.from(randomMap('whole', 4, 3).flat());
  const range = (end: number): { first: number; end: number } => ({ first: 0, end });
  const whole: HeldLayer = { ...layer(false), heads: 1, rows: 4, columns: 3, blocks: [{ rows: range(4), columns: range(3), weights }] };
  expect(headMatrix(whole, 0).row(2).buffer).toBe(weights.buffer);
});

test('a map that is held by sentences is zero between them', () => {
  const weights = Float32Array.of(1, 2, 3, 4);
  const [first, second] = [{ first: 0, end: 2 }, { first: 2, end: 4 }];
  const halves: HeldLayer = { ...layer(false), heads: 1, rows: 4, columns: 4, blocks: [{ rows: first, columns: first, weights }, { rows: second, columns: second, weights }] };
  expect([...weightsOf(headMatrix(halves, 0), new Float32Array(16).fill(9))]).toEqual([1, 2, 0, 0, 3, 4, 0, 0, 0, 0, 1, 2, 0, 0, 3, 4]);
});
