/** Where the files of a config lie on this machine. */
import { stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { Failure } from '../../protocol/failure.ts';

/**
 * A relative name is looked for in $ATTENTION_SCOPE_DATA, then beside the config.
 * @param kind a folder where the data are a folder of files
 * @throws Failure `no-such-file`
 */
export async function locate(name: string, configFile: string, kind: 'file' | 'folder' = 'file'): Promise<string> {
  if (isAbsolute(name)) return name;
  const folders = [process.env['ATTENTION_SCOPE_DATA'], dirname(resolve(configFile))].filter(folder => folder !== undefined);
  for (const folder of folders) {
    const candidate = join(folder, name);
    const isThere = await stat(candidate).then(found => (kind === 'file' ? found.isFile() : found.isDirectory()), () => false);
    if (isThere) return candidate;
  }
  throw new Failure(
    'no-such-file',
    `${basename(configFile)} names the corpus ${name}, which is in none of: ${folders.join(', ')}.`,
    'Put it there, or set ATTENTION_SCOPE_DATA to the folder that holds it.',
  );
}
