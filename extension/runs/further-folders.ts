import type { Memento } from 'vscode';
import { isGone } from './is-gone.ts';
import { rememberedList } from './remembered.ts';

const key = 'attentionScope.runs.furtherFolders';
/** More are forgotten, the oldest first. */
const most = 50;

/** Folders of runs that the settings do not name, but that runs were started into: of configs outside the workspace. */
export class FurtherFolders {
  readonly #memory: Memento;

  constructor(memory: Memento) {
    this.#memory = memory;
  }

  /** Absolute. */
  get all(): readonly string[] {
    return rememberedList(this.#memory, key);
  }

  async remember(folder: string): Promise<void> {
    const others = this.all.filter(one => one !== folder);
    await this.#memory.update(key, [...others, folder].slice(-most));
  }

  /** Forgets those that are there no longer. */
  async forgetGone(): Promise<void> {
    const { all } = this;
    const areGone = await Promise.all(all.map(isGone));
    if (areGone.includes(true)) await this.#memory.update(key, all.filter((_, index) => areGone[index] === false));
  }
}
