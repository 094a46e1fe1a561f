/** The files that a run is trained on, as its record keeps them: so that, of a corpus that changed, the file that did is named. */
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import * as z from 'zod';

export const dataFileSchema = z.object({
  /** Without its folder: a record may be given away, and no path of this machine goes with it. */
  name: z.string(),
  bytes: z.number(),
  /** Milliseconds since 1970. */
  modified: z.number(),
});
export type DataFile = z.infer<typeof dataFileSchema>;

/** @param paths of files; folders, and what cannot be looked at, are left out */
export async function describeFiles(paths: readonly string[]): Promise<DataFile[]> {
  const found = await Promise.all(
    paths.map(async (path): Promise<DataFile | undefined> => {
      const about = await stat(path).catch(() => undefined);
      return about?.isFile() ? { name: basename(path), bytes: about.size, modified: Math.round(about.mtimeMs) } : undefined;
    }),
  );
  return found.filter(file => file !== undefined);
}

/** Which files differ from those of the record, in words; of two files of one size the one that was written since is named. */
export function changedFiles(recorded: readonly DataFile[], now: readonly DataFile[]): string[] {
  return now.flatMap((file, index) => {
    const before = recorded[index];
    if (before === undefined || before.name !== file.name) return [`${file.name} stands where ${before?.name ?? 'nothing'} stood`];
    const bytes = (count: number): string => `${count.toLocaleString('en')} bytes`;
    if (before.bytes !== file.bytes) return [`${file.name} had ${bytes(before.bytes)} and has ${bytes(file.bytes)}`];
    return before.modified === file.modified ? [] : [`${file.name} was written again at ${new Date(file.modified).toISOString()}`];
  });
}
