import { expect, it } from 'vitest';
import { isIn } from './is-in.ts';

it.each(['/projects/a', '/projects/a/', '/projects/a/x.tsv', '/projects/a/..data/x.tsv', '/projects/b/../a/x.tsv'])('%s is the folder, or lies in it', path => {
  expect(isIn(path, '/projects/a')).toBe(true);
});

it.each(['/', '/projects', '/projects/ab/x.tsv', '/projects/b/x.tsv', '/projects/a/../x.tsv'])('%s does not', path => {
  expect(isIn(path, '/projects/a')).toBe(false);
});
