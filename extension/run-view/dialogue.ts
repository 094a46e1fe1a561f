import { attendMethod, type TextAttention } from '../../protocol/checkpoint.ts';
import { Failure } from '../../protocol/failure.ts';
import type { FromRunPage, ToRunPage } from '../../protocol/run-page.ts';
import { controlRunMethod, runProbeMethod, type RunCheckpoint, type RunProbeParams, type RunsChanged, type RunWish } from '../../protocol/runs.ts';
import type { MapId } from '../../protocol/trace.ts';
import { OneAtATime } from '../checkpoint/one-at-a-time.ts';
import { FollowedRun } from './followed-run.ts';
import type { AttendAsk, KnownRuns, RunsAsk } from './services.ts';

/** What the dialogue needs of the rest of the extension. */
export interface DialogueHost {
  readonly ask: RunsAsk;
  readonly attend: AttendAsk;
  readonly runs: KnownRuns;
  post(message: ToRunPage): void;
  /** Whether somebody looks: a hidden page is told all anew when it is seen again. */
  isSeen(): boolean;
  /** Runs at once on this machine, beside which one that is to go on waits. */
  atOnce(): number;
  /** The text that two checkpoints are to read; `undefined` when the user would rather not. */
  askForText(proposal: string): Promise<string | undefined>;
  /** @throws Failure `untrusted-workspace` when the model may not be run */
  assertMayRun(path: string): void;
  /** Runs `work` alone among all that asks models, where the user sees it and can cancel it. */
  alone<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result>;
}

/** One page's runs, and what the page is told of them. */
export class RunDialogue {
  readonly #host: DialogueHost;
  readonly #runs = new Map<string, FollowedRun>();
  readonly #probing = new OneAtATime('reading of the map');
  readonly #comparing = new OneAtATime('comparison');
  readonly #listening: { dispose(): void };
  #compared: Extract<ToRunPage, { readonly type: 'compared' }> | undefined;
  #text = '';

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
    if (this.#compared !== undefined) this.#host.post(this.#compared);
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
    if (!this.#runs.has(folder)) return;
    await this.#host.ask(controlRunMethod, { folder, wish, atOnce: this.#host.atOnce() }, new AbortController().signal);
  }

  /**
   * Lets two checkpoints of a run read a text.
   * @param again the text of the last time; else one is asked for
   * @throws Failure `no-such-file` for a checkpoint that is kept no longer, `untrusted-workspace`
   */
  async compare({ folder, steps, map, again }: Extract<FromRunPage, { readonly type: 'compare' }>): Promise<void> {
    const [one, other] = [this.#checkpoint(folder, steps[0]), this.#checkpoint(folder, steps[1])];
    for (const { folder: path } of [one, other]) this.#host.assertMayRun(path);
    const text = again && this.#text !== '' ? this.#text : await this.#host.askForText(this.#text);
    if (text === undefined) return;
    this.#text = text;
    this.#host.post({ type: 'comparing', begins: true });
    await this.#comparing.run(own => this.#host.alone(async signal => {
      const both = AbortSignal.any([own, signal]);
      const first = await this.#attend(one, text, map, both);
      return [first, await this.#attend(other, text, first.map, both)] as const;
    }), {
      done: attentions => {
        this.#compared = { type: 'compared', pair: { folder, text, steps, attentions } };
        this.#host.post(this.#compared);
      },
      failed: failure => this.#host.post({ type: 'incomparable', failure: failure.toData() }),
    });
  }

  cancelComparing(): void {
    this.#comparing.cancel();
  }

  /** Nobody looks any more. */
  dispose(): void {
    this.#listening.dispose();
    for (const run of this.#runs.values()) run.dispose();
    this.#probing.drop();
    this.#comparing.drop();
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

  #attend({ folder: path }: RunCheckpoint, text: string, map: MapId | undefined, signal: AbortSignal): Promise<TextAttention> {
    signal.throwIfAborted();
    return this.#host.attend(attendMethod, { path, text, languageId: 'plaintext', ...(map === undefined ? {} : { map }) }, signal);
  }

  #checkpoint(folder: string, step: number): RunCheckpoint {
    const run = this.#runs.get(folder)?.shown.run;
    const found = run?.checkpoints.find(checkpoint => checkpoint.step === step);
    if (found !== undefined) return found;
    const kept = run?.checkpoints.map(checkpoint => checkpoint.step).join(', ') ?? '';
    throw new Failure('no-such-file', `The checkpoint of step ${step} is kept no longer${kept === '' ? '' : `; there are those of ${kept}`}.`, 'Choose one that is there.');
  }
}
