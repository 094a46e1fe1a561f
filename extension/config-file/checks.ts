/** When texts are checked that change as they are written: once each rests, the newest alone, and not once it is closed. */
export interface ChecksHost<Document, Problem> {
  key(document: Document): string;
  /** What was the case when it was asked; told only where the document is still as it was. */
  check(document: Document, signal: AbortSignal): Promise<readonly Problem[]>;
  tell(document: Document, problems: readonly Problem[]): void;
  forget(document: Document): void;
  failed(error: unknown): void;
}

/** How long a document rests before it is checked, in milliseconds. */
const rest = 300;

export class Checks<Document, Problem> {
  readonly #host: ChecksHost<Document, Problem>;
  readonly #running = new Map<string, AbortController>();
  readonly #rest: number;

  constructor(host: ChecksHost<Document, Problem>, wait = rest) {
    this.#host = host;
    this.#rest = wait;
  }

  /** The document is another one now, or was opened. */
  changed(document: Document, wait = this.#rest): void {
    const key = this.#host.key(document);
    this.#running.get(key)?.abort();
    const controller = new AbortController();
    this.#running.set(key, controller);
    const { signal } = controller;
    const timer = setTimeout(() => void this.#check(document, signal), wait);
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  }

  closed(document: Document): void {
    const key = this.#host.key(document);
    this.#running.get(key)?.abort();
    this.#running.delete(key);
    this.#host.forget(document);
  }

  dispose(): void {
    for (const controller of this.#running.values()) controller.abort();
    this.#running.clear();
  }

  async #check(document: Document, signal: AbortSignal): Promise<void> {
    try {
      const problems = await this.#host.check(document, signal);
      if (!signal.aborted) this.#host.tell(document, problems);
    } catch (error) {
      if (!signal.aborted) this.#host.failed(error);
    }
  }
}
