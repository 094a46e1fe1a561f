/** Watches folders by the system's own means, as far as they go. */
import { type FSWatcher, watch } from 'node:fs';
import { errnoOf } from '../files/errno.ts';

/** Watches are few on some systems (Linux's `max_user_watches`), and everybody needs them. */
const most = 3000;

export class FolderEyes {
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #resting = new Set<string>();
  /** Told of a change in a folder: of the entry that changed, where the system tells. */
  readonly #onChange: (folder: string, name: string | undefined) => void;

  constructor(onChange: (folder: string, name: string | undefined) => void) {
    this.#onChange = onChange;
  }

  /**
   * Watches these folders and no others; those that cannot be watched are left out, and tried the next time.
   * @returns those that were not watched before: of what happened in them until now nothing was told
   */
  watch(folders: Iterable<string>): string[] {
    const wanted = new Set(folders);
    const added: string[] = [];
    this.wake();
    for (const folder of [...this.#watchers.keys()]) {
      if (!wanted.has(folder)) this.forget(folder);
    }
    for (const folder of wanted) {
      if (this.#watchers.has(folder)) continue;
      if (this.#watchers.size >= most || !this.#add(folder)) break;
      if (this.#watchers.has(folder)) added.push(folder);
    }
    return added;
  }

  has(folder: string): boolean {
    return this.#watchers.has(folder);
  }

  /** What is watched is a folder, whatever its name is by now: this one is to be found anew. */
  forget(folder: string): void {
    this.#watchers.get(folder)?.close();
    this.#watchers.delete(folder);
  }

  /** Closes an eye on a folder until `wake`: what comes meanwhile would say what is known, that something changed. */
  rest(folder: string): void {
    if (!this.#watchers.has(folder)) return;
    this.forget(folder);
    this.#resting.add(folder);
  }

  /** Whoever looks at those folders now misses nothing. */
  wake(): void {
    for (const folder of this.#resting) if (!this.#watchers.has(folder)) this.#add(folder);
    this.#resting.clear();
  }

  dispose(): void {
    this.watch([]);
  }

  /** @returns whether it is worth trying others */
  #add(folder: string): boolean {
    try {
      const watcher = watch(folder, { persistent: false }, (_event, name) => this.#onChange(folder, name ?? undefined));
      watcher.on('error', () => {
        if (this.#watchers.get(folder) === watcher) this.forget(folder);
        this.#onChange(folder, undefined);
      });
      this.#watchers.set(folder, watcher);
      return true;
    } catch (thrown) {
      const code = errnoOf(thrown);
      if (code === undefined) throw thrown;
      return code !== 'ENOSPC' && code !== 'EMFILE';
    }
  }
}
