/** Settings that cannot be are told by name, with what fits. */
import { expect, test } from 'vitest';
import { transformerProblems, type TransformerSizes } from './sizes.ts';

const sizes: TransformerSizes = { width: 256, heads: 4, inner: 1_024, norm: 'pre', positions: 'sinusoidal', longest: 512 };

test.each([
  { about: 'what is usual', change: {}, problems: [] },
  { about: 'heads that do not divide the width', change: { width: 12, heads: 5 }, problems: ['heads: 5 heads cannot share a width of 12 evenly; 1, 2, 3, 4, 6 or 12 can'] },
  { about: 'a width of one', change: { width: 1, heads: 2, positions: 'learned' }, problems: ['heads: 2 heads cannot share a width of 1 evenly; 1 can'] },
  {
    about: 'rotary positions of an odd head',
    change: { width: 12, heads: 4, positions: 'rotary' },
    problems: ['positions: "rotary" turns features in pairs, and a head of 12 / 4 = 3 features is odd; an even one fits'],
  },
  { about: 'sinusoidal positions of an odd width', change: { width: 9, heads: 3 }, problems: ['width: "sinusoidal" positions are pairs of sine and cosine, and 9 is odd; 10 fits'] },
  { about: 'several at once', change: { width: 9, heads: 2 }, problems: [expect.stringContaining('heads:'), expect.stringContaining('width:')] },
] as const)('$about', ({ change, problems }) => {
  expect(transformerProblems({ ...sizes, ...change })).toEqual(problems);
});

test('sequences longer than there are positions', () => {
  expect(transformerProblems({ ...sizes, longest: 32 }, 32)).toEqual([]);
  expect(transformerProblems({ ...sizes, longest: 32 }, 48)).toEqual(['longest: sequences of up to 48 tokens do not fit into 32 positions; 48 or more do']);
});
