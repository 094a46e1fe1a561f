import { setImmediate } from 'node:timers/promises';

/** Milliseconds. */
const betweenBreaths = 50;
const betweenLines = 10_000;

/** Keeps a long pass over a corpus interruptible, and tells how far it is. */
export class Pulse {
  #breath = performance.now();
  #told = performance.now();
  #count = 0;

  constructor(
    /** A line that says how far it is, given how much is done. */
    private readonly tell: (count: string) => string,
    private readonly print: (line: string) => void,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /** How much is done. */
  get count(): number {
    return this.#count;
  }

  /** Counts a pair, or several. @returns whether it is time to take a breath: nobody waits for one that is not due */
  beat(pairs = 1): boolean {
    this.#count += pairs;
    return performance.now() - this.#breath > betweenBreaths;
  }

  /** Lets signals and the end of the parent process through. @throws AbortError */
  async breathe(): Promise<void> {
    await setImmediate();
    this.signal?.throwIfAborted();
    const now = (this.#breath = performance.now());
    if (now - this.#told < betweenLines) return;
    this.#told = now;
    this.print(`  ${this.tell(this.#count.toLocaleString('en'))}`);
  }
}
