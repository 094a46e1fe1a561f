import { stat } from 'node:fs/promises';

/** Whether there is no such folder any more; one that cannot be looked at now may be there still. */
export async function isGone(folder: string): Promise<boolean> {
  return stat(folder).then(() => false, (error: unknown) => error instanceof Error && 'code' in error && error.code === 'ENOENT');
}
