import { expect, test } from 'vitest';
import { plainReading } from '../../../protocol/inspection.ts';
import { notesOfReading } from './describe.ts';

test('a drawing says of value-weighting what is left out of it, and nothing of a map as it is', () => {
  expect(notesOfReading({ ...plainReading, valueWeighted: true })).toEqual([expect.stringContaining('without the output projection')]);
  expect(notesOfReading(plainReading)).toEqual([]);
});
