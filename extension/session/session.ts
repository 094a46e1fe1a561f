import { Failure } from '../../protocol/failure.ts';
import { wordings, type Kind, type Outcome } from '../../protocol/outcome.ts';
import type { MapId, TraceProgress } from '../../protocol/trace.ts';
import type { AskedWith, DoneAnnotation } from '../annotations/annotation.ts';
import type { AnnotationStore } from '../annotations/store.ts';
import type { PanelHost } from '../panel/host.ts';
import type { OutcomeCache, OutcomeKey } from './cache.ts';
import { Latest } from './latest.ts';
import type { Passage } from './passage.ts';

/** What can run: something asked about a text, or the classification of an image. */
export type Running = Kind | 'image';

/** What a session needs of the rest of the extension. */
export interface SessionHost {
  readonly store: AnnotationStore;
  readonly cache: OutcomeCache;
  /** The model and the beam to ask with; throws a `Failure` when there is no model, or the chosen one may not be used. */
  settings(kind: Kind): Promise<{ readonly model: string; readonly beam: number }>;
  ask(request: OutcomeKey, onProgress: (progress: TraceProgress) => void, signal: AbortSignal): Promise<Outcome>;
  readonly panel: Pick<PanelHost, 'begin'>;
  /** The panel now shows this annotation, or an outcome that has none. */
  setShown(annotation: number | undefined): void;
  /** Shows that something is going on, until `work` ends; its button calls `cancel`. */
  withProgress<Result>(title: string, cancel: () => void, work: Promise<Result>): Promise<Result>;
  /** Something began or ended. */
  changed(): void;
  failed(failure: Failure): void;
}

/** What was asked, to be asked once more. */
export interface Question {
  readonly kind: Kind;
  readonly passages: readonly Passage[];
  readonly options: RunOptions;
}

export interface Answered {
  readonly passage: Passage;
  readonly outcome: Outcome;
  /** `undefined` when the passage was edited while the model was asked about it. */
  readonly annotation: DoneAnnotation | undefined;
}

export interface RunOptions {
  /** Called once there is a model to ask. */
  readonly ready?: () => void;
  /** The rows are to be of another map of what the panel shows, which stays there until they come. */
  readonly map?: MapId;
  /** What to ask with; by the settings if left out. */
  readonly asked?: AskedWith | undefined;
}

/** Asks about passages one after another; a newer request supersedes the older. */
export class Session {
  readonly #host: SessionHost;
  readonly #latest = new Latest<Running>();
  #last: Question | undefined;

  constructor(host: SessionHost) {
    this.#host = host;
  }

  /** What runs, or is about to, if anything. */
  get current(): Running | undefined {
    return this.#latest.current;
  }

  get running(): boolean {
    return this.current !== undefined;
  }

  /** Whether something is asked about a text: the text panel shows what comes of it. */
  get runsOnText(): boolean {
    return this.current !== undefined && this.current in wordings;
  }

  /** The last question about texts that a model was given. */
  get last(): Question | undefined {
    return this.#last;
  }

  cancel(): void {
    this.#latest.cancel();
  }

  /**
   * Asks about each passage and annotates it. A passage that fails does not keep the next ones from being asked about; the
   * user is told of the first failure. Returns what was answered, in the passages' order; nothing when it was cancelled or
   * superseded.
   */
  async run(kind: Kind, passages: readonly Passage[], options: RunOptions = {}): Promise<readonly Answered[]> {
    const { noun, doing } = wordings[kind];
    const title = passages.length === 1 ? `${doing}…` : `${doing}: ${passages.length} selections…`;
    const { store } = this.#host;
    // Edits are followed from now on.
    const ids = passages.map(({ uri, span }) => store.begin(uri, span));
    const answered: Answered[] = [];
    try {
      const settings = async () => options.asked ?? (await this.#host.settings(kind));
      return await this.alone(kind, noun, title, settings, async ({ model, beam }, signal) => {
        this.#last = { kind, passages, options };
        options.ready?.();
        await this.#askAll({ kind, model, beam, map: options.map }, passages, ids, answered, signal);
        return signal.aborted ? [] : answered;
      });
    } finally {
      const done = new Set(answered.map(({ annotation }) => annotation?.id));
      for (const id of ids) if (!done.has(id)) store.remove(id);
    }
  }

  /**
   * Runs something else of its kind alone, with the same progress and the same way to cancel it.
   * @param prepare what must succeed before what runs is superseded
   */
  async alone<Ready, Result>(
    name: Running,
    noun: string,
    title: string,
    prepare: (signal: AbortSignal) => Promise<Ready>,
    work: (ready: Ready, signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const begun = (ready: Ready, signal: AbortSignal): Promise<Result> => {
      this.#host.changed();
      return work(ready, signal);
    };
    try {
      return await this.#latest.run(name, noun, prepare, begun, (cancel, whole) => {
        this.#host.changed();
        return this.#host.withProgress(title, cancel, whole);
      });
    } finally {
      this.#host.changed();
    }
  }

  async #askAll(
    asked: Omit<OutcomeKey, 'text' | 'languageId'>,
    passages: readonly Passage[],
    ids: readonly number[],
    answered: Answered[],
    signal: AbortSignal,
  ): Promise<void> {
    const failures: Failure[] = [];
    for (const [index, passage] of passages.entries()) {
      const { text, languageId } = passage;
      const outcome = await this.#ask({ ...asked, text, languageId }, signal).catch((error: unknown) => {
        failures.push(Failure.from(error));
        return undefined;
      });
      if (signal.aborted || failures.at(-1)?.code === 'worker-lost') break;
      if (outcome === undefined) continue;
      const annotation = this.#host.store.complete(ids[index] ?? 0, outcome, { model: asked.model, beam: asked.beam, languageId });
      this.#host.setShown(annotation?.id);
      answered.push({ passage, outcome, annotation });
    }
    const [first] = failures;
    if (first !== undefined) this.#host.failed(first);
  }

  async #ask(request: OutcomeKey, signal: AbortSignal): Promise<Outcome> {
    const { cache, panel } = this.#host;
    const isMap = request.map !== undefined;
    const say = panel.begin(request.kind, request.model, isMap);
    // Until another map is there, the panel shows what it showed.
    if (!isMap) this.#host.setShown(undefined);
    try {
      const outcome = cache.get(request) ?? (await this.#host.ask(request, progress => {
        // What a cancelled request still sends must not mix with its failure.
        if (!signal.aborted) say({ type: 'progress', progress });
      }, signal));
      cache.set(request, outcome);
      say({ type: 'end', outcome });
      return outcome;
    } catch (error) {
      say({ type: 'failed', failure: Failure.from(error).toData() });
      throw error;
    }
  }
}
