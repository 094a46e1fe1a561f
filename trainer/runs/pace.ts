/** How fast an attempt goes through its steps. */

/** Of the newest steps that were told, how many are looked at. */
const looked = 100;
/** A gap so many times as long as the usual one was no training: the machine slept, or its clock was set. */
const longestGap = 100;

export class Pace {
  readonly #steps: number[] = [];
  readonly #times: number[] = [];

  /** Begins anew: what came before tells nothing of what comes. */
  reset(): void {
    this.#steps.length = 0;
    this.#times.length = 0;
  }

  /** @param time in milliseconds */
  add(step: number, time: number): void {
    if (!Number.isFinite(time)) return;
    this.#steps.push(step);
    this.#times.push(time);
    if (this.#steps.length <= looked) return;
    this.#steps.shift();
    this.#times.shift();
  }

  /** Milliseconds a step, validations counted; `null` until it can be told. */
  millisecondsPerStep(): number | null {
    const gaps = this.#steps.slice(1).map((step, index) => ({
      steps: step - (this.#steps[index] ?? step),
      time: (this.#times[index + 1] ?? Number.NaN) - (this.#times[index] ?? Number.NaN),
    }));
    const forward = gaps.filter(({ steps, time }) => steps > 0 && time >= 0);
    const usual = forward.map(({ steps, time }) => time / steps).toSorted((a, b) => a - b)[forward.length >> 1];
    if (usual === undefined) return null;
    const trained = forward.filter(({ steps, time }) => time / steps <= Math.max(usual, 1) * longestGap);
    const total = trained.reduce((sum, { steps, time }) => ({ steps: sum.steps + steps, time: sum.time + time }), { steps: 0, time: 0 });
    return total.steps === 0 ? null : total.time / total.steps;
  }

  toJSON(): { steps: number[]; times: number[] } {
    return { steps: [...this.#steps], times: [...this.#times] };
  }
}
