import { isDeepStrictEqual } from 'node:util';
import type { RunsChanged, RunSummary } from '../../protocol/runs.ts';

export type RunsListener = (change: RunsChanged) => void;

/** The runs that are known, by their folders. */
export class RunStore {
  readonly #runs = new Map<string, RunSummary>();
  readonly #listeners = new Set<RunsListener>();

  get all(): readonly RunSummary[] {
    return [...this.#runs.values()];
  }

  get(folder: string): RunSummary | undefined {
    return this.#runs.get(folder);
  }

  /** These are all there are. Told is only what differs from before. */
  replace(runs: readonly RunSummary[]): void {
    const folders = new Set(runs.map(({ folder }) => folder));
    this.apply({
      changed: runs.filter(run => !isDeepStrictEqual(run, this.#runs.get(run.folder))),
      removed: [...this.#runs.keys()].filter(folder => !folders.has(folder)),
    });
  }

  apply(change: RunsChanged): void {
    if (change.changed.length === 0 && change.removed.length === 0) return;
    for (const folder of change.removed) this.#runs.delete(folder);
    for (const run of change.changed) this.#runs.set(run.folder, run);
    for (const listener of this.#listeners) listener(change);
  }

  onDidChange(listener: RunsListener): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }
}
