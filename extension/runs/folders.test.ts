import { describe, expect, it } from 'vitest';
import { runsFolders } from './folders.ts';

describe('the folders of runs', () => {
  it('lie in every folder of the workspace, unless the setting names one of the disk', () => {
    const workspace = ['/projects/a', '/projects/b'];
    expect(runsFolders('runs', workspace, '/home/me')).toEqual(['/projects/a/runs', '/projects/b/runs']);
    expect(runsFolders('  ', workspace, '/home/me')).toEqual(['/projects/a/runs', '/projects/b/runs']);
    expect(runsFolders('/data/runs/', workspace, '/home/me')).toEqual(['/data/runs']);
    expect(runsFolders('~/runs', workspace, '/home/me')).toEqual(['/home/me/runs']);
    expect(runsFolders('runs', [], '/home/me')).toEqual([]);
  });
});
