import type { Memento } from 'vscode';
import type { RunsChanged, RunSummary } from '../../protocol/runs.ts';
import { isLive } from './describe.ts';

const seenKey = 'attentionScope.runs.seenLive';
const toldKey = 'attentionScope.runs.toldEnded';
/** More are forgotten, the oldest first. */
const mostRemembered = 200;
/** How long windows without the focus let the one that has it speak first, in milliseconds. */
const politeness = 2_000;

export interface EndingsHost {
  /** This workspace's memory: runs that were seen live, so that one that ended while the window was closed is told of too. */
  readonly workspace: Memento;
  /** That of all windows: what was told of. */
  readonly everywhere: Memento;
  hasFocus(): boolean;
  tell(run: RunSummary): void;
}

/** Tells of runs that were seen live and have ended by themselves, each once. */
export class Endings {
  readonly #host: EndingsHost;
  readonly #seen: Set<string>;

  constructor(host: EndingsHost) {
    this.#host = host;
    this.#seen = new Set(remembered(host.workspace, seenKey));
  }

  async changed({ changed, removed }: RunsChanged): Promise<void> {
    const before = [...this.#seen].join('\n');
    const ended = changed.filter(run => {
      if (isLive(run)) this.#seen.add(run.folder);
      // One that waits again is told of when it has ended again.
      return !isLive(run) && run.state !== 'queued' && this.#seen.delete(run.folder) && isTold(run);
    });
    for (const folder of removed) this.#seen.delete(folder);
    const now = [...this.#seen].slice(-mostRemembered);
    if (now.join('\n') !== before) await this.#host.workspace.update(seenKey, now);
    await Promise.all(ended.map(run => this.#tell(run)));
  }

  async #tell(run: RunSummary): Promise<void> {
    if (!this.#host.hasFocus()) await new Promise(resolve => setTimeout(resolve, politeness));
    const ending = [run.folder, run.state, run.step, run.updated].join('\t');
    const told = remembered(this.#host.everywhere, toldKey);
    if (told.includes(ending)) return;
    this.#host.tell(run);
    await this.#host.everywhere.update(toldKey, [...told, ending].slice(-mostRemembered));
  }
}

/** Whoever stopped a run knows. */
function isTold({ state }: RunSummary): boolean {
  return state === 'finished' || state === 'failed' || state === 'interrupted';
}

function remembered(memory: Memento, key: string): readonly string[] {
  const value = memory.get<unknown>(key);
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : [];
}
