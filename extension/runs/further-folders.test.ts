import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FurtherFolders } from './further-folders.ts';
import { memory } from './memory.fixture.ts';

it('folders outside the workspace are remembered over reloads, until they are gone', async () => {
  const workspace = memory();
  const [one, other] = [await mkdtemp(join(tmpdir(), 'further-')), await mkdtemp(join(tmpdir(), 'further-'))];
  try {
    for (const folder of [one, other, one]) await new FurtherFolders(workspace).remember(folder);
    await new FurtherFolders(workspace).forgetGone();
    expect(new FurtherFolders(workspace).all).toEqual([other, one]);
    await rm(other, { recursive: true });
    await new FurtherFolders(workspace).forgetGone();
    expect(new FurtherFolders(workspace).all).toEqual([one]);
  } finally {
    await rm(one, { recursive: true });
  }
});
