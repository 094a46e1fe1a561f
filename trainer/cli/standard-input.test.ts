import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { textOf } from './standard-input.ts';

test('the end of the last line is no part of the text', async () => {
  expect(await textOf(Readable.from(['Der Hund\n', 'schläft.\r\n']))).toBe('Der Hund\nschläft.');
});

test('what never ends is not read for ever', async () => {
  const endless = function* (): Generator<string> {
    for (;;) yield 'a'.repeat(1000);
  };
  await expect(textOf(Readable.from(endless()))).rejects.toMatchObject({ code: 'text-too-long', message: expect.stringContaining('more than 20,000 characters') });
});
