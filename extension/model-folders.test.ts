import { describe, expect, it } from 'vitest';
import { Failure } from '../protocol/failure.ts';
import { assertModelAllowed, modelFolders } from './model-folders.ts';

const places = (configured: readonly string[], trusted: boolean) => ({ configured, workspace: ['/work/a', '/work/b'], trusted, home: '/home/me' });

describe('folders of models', () => {
  it('are looked for in every folder of a trusted workspace when relative', () => {
    expect(modelFolders(places(['models', './models/', '/opt/m', '~/m', ' '], true))).toEqual([
      '/work/a/models', '/work/b/models', '/opt/m', '/home/me/m',
    ]);
  });

  it('never lie in a workspace that is not trusted', () => {
    expect(modelFolders(places(['models', '/work/b/deep/m', '/work/a', '/work/bb', '/opt/../work/a/m', '../c', '/opt/m'], false))).toEqual([
      '/work/bb', '/work/c', '/opt/m',
    ]);
  });
});

describe('the chosen model', () => {
  it('may be an id or a folder outside an untrusted workspace, not one inside', () => {
    for (const model of ['en-fr', '/opt/m']) assertModelAllowed(model, places([], false));
    assertModelAllowed('/work/a/m', places([], true));
    expect(() => assertModelAllowed('/work/a/m', places([], false))).toThrow(Failure);
    expect(() => assertModelAllowed('/opt/../work/a/m', places([], false))).toThrow('not trusted');
  });
});
