import { attendMethod, type TextAttention } from '../../protocol/checkpoint.ts';
import { Failure } from '../../protocol/failure.ts';
import type { FromRunPage, ToRunPage } from '../../protocol/run-page.ts';
import { runProbeMethod, type RunCheckpoint, type RunProbeParams, type RunsChanged, type RunWish } from '../../protocol/runs.ts';
import type { MapId } from '../../protocol/trace.ts';
import { OneAtATime } from '../checkpoint/one-at-a-time.ts';
import { FollowedRun } from './followed-run.ts';
import type { AttendAsk, KnownRuns, RunsAsk } from './services.ts';

/** What the dialogue needs of the rest of the extension. */
export interface DialogueHost {
  readonly ask: RunsAsk;
  readonly attend: AttendAsk;
  readonly runs: KnownRuns;
  /** @returns whether there is a page that hears it */
  post(message: ToRunPage): boolean;
  /** Whether somebody looks: a hidden page is told all anew when it is seen again. */
  isSeen(): boolean;
  /** Tells a run what is wished of it. @throws Failure where it cannot be */
  control(folder: string, wish: RunWish): Promise<void>;
  /** The text that two checkpoints are to read; `undefined` when the user would rather not. */
  askForText(proposal: string): Promise<string | undefined>;
  /** @throws Failure `untrusted-workspace` when the model may not be run */
  assertMayRun(path: string): void;
  /** Runs `work` alone among all that asks models, where the user sees it and can cancel it. */
  alone<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result>;
}

/** Two checkpoints of a run, by their steps, and the map that is wanted of both; left out, the first there is. */
export interface AskedPair {
  readonly folder: string;
  readonly steps: readonly [number, number];
  readonly map?: MapId;
}

/** One page's runs, and what the page is told of them. */
export class RunDialogue {
  readonly #host: DialogueHost;
  readonly #runs = new Map<string, FollowedRun>();
  readonly #probing = new OneAtATime('reading of the map');
  readonly #comparing = new OneAtATime('comparison');
  readonly #listening: { dispose(): void };
  #compared: Extract<ToRunPage, { readonly type: 'compared' }> | undefined;
  /** A comparison was asked for while there was no page to hear of it. */
  #unheard: Extract<ToRunPage, { readonly type: 'comparing' }> | undefined;
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
    if (this.#unheard !== undefined) this.#host.post(this.#unheard);
    this.#unheard = undefined;
    if (this.#compared !== undefined) this.#host.post(this.#compared);
    if (this.#comparing.isRunning) this.#host.post({ type: 'comparing' });
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

  /**
   * Lets two checkpoints of a run read a text, which is asked for unless that of the last time is wanted `again`.
   * @throws Failure `no-such-file` for a checkpoint that is kept no longer, `untrusted-workspace`
   */
  async compare({ again, ...pair }: Extract<FromRunPage, { readonly type: 'compare' }>): Promise<void> {
    this.#checkpoints(pair);
    const text = again && this.#text !== '' ? this.#text : await this.#host.askForText(this.#text);
    if (text !== undefined) await this.compareOn(text, pair);
  }

  /** Lets two checkpoints of a run read a text. @throws Failure as `compare` */
  async compareOn(text: string, { folder, steps, map }: AskedPair): Promise<void> {
    const [one, other] = this.#checkpoints({ folder, steps });
    this.#text = text;
    const asked = { type: 'comparing', asked: steps } as const;
    this.#unheard = this.#host.post(asked) ? undefined : asked;
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

  /** @throws Failure `no-such-file`, `untrusted-workspace` */
  #checkpoints({ folder, steps }: AskedPair): readonly [RunCheckpoint, RunCheckpoint] {
    const pair = [this.#checkpoint(folder, steps[0]), this.#checkpoint(folder, steps[1])] as const;
    for (const { folder: path } of pair) this.#host.assertMayRun(path);
    return pair;
  }

  #checkpoint(folder: string, step: number): RunCheckpoint {
    const run = this.#runs.get(folder)?.shown.run;
    const found = run?.checkpoints.find(checkpoint => checkpoint.step === step);
    if (found !== undefined) return found;
    const kept = run?.checkpoints.map(checkpoint => checkpoint.step).join(', ') ?? '';
    throw new Failure('no-such-file', `The checkpoint of step ${step} is kept no longer${kept === '' ? '' : `; there are those of ${kept}`}.`, 'Choose one that is there.');
  }
}
