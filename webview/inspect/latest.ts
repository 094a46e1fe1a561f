/** One question at a time: a newer one ends the one before, whose answer nobody waits for any more. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { Failure, type FailureData } from '../../protocol/failure.ts';

export class Latest<Result> implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #pending: AbortController | undefined;
  #result: Result | undefined;
  #failure: FailureData | undefined;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  /** The last answer, until there is another. */
  get result(): Result | undefined {
    return this.#result;
  }

  get failure(): FailureData | undefined {
    return this.#failure;
  }

  get isWaiting(): boolean {
    return this.#pending !== undefined;
  }

  ask(question: (signal: AbortSignal) => Promise<Result>): void {
    this.cancel();
    const pending = new AbortController();
    this.#pending = pending;
    void this.#settle(pending, question(pending.signal));
  }

  /** Waits no longer; what was answered stays. */
  cancel(): void {
    this.#pending?.abort();
    this.#pending = undefined;
  }

  /** Forgets the answer, too. */
  clear(): void {
    this.cancel();
    this.#result = undefined;
    this.#failure = undefined;
  }

  hostDisconnected(): void {
    this.cancel();
  }

  async #settle(pending: AbortController, answer: Promise<Result>): Promise<void> {
    const [settled] = await Promise.allSettled([answer]);
    if (pending !== this.#pending) return;
    this.#pending = undefined;
    this.#failure = settled.status === 'rejected' ? Failure.from(settled.reason).toData() : undefined;
    if (settled.status === 'fulfilled') this.#result = settled.value;
    this.#host.requestUpdate();
  }
}
