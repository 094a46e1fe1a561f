import { describe, expect, it } from 'vitest';
import { Failure } from '../protocol/failure.ts';
import { assertModelAllowed, modelFolders } from './model-folders.ts';

const places = (configured: readonly string[], trusted: boolean) => ({ configured, workspace: ['/projects/a', '/projects/b'], trusted, home: '/home/me' });

describe('folders of models', () => {
  it('are looked for in every folder of a trusted workspace when relative', () => {
    expect(modelFolders(places(['models', './models/', '/opt/m', '~/m', ' '], true))).toEqual([
      '/projects/a/models', '/projects/b/models', '/opt/m', '/home/me/m',
    ]);
  });

  it('never lie in a workspace that is not trusted', () => {
    expect(modelFolders(places(['models', '/projects/b/deep/m', '/projects/a', '/projects/a/..m', '/projects/bb', '/opt/../projects/a/m', '../c', '/opt/m'], false))).toEqual([
      '/projects/bb', '/projects/c', '/opt/m',
    ]);
  });
});

describe('the chosen model', () => {
  it('may be an id or a folder outside an untrusted workspace, not one inside', () => {
    for (const model of ['en-fr', '/opt/m', '/opt/m.onnx', '/projects/a.onnx']) assertModelAllowed(model, places([], false));
    assertModelAllowed('/projects/a/m', places([], true));
    expect(() => assertModelAllowed('/projects/a/m', places([], false))).toThrow(Failure);
    expect(() => assertModelAllowed('/projects/b/deep/model.onnx', places([], false))).toThrow('not trusted');
    expect(() => assertModelAllowed('/opt/../projects/a/m', places([], false))).toThrow('not trusted');
  });
});
