import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { linesOf, textOf } from './standard-input.ts';

function* endless(): Generator<string> {
  for (;;) yield 'a'.repeat(1000);
}

test('the end of the last line is no part of the text', async () => {
  expect(await textOf(Readable.from(['Der Hund\n', 'schläft.\r\n']))).toBe('Der Hund\nschläft.');
});

test('what never ends is not read for ever', async () => {
  await expect(textOf(Readable.from(endless()))).rejects.toMatchObject({ code: 'text-too-long', message: expect.stringContaining('more than 20,000 characters') });
});

test('lines come without their ends, wherever they are cut on their way', async () => {
  expect(await Readable.from(linesOf(Readable.from(['Der Hu', 'nd\r', '\n\nschl', 'äft.\nEr']))).toArray()).toEqual(['Der Hund', '', 'schläft.', 'Er']);
  expect(await Readable.from(linesOf(Readable.from(['eins\n']))).toArray()).toEqual(['eins']);
});

test('a line that never ends is not read for ever', async () => {
  const lines = linesOf(Readable.from(function* () {
    yield 'eins\n';
    yield* endless();
  }()));
  expect(await lines.next()).toMatchObject({ value: 'eins' });
  await expect(lines.next()).rejects.toMatchObject({ code: 'text-too-long', message: expect.stringContaining('Line 2 of standard input has more than 1,000,000 characters') });
});
