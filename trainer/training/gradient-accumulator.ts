import { elementCount } from '../graph/value.ts';
import { type Floats, Kernels } from '../kernels/kernels.ts';
import type { ParameterSpec } from '../models/parameters.ts';
import type { TrainingState } from './state.ts';

/** Sums the gradients of several batches, each weighed by its tokens or examples, so that they count as one large batch. */
export class GradientAccumulator {
  readonly #sums: readonly Floats[];

  constructor(private readonly state: TrainingState) {
    this.#sums = state.parameters.map(({ gradient }) => state.kernels.floats(gradient.data.length));
  }

  /** Memory that the sums take. */
  static bytes(specs: readonly ParameterSpec[]): number {
    return specs.reduce((sum, { shape }) => sum + Kernels.bytesOf(elementCount(shape)), 0);
  }

  /** Takes in the gradients that lie in the state, means over `count` tokens or examples. */
  add(count: number): void {
    this.state.parameters.forEach(({ gradient }, index) => {
      const sum = this.#sums[index];
      if (sum !== undefined) this.state.kernels.addScaled(sum, gradient, count);
    });
  }

  /** Leaves the mean over all of them in the state and starts afresh. */
  finish(count: number): void {
    this.state.parameters.forEach(({ gradient }, index) => {
      const sum = this.#sums[index];
      if (sum === undefined) return;
      gradient.data.fill(0);
      this.state.kernels.addScaled(gradient, sum, 1 / count);
      sum.data.fill(0);
    });
  }
}
