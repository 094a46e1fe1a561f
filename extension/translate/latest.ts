import { Failure } from '../../protocol/failure.ts';

/** One thing at a time: what begins supersedes what runs. */
export class Latest {
  #current: AbortController | undefined;

  get running(): boolean {
    return this.#current !== undefined;
  }

  /** Runs `work`, aborting what ran before with `superseded`. */
  async run<Result>(work: (controller: AbortController) => Promise<Result>): Promise<Result> {
    this.#current?.abort(new Failure('superseded', 'A newer request took the place of this one.', 'Nothing to do.'));
    const controller = new AbortController();
    this.#current = controller;
    try {
      return await work(controller);
    } finally {
      if (this.#current === controller) this.#current = undefined;
    }
  }

  /** Cancels what runs, if anything. */
  cancel(): void {
    this.#current?.abort(cancelled());
  }
}

export function cancelled(): Failure {
  return new Failure('cancelled', 'The translation was cancelled.', 'Ask again when you want it.');
}
