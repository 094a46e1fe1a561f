/**
 * Where the weights of a model lie that are not copied with it. Hugging Face's cache holds links in place of files; ONNX Runtime
 * opens what lies in the folder that it is told, but no link that leads out of it. So the folder is that of the real file.
 */
import { realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, relative, sep } from 'node:path';
import { externalFiles } from './external-data.ts';
import type { OnnxModel } from './model.ts';

export interface WeightsFolder {
  readonly folder: string;
  /** Name of the model's own file there. */
  readonly own: string;
  /** What files of external data are called there, where that is not as the model calls them. */
  readonly renamed: ReadonlyMap<string, string>;
}

export async function weightsFolder(model: OnnxModel): Promise<WeightsFolder> {
  const given = dirname(model.file);
  const real = model.bytes === undefined ? await realpath(model.file) : model.file;
  const folder = dirname(real);
  const renamed = new Map<string, string>();
  if (model.bytes === undefined && folder !== (await realpath(given))) {
    for (const { location, path } of (await externalFiles(model)).files) {
      const name = relative(folder, path).split(sep).join('/');
      if (!name.startsWith('../') && !isAbsolute(name)) renamed.set(location, name);
    }
  }
  return { folder, own: basename(real), renamed };
}
