/** Where a folder's weights lie, of those formats that are read here. */
import * as z from 'zod';
import type { ConfinedFolder, FolderFile } from './confined.ts';
import { brokenFile, check, parseJsonFile } from './json.ts';

export interface WeightsFiles {
  /** One, or the shards, by name. */
  readonly files: readonly FolderFile[];
  /** Of shards: which is in which. */
  readonly index: FolderFile | undefined;
}

const mostIndexBytes = 64 << 20;
/** A name, no path: shards lie beside their index. */
const plainName = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}$/, 'a plain file name');
const indexSchema = z.looseObject({ weight_map: z.record(z.string(), plainName) });

const kinds = [
  { file: 'model.safetensors', index: 'model.safetensors.index.json' },
  { file: 'pytorch_model.bin', index: 'pytorch_model.bin.index.json' },
] as const;

/** @throws Failure `broken-model`, naming a shard that is missing */
export async function weightsOf(folder: ConfinedFolder): Promise<WeightsFiles | undefined> {
  for (const { file: name, index: indexName } of kinds) {
    const file = await folder.find(name);
    if (file !== undefined) return { files: [file], index: undefined };
    const index = await folder.find(indexName);
    if (index === undefined) continue;
    const { weight_map: map } = check(indexSchema, parseJsonFile(await folder.readText(index, mostIndexBytes), index.path), index.path);
    const files: FolderFile[] = [];
    for (const shard of [...new Set(Object.values(map))].sort()) {
      const found = await folder.find(shard);
      if (found === undefined) throw brokenFile(index.path, `names ${shard}, which is not there`, 'Download the missing file.');
      files.push(found);
    }
    if (files.length === 0) throw brokenFile(index.path, 'names no weights');
    return { files, index };
  }
  return undefined;
}
