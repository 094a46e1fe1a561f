import { dirname } from 'node:path';
import type { Memento } from 'vscode';
import type { ModelInfo } from '../../protocol/server.ts';

const key = 'attentionScope.inspector.recentModels';
/** As many as a list of models has room for beside those that are always there. */
const mostRecent = 8;

/** Models of others that were opened by their paths, to be opened again without looking for them. */
export class RecentModels {
  readonly #storage: Pick<Memento, 'get' | 'update'>;

  constructor(storage: Pick<Memento, 'get' | 'update'>) {
    this.#storage = storage;
  }

  /** Absolute paths, the newest first. */
  get all(): readonly string[] {
    const stored = this.#storage.get<unknown>(key);
    return Array.isArray(stored) ? stored.filter(path => typeof path === 'string').slice(0, mostRecent) : [];
  }

  async add(path: string): Promise<void> {
    await this.#storage.update(key, [path, ...this.all.filter(other => other !== path)].slice(0, mostRecent));
  }
}

/** Those that no model of a list is known by already. @param paths of models, or of a file in their folders */
export function unlisted(paths: readonly string[], models: readonly Pick<ModelInfo, 'folder'>[]): readonly string[] {
  const folders = new Set(models.map(({ folder }) => folder));
  return paths.filter(path => !folders.has(path) && !folders.has(dirname(path)));
}
