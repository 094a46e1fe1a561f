import type { Memento } from 'vscode';
import type { RunsChanged, RunSummary } from '../../protocol/runs.ts';
import { isIn } from '../is-in.ts';
import { isLive } from './describe.ts';
import { isGone } from './is-gone.ts';
import { rememberedList } from './remembered.ts';

const awaitedKey = 'attentionScope.runs.awaitedEnds';
const toldKey = 'attentionScope.runs.toldEnded';
/** More are forgotten, the oldest first. */
const mostAwaited = 1_000;
const mostTold = 200;
/** How long windows without the focus let the one that has it speak first, in milliseconds. */
const politeness = 2_000;

export interface EndingsHost {
  /** This workspace's memory: runs whose end is awaited, so that one that came while the window was closed is told of too. */
  readonly workspace: Memento;
  /** That of all windows: what was told of. */
  readonly everywhere: Memento;
  hasFocus(): boolean;
  tell(run: RunSummary): void;
}

/** Tells of runs that were seen to wait or to live and have ended by themselves, each end once. */
export class Endings {
  readonly #host: EndingsHost;
  /** By folder, how far a run had come where it was seen to wait: to be there still is no end. `null` of one that was seen live. */
  readonly #awaited: Map<string, string | null>;
  /** Remembered as awaited until they are told of: the window may be closed meanwhile. */
  readonly #ended = new Set<string>();

  constructor(host: EndingsHost) {
    this.#host = host;
    this.#awaited = new Map(rememberedList(host.workspace, awaitedKey).map(parsed));
  }

  /** Whether an end is awaited of a run in some folders. Runs that are gone are forgotten. */
  async expectSome(folders: readonly string[]): Promise<boolean> {
    const runs = [...this.#awaited.keys()].filter(run => folders.some(folder => isIn(run, folder)));
    await this.#forgetGone(runs);
    await this.#remember();
    return runs.some(run => this.#awaited.has(run));
  }

  async changed({ changed, removed }: RunsChanged): Promise<void> {
    const ended = changed.filter(run => this.#hasEnded(run));
    // Another worker tells of some only after its first answer: these are missing, and not gone.
    await this.#forgetGone(removed.filter(run => this.#awaited.has(run)));
    await this.#remember();
    await Promise.all(ended.map(run => this.#tell(run)));
  }

  async #forgetGone(runs: readonly string[]): Promise<void> {
    const areGone = await Promise.all(runs.map(isGone));
    for (const [index, run] of runs.entries()) if (areGone[index] === true) this.#awaited.delete(run);
  }

  #hasEnded(run: RunSummary): boolean {
    const { folder, state } = run;
    const before = this.#awaited.get(folder);
    if (isLive(run)) this.#awaited.set(folder, null);
    else if (state !== 'queued') this.#awaited.delete(folder);
    // One that waits again is told of when it has ended again.
    else if (before === undefined) this.#awaited.set(folder, placeOf(run));
    const isEnd = before !== undefined && before !== placeOf(run) && isTold(run);
    if (isEnd) this.#ended.add(folder);
    return isEnd;
  }

  async #tell(run: RunSummary): Promise<void> {
    if (!this.#host.hasFocus()) await new Promise(resolve => setTimeout(resolve, politeness));
    const ending = [run.folder, run.state, placeOf(run)].join('\t');
    const told = rememberedList(this.#host.everywhere, toldKey);
    if (!told.includes(ending)) {
      this.#host.tell(run);
      await this.#host.everywhere.update(toldKey, [...told, ending].slice(-mostTold));
    }
    this.#ended.delete(run.folder);
    await this.#remember();
  }

  async #remember(): Promise<void> {
    const ended = [...this.#ended].filter(folder => !this.#awaited.has(folder)).map(folder => [folder, null] as const);
    const now = [...ended, ...this.#awaited].slice(-mostAwaited).map(written);
    const before = rememberedList(this.#host.workspace, awaitedKey);
    if (now.join('\n') !== before.join('\n')) await this.#host.workspace.update(awaitedKey, now);
  }
}

/** How far a run has come. */
const placeOf = ({ step, updated }: RunSummary): string => `${step} ${updated ?? ''}`;

const written = ([folder, place]: readonly [string, string | null]): string => `${folder}\t${place ?? ''}`;

function parsed(text: string): [string, string | null] {
  const end = text.lastIndexOf('\t');
  const place = text.slice(end + 1);
  return [text.slice(0, end), place === '' ? null : place];
}

/** Whoever stopped a run knows. */
function isTold({ state }: RunSummary): boolean {
  return state === 'finished' || state === 'failed' || state === 'interrupted';
}
