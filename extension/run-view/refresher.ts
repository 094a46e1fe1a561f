/**
 * Work that is done again when something has changed: never twice at once, and not more often than every `interval`
 * milliseconds however often that is.
 */
export class Refresher {
  readonly #work: (signal: AbortSignal) => Promise<void>;
  readonly #interval: number;
  readonly #controller = new AbortController();
  #isRunning = false;
  #isWanted = false;
  #began = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param work tells of its failures by itself */
  constructor(work: (signal: AbortSignal) => Promise<void>, interval: number) {
    this.#work = work;
    this.#interval = interval;
  }

  /** Something has changed. */
  want(): void {
    if (this.#controller.signal.aborted) return;
    this.#isWanted = true;
    if (this.#isRunning || this.#timer !== undefined) return;
    const wait = this.#began + this.#interval - performance.now();
    if (wait <= 0) void this.#run();
    else this.#timer = setTimeout(() => void this.#run(), wait);
  }

  /** Nobody wants to know any more. */
  dispose(): void {
    clearTimeout(this.#timer);
    this.#controller.abort();
  }

  async #run(): Promise<void> {
    this.#timer = undefined;
    this.#isRunning = true;
    this.#isWanted = false;
    this.#began = performance.now();
    try {
      await this.#work(this.#controller.signal);
    } finally {
      this.#isRunning = false;
      if (this.#isWanted) this.want();
    }
  }
}
