import { Failure } from '../../protocol/failure.ts';
import { watchRunsMethod } from '../../protocol/runs.ts';
import type { Ask } from '../worker/methods.ts';
import type { RunStore } from './store.ts';

export interface WatchHost {
  readonly ask: Ask<typeof watchRunsMethod>;
  /** The absolute folders to watch now. */
  folders(): readonly string[];
  failed(failure: Failure): void;
  /** Folders that could not be read, and why. */
  problems(problems: readonly string[]): void;
}

/** Keeps the store in step with the folders of runs: from when it is first wanted, through changes of folders and losses of the worker. */
export class RunsWatch {
  readonly #host: WatchHost;
  readonly #store: RunStore;
  #isWanted = false;
  #isAsking = false;
  #known: Promise<void> | undefined;
  #folders: readonly string[] = [];

  constructor(host: WatchHost, store: RunStore) {
    this.#host = host;
    this.#store = store;
  }

  /** Watches from now on, if it does not already. Resolves when the runs are known, or cannot be; never rejects. */
  begin(): Promise<void> {
    this.#isWanted = true;
    return (this.#known ??= this.#ask());
  }

  /** Looks for the runs anew, if anybody wants to know. */
  async again(): Promise<void> {
    if (this.#isWanted) await (this.#known = this.#ask());
  }

  /** Another worker is there, which watches nothing, unless it was started to be asked just that. */
  async workerStarted(): Promise<void> {
    if (!this.#isAsking) await this.again();
  }

  /** The settings may name other folders. */
  async foldersMayDiffer(): Promise<void> {
    const folders = this.#host.folders();
    if (folders.length !== this.#folders.length || folders.some((folder, index) => folder !== this.#folders[index])) await this.again();
  }

  async #ask(): Promise<void> {
    const folders = this.#host.folders();
    this.#folders = folders;
    this.#isAsking = true;
    const isLatest = (): boolean => this.#folders === folders;
    try {
      const { runs, problems } = await this.#host.ask(watchRunsMethod, { folders }, new AbortController().signal);
      if (!isLatest()) return await this.#known;
      this.#isAsking = false;
      this.#store.replace(runs);
      this.#host.problems(problems);
    } catch (error) {
      if (!isLatest()) return await this.#known;
      this.#isAsking = false;
      this.#known = undefined;
      this.#host.failed(Failure.from(error));
    }
  }
}
