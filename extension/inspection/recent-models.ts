import type { Memento } from 'vscode';

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
