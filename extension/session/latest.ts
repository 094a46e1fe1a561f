import { Failure } from '../../protocol/failure.ts';

interface Running<Name> {
  readonly name: Name;
  cancel(): void;
  supersede(): void;
}

/** One thing at a time: what begins supersedes what runs. */
export class Latest<Name> {
  #current: Running<Name> | undefined;

  /** What runs, if anything. */
  get running(): Name | undefined {
    return this.#current?.name;
  }

  /**
   * Runs `work`, aborting what ran before with `superseded`.
   * @param noun what messages call it
   */
  async run<Result>(name: Name, noun: string, work: (signal: AbortSignal, cancel: () => void) => Promise<Result>): Promise<Result> {
    this.#current?.supersede();
    const controller = new AbortController();
    const current: Running<Name> = {
      name,
      cancel: () => controller.abort(new Failure('cancelled', `The ${noun} was cancelled.`, 'Ask again when you want it.')),
      supersede: () => controller.abort(new Failure('superseded', 'A newer request took the place of this one.', 'Nothing to do.')),
    };
    this.#current = current;
    try {
      return await work(controller.signal, current.cancel);
    } finally {
      if (this.#current === current) this.#current = undefined;
    }
  }

  /** Cancels what runs, if anything. */
  cancel(): void {
    this.#current?.cancel();
  }
}
