import { expect, test } from 'vitest';
import { folderName } from './submit.ts';

test.each(['my-model', 'A.b_c-9'])('%s names a run', name => {
  expect(folderName(name)).toBe(name);
});

test.each(['', '.', '..', '.hidden', '-n', 'a/b', 'a b', '$(touch harm)', "it's", 'a\nb', 'x'.repeat(101)])('%j names none', name => {
  expect(() => folderName(name)).toThrow(/A run cannot be called/);
});
