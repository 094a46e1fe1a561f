import type { FromRunPage, ToRunPage } from '../../protocol/run-page.ts';
import { runProbeMethod, type RunProbeParams, type RunsChanged, type RunWish } from '../../protocol/runs.ts';
import { OneAtATime } from '../checkpoint/one-at-a-time.ts';
import { FollowedRun } from './followed-run.ts';
import type { KnownRuns, RunsAsk } from './services.ts';

/** What the dialogue needs of the rest of the extension. */
export interface DialogueHost {
  readonly ask: RunsAsk;
  readonly runs: KnownRuns;
  /** @returns whether there is a page that hears it */
  post(message: ToRunPage): boolean;
  /** Whether somebody looks: a hidden page is told all anew when it is seen again. */
  isSeen(): boolean;
  /** Tells a run what is wished of it. @throws Failure where it cannot be */
  control(folder: string, wish: RunWish): Promise<void>;
  /** The text that two checkpoints are to read; `undefined` when the user would rather not. */
  askForText(proposal: string): Promise<string | undefined>;
}

/** One page's runs, and what the page is told of them. */
export class RunDialogue {
  readonly #host: DialogueHost;
  readonly #runs = new Map<string, FollowedRun>();
  readonly #probing = new OneAtATime('reading of the map');
  readonly #listening: { dispose(): void };
  /** A comparison was asked for while there was no page to hear of it. */
  #unheard: Extract<ToRunPage, { readonly type: 'compare-on' }> | undefined;

  /** @param folders of the runs, the first one first */
  constructor(folders: readonly string[], host: DialogueHost) {
    this.#host = host;
    for (const folder of folders) this.#follow(folder);
    this.#listening = host.runs.onDidChange(change => this.#onChange(change));
  }

  /** The run that the page was opened for. */
  get main(): FollowedRun | undefined {
    const [first] = this.#runs.values();
    return first;
  }

  get folders(): readonly string[] {
    return [...this.#runs.keys()];
  }

  /** More runs are compared. */
  add(folders: readonly string[]): void {
    const more = folders.filter(folder => !this.#runs.has(folder));
    for (const folder of more) this.#follow(folder);
    if (more.length === 0) return;
    this.#tellRuns();
    for (const folder of more) this.#runs.get(folder)?.renew();
  }

  /** A run is compared no longer; the first one stays. */
  remove(folder: string): void {
    if (folder === this.main?.folder) return;
    this.#runs.get(folder)?.dispose();
    this.#runs.delete(folder);
    this.#tellRuns();
  }

  /** Brings a fresh page up to date. */
  renew(): void {
    for (const run of this.#runs.values()) run.renew();
    if (this.#unheard !== undefined) this.#host.post(this.#unheard);
    this.#unheard = undefined;
  }

  /** All runs are read again. */
  reload(): void {
    for (const run of this.#runs.values()) run.reload();
  }

  /** What a fresh page is told at once. */
  replay(): readonly ToRunPage[] {
    return [{ type: 'runs', runs: [...this.#runs.values()].map(({ shown }) => shown) }];
  }

  want({ wanted }: Extract<FromRunPage, { readonly type: 'want' }>): void {
    for (const run of this.#runs.values()) run.want(wanted);
  }

  /** Reads a probe's map, instead of the one before it. */
  async probe(at: RunProbeParams): Promise<void> {
    if (!this.#runs.has(at.folder)) return;
    await this.#probing.run(signal => this.#host.ask(runProbeMethod, at, signal), {
      done: probe => this.#host.post({ type: 'probe', at, probe }),
      failed: failure => this.#host.post({ type: 'unprobed', at, failure: failure.toData() }),
    });
  }

  /** Tells a run what is wished of it. @throws Failure where it cannot be */
  async control(folder: string, wish: RunWish): Promise<void> {
    if (this.#runs.has(folder)) await this.#host.control(folder, wish);
  }

  /** Asks for the text that two checkpoints are to read, and tells the page. */
  async chooseText(proposal: string): Promise<void> {
    const text = await this.#host.askForText(proposal);
    if (text !== undefined) this.compareOn(text);
  }

  /** Two checkpoints of the first run are to read a text: the page opens an inspection of each. */
  compareOn(text: string, steps?: readonly [number, number]): void {
    const asked = { type: 'compare-on', text, ...(steps === undefined ? {} : { steps }) } as const;
    this.#unheard = this.#host.post(asked) ? undefined : asked;
  }

  /** Nobody looks any more. */
  dispose(): void {
    this.#listening.dispose();
    for (const run of this.#runs.values()) run.dispose();
    this.#probing.drop();
  }

  #follow(folder: string): void {
    if (this.#runs.has(folder)) return;
    const { ask, runs } = this.#host;
    this.#runs.set(folder, new FollowedRun(folder, runs.get(folder), ask, message => this.#host.post(message), () => this.#tellRuns()));
  }

  #tellRuns(): void {
    for (const message of this.replay()) this.#host.post(message);
  }

  #onChange({ changed, removed }: RunsChanged): void {
    for (const run of changed) this.#runs.get(run.folder)?.update(run, this.#host.isSeen());
    for (const folder of removed) this.#runs.get(folder)?.lose();
  }
}
