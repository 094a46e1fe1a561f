import { Failure, type FailureData } from '../../protocol/failure.ts';
import { wordings, type Kind, type Outcome } from '../../protocol/outcome.ts';
import type { MapId, TraceProgress } from '../../protocol/trace.ts';
import type { DoneAnnotation } from '../annotations/annotation.ts';
import type { AnnotationStore } from '../annotations/store.ts';
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
  readonly panel: {
    begin(kind: Kind, model: string): void;
    progress(progress: TraceProgress): void;
    end(outcome: Outcome): void;
    failed(failure: FailureData): void;
  };
  /** The panel now shows this annotation, or an outcome that has none. */
  setShown(annotation: number | undefined): void;
  /** Shows that something is going on, until `work` ends; its button calls `cancel`. */
  withProgress<Result>(title: string, cancel: () => void, work: Promise<Result>): Promise<Result>;
  /** Something began or ended. */
  changed(): void;
  failed(failure: Failure): void;
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
  /** Which map the rows are to be of; the model's own choice if left out. */
  readonly map?: MapId;
}

/** Asks about passages one after another; a newer request supersedes the older. */
export class Session {
  readonly #host: SessionHost;
  readonly #latest = new Latest<Running>();

  constructor(host: SessionHost) {
    this.#host = host;
  }

  /** What runs, if anything. */
  get current(): Running | undefined {
    return this.#latest.running;
  }

  get running(): boolean {
    return this.current !== undefined;
  }

  cancel(): void {
    this.#latest.cancel();
  }

  /**
   * Asks about each passage and annotates it. A passage that fails does not keep the next ones from being asked about; the
   * user is told of the first failure. Returns what was answered, in the passages' order; nothing when it was cancelled or
   * superseded.
   */
  run(kind: Kind, passages: readonly Passage[], options: RunOptions = {}): Promise<readonly Answered[]> {
    const { noun, doing } = wordings[kind];
    const title = passages.length === 1 ? `${doing}…` : `${doing}: ${passages.length} selections…`;
    return this.alone(kind, noun, title, signal => this.#askAll(kind, passages, signal, options));
  }

  /** Runs something else of its kind alone, with the same progress and the same way to cancel it. */
  async alone<Result>(name: Running, noun: string, title: string, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    try {
      return await this.#latest.run(name, noun, (signal, cancel) => {
        this.#host.changed();
        return this.#host.withProgress(title, cancel, work(signal));
      });
    } finally {
      this.#host.changed();
    }
  }

  async #askAll(kind: Kind, passages: readonly Passage[], signal: AbortSignal, { ready, map }: RunOptions): Promise<readonly Answered[]> {
    const { store } = this.#host;
    const ids = passages.map(({ uri, span }) => store.begin(uri, span));
    const answered: Answered[] = [];
    const failures: Failure[] = [];
    try {
      const { model, beam } = await this.#host.settings(kind);
      signal.throwIfAborted();
      ready?.();
      for (const [index, passage] of passages.entries()) {
        const { text, languageId } = passage;
        const outcome = await this.#ask({ kind, model, beam, text, languageId, map }, signal).catch((error: unknown) => {
          const failure = Failure.from(error);
          failures.push(failure);
          if (failure.code !== 'superseded') this.#host.panel.failed(failure.toData());
          return undefined;
        });
        if (signal.aborted || failures.at(-1)?.code === 'worker-lost') break;
        if (outcome === undefined) continue;
        const annotation = store.complete(ids[index] ?? 0, outcome);
        this.#host.setShown(annotation?.id);
        answered.push({ passage, outcome, annotation });
      }
    } finally {
      const done = new Set(answered.map(({ annotation }) => annotation?.id));
      for (const id of ids) if (!done.has(id)) store.remove(id);
    }
    const [first] = failures;
    if (first !== undefined) this.#host.failed(first);
    return signal.aborted ? [] : answered;
  }

  async #ask(request: OutcomeKey, signal: AbortSignal): Promise<Outcome> {
    const { cache, panel } = this.#host;
    panel.begin(request.kind, request.model);
    this.#host.setShown(undefined);
    const known = cache.get(request);
    const outcome = known ?? (await this.#host.ask(request, progress => {
      // What a cancelled or superseded request still sends must not mix with its successor's.
      if (!signal.aborted) panel.progress(progress);
    }, signal));
    cache.set(request, outcome);
    panel.end(outcome);
    return outcome;
  }
}
