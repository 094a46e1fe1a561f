import { Failure } from '../../protocol/failure.ts';
import { abortable } from '../abortable.ts';

interface Task<Name> {
  readonly name: Name;
  /** Its place in the order of asking. */
  readonly turn: number;
  cancel(): void;
  supersede(): void;
}

/** One thing at a time: what begins supersedes what runs. What cannot begin leaves it alone. */
export class Latest<Name> {
  readonly #preparing = new Set<Task<Name>>();
  #running: Task<Name> | undefined;
  #asked = 0;
  /** The last turn that began. */
  #begun = 0;

  /** What runs, or else is about to, if anything. */
  get current(): Name | undefined {
    return (this.#running ?? [...this.#preparing].at(-1))?.name;
  }

  /**
   * Runs `work` once `prepare` has told what with, aborting what runs then with `superseded`. What was asked for later wins,
   * however long each takes to prepare.
   * @param noun what messages call it
   */
  async run<Ready, Result>(
    name: Name,
    noun: string,
    prepare: (signal: AbortSignal) => Promise<Ready>,
    work: (ready: Ready, signal: AbortSignal) => Promise<Result>,
    show: (cancel: () => void, whole: Promise<Result>) => Promise<Result>,
  ): Promise<Result> {
    const controller = new AbortController();
    const { signal } = controller;
    const task: Task<Name> = {
      name,
      turn: ++this.#asked,
      cancel: () => controller.abort(new Failure('cancelled', `The ${noun} was cancelled.`, 'Ask again when you want it.')),
      supersede: () => controller.abort(new Failure('superseded', 'A newer request took the place of this one.', 'Ask again if you still want it.')),
    };
    this.#preparing.add(task);
    const whole = async (): Promise<Result> => {
      try {
        const ready = await abortable(prepare(signal), signal);
        this.#begin(task);
        signal.throwIfAborted();
        return await work(ready, signal);
      } finally {
        this.#preparing.delete(task);
        if (this.#running === task) this.#running = undefined;
      }
    };
    return show(task.cancel, whole());
  }

  /** Cancels what runs and what is about to, if anything. */
  cancel(): void {
    for (const task of this.#preparing) task.cancel();
    this.#running?.cancel();
  }

  #begin(task: Task<Name>): void {
    this.#preparing.delete(task);
    if (task.turn < this.#begun) task.supersede();
    else {
      this.#running?.supersede();
      this.#running = task;
      this.#begun = task.turn;
    }
  }
}
