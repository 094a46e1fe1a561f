/** What can be seen of a path at little cost: enough to tell what it is. */
import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { Failure } from '../../protocol/failure.ts';
import { errnoOf } from '../files/errno.ts';
import { withBytes } from './bytes.ts';
import { fieldsOf, readJson } from './json.ts';
import { Zip } from './zip.ts';

export type Glimpse = FileGlimpse | FolderGlimpse;

export interface FileGlimpse {
  readonly kind: 'file';
  /** Absolute. */
  readonly path: string;
  /** In lower case. */
  readonly name: string;
  readonly size: number;
  readonly head: Buffer;
  /** The fields of a JSON file; `undefined` where it is none, or too large for one. */
  readonly json: () => Promise<ReadonlyMap<string, unknown> | undefined>;
  /** The names of a zip archive's entries; `undefined` where it is none. @throws Failure `broken-model` where it is half of one */
  readonly zip: () => Promise<ReadonlySet<string> | undefined>;
}

export interface FolderGlimpse {
  readonly kind: 'folder';
  /** Absolute. */
  readonly path: string;
  /** Of what is in it, and `onnx/…` of what is in that folder. */
  readonly names: ReadonlySet<string>;
}

const headBytes = 4096;
const mostNames = 100_000;

/** @throws Failure `no-such-file`, `broken-model` where it is neither a file nor a folder */
export async function glimpse(given: string): Promise<Glimpse> {
  const path = resolve(given);
  const stats = await stat(path).catch((thrown: unknown) => {
    const code = errnoOf(thrown);
    const found = code === 'ENOENT' || code === 'ENOTDIR' ? `There is no file or folder ${path}.` : `${path} cannot be read (${code ?? String(thrown)}).`;
    throw new Failure('no-such-file', found, 'Check the path and its permissions.', { cause: thrown });
  });
  return stats.isDirectory() ? { kind: 'folder', path, names: await namesIn(path) } : glimpseOfFile(path);
}

async function glimpseOfFile(path: string): Promise<FileGlimpse> {
  return withBytes(path, async source => {
    const head = Buffer.from((await source.read(0, Math.min(source.size, headBytes))).buffer);
    return {
      kind: 'file',
      path,
      name: basename(path).toLowerCase(),
      size: source.size,
      head,
      json: once(async () => (/^\s*\{/.test(head.toString('latin1')) ? fieldsOf(await readJson(path).catch(() => undefined)) : undefined)),
      zip: once(async () => (isZip(head) ? withBytes(path, async file => new Set((await Zip.open(file)).entries.keys())) : undefined)),
    };
  });
}

/** The names in a folder, sorted. @throws Failure `no-such-file` where it may not be read */
async function namesIn(folder: string): Promise<ReadonlySet<string>> {
  const names = await readdir(folder).catch((thrown: unknown) => {
    throw new Failure('no-such-file', `${folder} cannot be read (${errnoOf(thrown) ?? String(thrown)}).`, 'Check its permissions.', { cause: thrown });
  });
  const inner = names.includes('onnx') ? await readdir(join(folder, 'onnx')).catch((): string[] => []) : [];
  return new Set([...names, ...inner.map(name => `onnx/${name}`)].slice(0, mostNames).toSorted());
}

function isZip(head: Buffer): boolean {
  return head.length >= 4 && (head.readUInt32LE(0) === 0x04034b50 || head.readUInt32LE(0) === 0x06054b50);
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => (made ??= make());
}
