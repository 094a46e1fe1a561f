/** Whether a model was saved anew, told by the stamps of its files: none of them is read. */
import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { manifestName } from '../checkpoints/manifest.ts';

/** Files of a folder that are looked at. */
const mostFiles = 200;

/** @returns another text for each path, and when the model there was saved anew */
export async function versionOf(path: string): Promise<string> {
  return createHash('sha256').update(`${path}\n${await stampsOf(path)}`).digest('base64url');
}

async function stampsOf(path: string): Promise<string> {
  const manifest = await stampOf(join(path, manifestName));
  if (manifest !== undefined) return manifest;
  const names = (await readdir(path).catch((): string[] => [])).sort().slice(0, mostFiles);
  const graphs = (await readdir(join(path, 'onnx')).catch((): string[] => [])).sort().slice(0, mostFiles).map(name => join('onnx', name));
  const stamps = await Promise.all(['', ...names, ...graphs].map(async name => `${name} ${await stampOf(join(path, name))}`));
  return stamps.join('\n');
}

async function stampOf(path: string): Promise<string | undefined> {
  const stats = await stat(path).catch(() => undefined);
  return stats === undefined ? undefined : `${stats.ino} ${stats.mtimeMs} ${stats.size}`;
}
