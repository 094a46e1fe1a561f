import { Failure, type FailureData } from '../../protocol/failure.ts';
import type { TranslateParams } from '../../protocol/server.ts';
import type { Trace, TraceProgress } from '../../protocol/trace.ts';
import type { DoneAnnotation } from '../annotations/annotation.ts';
import type { AnnotationStore } from '../annotations/store.ts';
import type { TraceCache } from './cache.ts';
import { Latest } from './latest.ts';
import type { Passage } from './passage.ts';

/** What a session needs of the rest of the extension. */
export interface SessionHost {
  readonly store: AnnotationStore;
  readonly cache: TraceCache;
  /** Model and beam to translate with; throws a `Failure` when the chosen model may not be used. */
  model(): { readonly model: string; readonly beam: number };
  translate(params: TranslateParams, onProgress: (progress: TraceProgress) => void, signal: AbortSignal): Promise<Trace>;
  readonly panel: {
    begin(model: string): void;
    progress(progress: TraceProgress): void;
    end(trace: Trace): void;
    failed(failure: FailureData): void;
  };
  /** The panel now shows this annotation, or a translation that has none. */
  setShown(annotation: number | undefined): void;
  /** Shows that something is going on, until `work` ends; its cancel button aborts `controller`. */
  withProgress<Result>(title: string, controller: AbortController, work: Promise<Result>): Promise<Result>;
  /** Something began or ended. */
  changed(): void;
  failed(failure: Failure): void;
}

export interface Translated {
  readonly passage: Passage;
  readonly trace: Trace;
  /** `undefined` when the passage was edited while it was being translated. */
  readonly annotation: DoneAnnotation | undefined;
}

/** Translates passages one after another; a newer request supersedes the older. */
export class Session {
  readonly #host: SessionHost;
  readonly #latest = new Latest();

  constructor(host: SessionHost) {
    this.#host = host;
  }

  get running(): boolean {
    return this.#latest.running;
  }

  cancel(): void {
    this.#latest.cancel();
  }

  /**
   * Translates each passage and annotates it. A passage that fails does not keep the next ones from being translated;
   * the user is told of the first failure. Returns what was translated, in the passages' order; nothing when it was
   * cancelled or superseded.
   */
  async run(passages: readonly Passage[]): Promise<readonly Translated[]> {
    try {
      return await this.#latest.run(controller => {
        this.#host.changed();
        const title = passages.length === 1 ? 'Translating…' : `Translating ${passages.length} selections…`;
        return this.#host.withProgress(title, controller, this.#translateAll(passages, controller.signal));
      });
    } finally {
      this.#host.changed();
    }
  }

  async #translateAll(passages: readonly Passage[], signal: AbortSignal): Promise<readonly Translated[]> {
    const { store } = this.#host;
    const { model, beam } = this.#host.model();
    const ids = passages.map(({ uri, span }) => store.begin(uri, span));
    const translated: Translated[] = [];
    const failures: Failure[] = [];
    try {
      for (const [index, passage] of passages.entries()) {
        const { text, languageId } = passage;
        const trace = await this.#translate({ model, beam, text, languageId }, signal).catch((error: unknown) => {
          const failure = Failure.from(error);
          failures.push(failure);
          if (failure.code !== 'superseded') this.#host.panel.failed(failure.toData());
          return undefined;
        });
        if (signal.aborted || failures.at(-1)?.code === 'worker-lost') break;
        if (trace === undefined) continue;
        const annotation = store.complete(ids[index] ?? 0, trace);
        this.#host.setShown(annotation?.id);
        translated.push({ passage, trace, annotation });
      }
    } finally {
      const done = new Set(translated.map(({ annotation }) => annotation?.id));
      for (const id of ids) if (!done.has(id)) store.remove(id);
    }
    const [first] = failures;
    if (first !== undefined) this.#host.failed(first);
    return signal.aborted ? [] : translated;
  }

  async #translate(params: TranslateParams, signal: AbortSignal): Promise<Trace> {
    const { cache, panel } = this.#host;
    panel.begin(params.model);
    this.#host.setShown(undefined);
    const known = cache.get(params);
    const trace = known ?? (await this.#host.translate(params, progress => {
      // What a cancelled or superseded request still sends must not mix with its successor's.
      if (!signal.aborted) panel.progress(progress);
    }, signal));
    cache.set(params, trace);
    panel.end(trace);
    return trace;
  }
}
