import { expect, test } from 'vitest';
import { columnsInWords, headInWords, layersInWords, noSuchHead, rowInWords } from './map-name.ts';

test('layers and heads are called as the page counts them, and spelled as a command takes them', () => {
  expect(layersInWords([{ kind: 'cross', layer: 1 }, { kind: 'encoder', layer: 0 }, { kind: 'encoder', layer: 3 }]))
    .toBe('“Encoder: layers 1, 4” (encoder:0, encoder:3); “Decoder, over the source: layer 2” (cross:1)');
  expect(headInWords({ kind: 'encoder', layer: 0, head: 'mean' })).toBe('“Encoder: layer 1, mean of its heads” (encoder:0:mean)');
  expect(noSuchHead({ kind: 'pooling', layer: 0, heads: 1 }, 3)).toBe('There is no “Pooling: layer 1, head 4” (pooling:0:3); that layer has one head, pooling:0:0.');
});

test('rows and columns are counted as a reader does, and as data do', () => {
  expect(rowInWords(2)).toBe('row 3 (query 2)');
  expect(columnsInWords([5])).toBe('column 6 (key 5)');
  expect(columnsInWords([5, 7])).toBe('columns 6, 8 (keys 5, 7)');
  expect(columnsInWords([4, 5, 6, 7, 8])).toBe('5 columns from column 5 (key 4) on');
});
