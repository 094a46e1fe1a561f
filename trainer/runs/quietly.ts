/** Looking at folders that others write while we look: what is not there, or cannot be read, is nothing. */
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync, realpathSync, type Stats, statSync } from 'node:fs';
import { errnoOf } from '../files/errno.ts';
import { parseJson } from '../text/parse-json.ts';

/** Sync, since a folder of runs has tens of thousands of small files: waiting for each takes longer than reading it. */
export function namesIn(folder: string): readonly string[] {
  return quietly(() => readdirSync(folder)) ?? [];
}

/** Where it really lies; nothing where it is not there. */
export function realPathOf(path: string): string | undefined {
  return quietly(() => realpathSync(path));
}

export function statsOf(path: string): Stats | undefined {
  return quietly(() => statSync(path, { throwIfNoEntry: false }));
}

/** What a small file of JSON says; nothing where it is torn, or larger than `most` bytes. */
export function readSmallJson(path: string, most: number): { readonly value: unknown; readonly stats: Stats } | undefined {
  return quietly(() => {
    const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const stats = fstatSync(file);
      if (!stats.isFile() || stats.size > most) return undefined;
      const bytes = Buffer.allocUnsafe(stats.size);
      const length = readSync(file, bytes, 0, bytes.length, 0);
      return { value: parseJson(bytes.toString('utf8', 0, length)), stats };
    } finally {
      closeSync(file);
    }
  });
}

function quietly<Found>(look: () => Found): Found | undefined {
  try {
    return look();
  } catch (thrown) {
    if (errnoOf(thrown) !== undefined) return undefined;
    throw thrown;
  }
}
