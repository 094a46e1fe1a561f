/** Does some work at most so often: at once where it rested, else as soon as the time is over, once for all that asked meanwhile. */
export class Throttled {
  readonly #milliseconds: number;
  readonly #work: () => void;
  #timer: NodeJS.Timeout | undefined;
  #isAsked = false;

  constructor(milliseconds: number, work: () => void) {
    this.#milliseconds = milliseconds;
    this.#work = work;
  }

  ask(): void {
    if (this.#timer !== undefined) {
      this.#isAsked = true;
      return;
    }
    this.#work();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (!this.#isAsked) return;
      this.#isAsked = false;
      this.ask();
    }, this.#milliseconds);
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }
}
