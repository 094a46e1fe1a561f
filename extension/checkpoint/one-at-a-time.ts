import { Failure } from '../../protocol/failure.ts';

/** Requests of which only the last matters: each one cancels the one before it. */
export class OneAtATime {
  readonly #noun: string;
  #controller: AbortController | undefined;

  /** @param noun what messages call it: "comparison" */
  constructor(noun: string) {
    this.#noun = noun;
  }

  /**
   * Runs `work`, and tells what comes of it, unless another one began meanwhile or nobody wants to know any more.
   * @param tell `cancelled` failures are told only where the user cancelled
   */
  async run<Result>(work: (signal: AbortSignal) => Promise<Result>, tell: { done(result: Result): void; failed(failure: Failure): void }): Promise<void> {
    this.drop();
    const controller = new AbortController();
    this.#controller = controller;
    try {
      const result = await work(controller.signal);
      if (this.#controller === controller) tell.done(result);
    } catch (error) {
      if (this.#controller === controller) tell.failed(Failure.from(error));
    } finally {
      if (this.#controller === controller) this.#controller = undefined;
    }
  }

  /** The user cancels it, and is told. */
  cancel(): void {
    this.#controller?.abort(this.#cancelled());
  }

  /** It is cancelled without a word. */
  drop(): void {
    const controller = this.#controller;
    this.#controller = undefined;
    controller?.abort(this.#cancelled());
  }

  #cancelled(): Failure {
    return new Failure('cancelled', `The ${this.#noun} was cancelled.`, 'Ask again when you want it.');
  }
}
