import type { TranslateParams } from '../../protocol/server.ts';
import type { Trace } from '../../protocol/trace.ts';

/** What decides a translation. */
export type TraceKey = Pick<TranslateParams, 'model' | 'text' | 'beam' | 'languageId'>;

/** The traces of the last texts, by model and text (and what else decides the outcome). Least recently used go first. */
export class TraceCache {
  readonly #traces = new Map<string, Trace>();
  readonly #capacity: number;

  constructor(capacity = 100) {
    this.#capacity = capacity;
  }

  get(key: TraceKey): Trace | undefined {
    const name = nameOf(key);
    const trace = this.#traces.get(name);
    if (trace === undefined) return undefined;
    this.#traces.delete(name);
    this.#traces.set(name, trace);
    return trace;
  }

  set(key: TraceKey, trace: Trace): void {
    const name = nameOf(key);
    this.#traces.delete(name);
    this.#traces.set(name, trace);
    for (const oldest of this.#traces.keys()) {
      if (this.#traces.size <= this.#capacity) break;
      this.#traces.delete(oldest);
    }
  }

  clear(): void {
    this.#traces.clear();
  }
}

function nameOf({ model, text, beam, languageId }: TraceKey): string {
  return JSON.stringify([model, beam, languageId, text]);
}
