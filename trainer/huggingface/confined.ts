/** A model's folder: nothing outside of it is read, and nothing that is no plain file. */
import { constants } from 'node:fs';
import { lstat, open, readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { Failure } from '../../protocol/failure.ts';
import { errnoOf } from '../files/errno.ts';
import { holds } from '../formats/confined.ts';
import { brokenFile } from './json.ts';

/** A plain file of the folder. */
export interface FolderFile {
  /** Relative to the folder, with `/`: `onnx/model.onnx`. */
  readonly name: string;
  /** Absolute; a link, where the folder has one. */
  readonly path: string;
  /** Absolute, links resolved. */
  readonly real: string;
  readonly bytes: number;
}

/** How many entries of a folder are looked at. */
const mostEntries = 10_000;
const text = new TextDecoder('utf-8', { fatal: true });

export class ConfinedFolder {
  private constructor(
    /** Absolute, links resolved. */
    readonly path: string,
  ) {}

  /** @throws Failure `unknown-model` where there is no such folder */
  static async open(path: string): Promise<ConfinedFolder> {
    const real = await realpath(path).catch((thrown: unknown) => {
      throw new Failure('unknown-model', `There is no folder ${path} (${errnoOf(thrown) ?? 'unreadable'}).`, 'Check the path of the model.', { cause: thrown });
    });
    if (!(await stat(real)).isDirectory()) {
      throw new Failure('unknown-model', `${path} is no folder; the folder of a model was expected.`, 'Give the folder that holds config.json.');
    }
    return new ConfinedFolder(real);
  }

  /** Plain files in the folder, or in one of its folders, by name; empty where there is no such folder. */
  async list(subfolder = ''): Promise<FolderFile[]> {
    const path = join(this.path, subfolder);
    const within = await realpath(path).catch(() => undefined);
    if (within === undefined || !this.#holds(within)) return [];
    const names = await readdir(path).catch((thrown: unknown) => {
      if (errnoOf(thrown) === 'ENOENT' || errnoOf(thrown) === 'ENOTDIR') return [];
      throw brokenFile(path, `cannot be read (${errnoOf(thrown) ?? 'unreadable'})`, 'Check its permissions.', thrown);
    });
    if (names.length > mostEntries) throw brokenFile(path, `has ${names.length} entries; at most ${mostEntries} are looked at`, 'Put the model into a folder of its own.');
    const files: FolderFile[] = [];
    for (const name of names.sort()) {
      const file = await this.#file(subfolder === '' ? name : `${subfolder}/${name}`);
      if (file !== undefined) files.push(file);
    }
    return files;
  }

  /** The file of that name, or nothing where there is none. @throws Failure `broken-model` where it leads out of the folder */
  async find(name: string): Promise<FolderFile | undefined> {
    const path = join(this.path, name);
    if (!path.startsWith(this.path + sep)) throw brokenFile(path, 'is outside of the model\'s folder', 'Take the model from where it came from again.');
    const file = await this.#file(name);
    if (file !== undefined) return file;
    const stats = await lstat(path).catch(() => undefined);
    if (stats === undefined) return undefined;
    if (stats.isSymbolicLink()) {
      const real = await realpath(path).catch(() => undefined);
      throw real === undefined
        ? brokenFile(path, 'is a link to a file that is not there', 'Download the model again.')
        : brokenFile(path, `is a link to ${real}, outside of the model's folder`, 'Copy the file itself into the folder.');
    }
    throw brokenFile(path, 'is no plain file');
  }

  /** The bytes of a file. @throws Failure `broken-model` where it is over `most` bytes */
  async read(file: FolderFile, most: number): Promise<Uint8Array> {
    const handle = await open(file.real, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch((thrown: unknown) => {
      throw brokenFile(file.path, `cannot be read (${errnoOf(thrown) ?? 'unreadable'})`, 'Check its permissions.', thrown);
    });
    try {
      const stats = await handle.stat();
      if (!stats.isFile()) throw brokenFile(file.path, 'is no plain file');
      if (stats.size > most) throw brokenFile(file.path, `has ${stats.size} bytes; at most ${most} are accepted`);
      return await handle.readFile();
    } finally {
      await handle.close();
    }
  }

  /** @throws Failure `broken-model` where it is over `most` bytes, or not UTF-8 */
  async readText(file: FolderFile, most: number): Promise<string> {
    const bytes = await this.read(file, most);
    try {
      return text.decode(bytes);
    } catch (thrown) {
      throw brokenFile(file.path, 'is not UTF-8 text', undefined, thrown);
    }
  }

  /** Nothing where the name is none of a plain file that may be read. */
  async #file(name: string): Promise<FolderFile | undefined> {
    const path = join(this.path, name);
    const real = await realpath(path).catch(() => undefined);
    if (real === undefined || !this.#holds(real)) return undefined;
    const stats = await stat(real).catch(() => undefined);
    return stats?.isFile() === true ? { name, path, real, bytes: stats.size } : undefined;
  }

  #holds(real: string): boolean {
    return real === this.path || holds(this.path, real);
  }
}
