import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The folder the product lies in (`package.json`, `media/`, `dist/`), whether this file runs from its source or from a
 * bundle somewhere under `dist/`.
 */
export const productRoot: string = findRoot(dirname(fileURLToPath(import.meta.url)));

/** Whether this code runs from the bundles in `dist/` rather than from its source. */
export const isBundled: boolean = !import.meta.url.endsWith('.ts');

function findRoot(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error(`No package.json above ${fileURLToPath(import.meta.url)}.`);
  return findRoot(parent);
}
