import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atExit } from '../../scripts/at-exit.ts';

/** Does some work with a folder that is gone afterwards. */
export async function withTemporaryFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'attention-scope-bench-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  const withdraw = atExit(remove);
  try {
    return await work(folder);
  } finally {
    remove();
    withdraw();
  }
}
