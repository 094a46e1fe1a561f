import { isDeepStrictEqual } from 'node:util';
import { Failure } from '../../protocol/failure.ts';
import type { ShownRun, ToRunPage, Wanted } from '../../protocol/run-page.ts';
import { runDetailsMethod, runHeadsMethod, runSeriesMethod, type RunDetails, type RunSummary } from '../../protocol/runs.ts';
import { Refresher } from './refresher.ts';
import type { RunsAsk } from './services.ts';

/** A run that is written is read again so often at most, in milliseconds: four pictures a second follow it well. */
export const refreshEvery = 250;

/** What has to be asked again. */
interface Stale {
  details: boolean;
  curves: boolean;
  heads: boolean;
}

/** One run of a page: what is drawn of it is asked for, and again whenever it has changed. */
export class FollowedRun {
  readonly folder: string;
  readonly #ask: RunsAsk;
  readonly #post: (message: ToRunPage) => void;
  readonly #changed: () => void;
  readonly #refresher = new Refresher(signal => this.#refresh(signal), refreshEvery);
  readonly #stale: Stale = { details: true, curves: false, heads: false };
  #wanted: Wanted = { curves: [], points: 0, heads: null };
  #details: RunDetails | undefined;
  #run: RunSummary | undefined;
  #isGone = false;

  /** @param changed how it stands, as `shown` tells it, is another than before */
  constructor(folder: string, run: RunSummary | undefined, ask: RunsAsk, post: (message: ToRunPage) => void, changed: () => void) {
    this.folder = folder;
    this.#run = run;
    this.#ask = ask;
    this.#post = post;
    this.#changed = changed;
  }

  get shown(): ShownRun {
    return { folder: this.folder, name: this.#run?.name ?? lastPart(this.folder), run: this.#run ?? null, isGone: this.#isGone };
  }

  /** What was last read of it. */
  get details(): RunDetails | undefined {
    return this.#details;
  }

  /** The run has changed. @param isSeen somebody looks: what is drawn of it is asked for again */
  update(run: RunSummary, isSeen: boolean): void {
    this.#tell(run, false);
    if (isSeen) this.reload();
  }

  /** Its folder is gone. */
  lose(): void {
    if (this.#run === undefined) return;
    this.#tell(this.#run, true);
  }

  /** A fresh page knows nothing: all is asked for again. */
  renew(): void {
    this.#wanted = { curves: [], points: 0, heads: null };
    if (this.#details !== undefined) this.#post({ type: 'details', details: this.#details });
    this.#stale.details = true;
    this.#refresher.want();
  }

  /** What is drawn is asked for again. */
  reload(): void {
    Object.assign(this.#stale, { details: true, curves: true });
    this.#refresher.want();
  }

  /** Something else is drawn. */
  want(wanted: Wanted): void {
    const before = this.#wanted;
    this.#wanted = wanted;
    if (wanted.points !== before.points || !isDeepStrictEqual(this.#curvesOf(wanted), this.#curvesOf(before))) this.#stale.curves = true;
    if (wanted.heads === this.folder && before.heads !== this.folder) this.#stale.heads = true;
    if (this.#stale.curves || this.#stale.heads) this.#refresher.want();
  }

  dispose(): void {
    this.#refresher.dispose();
  }

  async #refresh(signal: AbortSignal): Promise<void> {
    const { details, curves, heads } = this.#stale;
    Object.assign(this.#stale, { details: false, curves: false, heads: false });
    try {
      const steps = this.#details?.probes?.steps.length ?? 0;
      // What a curve gained is to be seen first.
      if (curves) await this.#refreshCurves(signal);
      if (details) await this.#refreshDetails(signal);
      if (heads || (this.#wanted.heads === this.folder && (this.#details?.probes?.steps.length ?? 0) !== steps)) await this.#refreshHeads(signal);
    } catch (error) {
      if (!signal.aborted && !this.#isGone) this.#post({ type: 'unreadable', folder: this.folder, failure: Failure.from(error).toData() });
    }
  }

  async #refreshDetails(signal: AbortSignal): Promise<void> {
    const details = await this.#ask(runDetailsMethod, { folder: this.folder }, signal);
    if (signal.aborted) return;
    this.#details = details;
    this.#tell(details.run, false);
    this.#post({ type: 'details', details });
  }

  async #refreshCurves(signal: AbortSignal): Promise<void> {
    const { points } = this.#wanted;
    for (const { metrics, ...range } of this.#curvesOf(this.#wanted)) {
      const { folder, ...steps } = range;
      const { series } = await this.#ask(runSeriesMethod, { folder, metrics, points, ...steps }, signal);
      if (signal.aborted) return;
      this.#post({ type: 'curves', folder, range: steps, series });
    }
  }

  async #refreshHeads(signal: AbortSignal): Promise<void> {
    const heads = await this.#ask(runHeadsMethod, { folder: this.folder }, signal);
    if (!signal.aborted) this.#post({ type: 'heads', folder: this.folder, heads });
  }

  #curvesOf({ curves }: Wanted): Wanted['curves'] {
    return curves.filter(({ folder }) => folder === this.folder);
  }

  #tell(run: RunSummary, isGone: boolean): void {
    if (isGone === this.#isGone && isDeepStrictEqual(run, this.#run)) return;
    this.#run = run;
    this.#isGone = isGone;
    this.#changed();
  }
}

/** What a folder is called, on any system. */
export function lastPart(path: string): string {
  return path.split(/[\\/]/).findLast(part => part !== '') ?? path;
}
