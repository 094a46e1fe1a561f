import { expect, test } from 'vitest';
import { joined, twoTexts } from './two-texts.ts';

test('two texts are one, and two again', () => {
  const { text, second } = joined('the dog', 'it\nsleeps');
  expect(twoTexts(text, second)).toEqual({ first: 'the dog', second: 'it\nsleeps', at: 8 });
  expect(() => twoTexts(text, 3)).toThrow(/begin at character 3 of 17, and no line end/);
});
