/** Everything that a training step changes: parameters, gradients and the optimizer's moments. */
import { type Floats, Kernels } from '../kernels/kernels.ts';
import { elementCount } from '../graph/value.ts';
import type { ParameterSpec } from '../models/parameters.ts';
import { Random } from './random.ts';

export interface ParameterState {
  readonly spec: ParameterSpec;
  readonly value: Floats;
  readonly gradient: Floats;
  /** What the optimizer gathers of the gradients: Adam's m, or the momentum. */
  readonly first: Floats;
  /** What it gathers of their squares: Adam's v, RMSprop's mean square; SGD leaves it at zero. */
  readonly second: Floats;
}

export class TrainingState {
  readonly kernels: Kernels;
  readonly parameters: readonly ParameterState[];
  /** Steps done so far. */
  step = 0;

  private constructor(specs: readonly ParameterSpec[], scratchBytes: number) {
    this.kernels = Kernels.allocate(TrainingState.bytes(specs) + scratchBytes);
    this.parameters = specs.map(spec => {
      const length = elementCount(spec.shape);
      const [value, gradient, first, second] = [0, 1, 2, 3].map(() => this.kernels.floats(length));
      if (!value || !gradient || !first || !second) throw new Error('no memory for a parameter');
      return { spec, value, gradient, first, second };
    });
  }

  /** What so many parameters take, with their gradients and moments. */
  static bytes(specs: readonly ParameterSpec[]): number {
    return specs.reduce((sum, { shape }) => sum + 4 * Kernels.bytesOf(elementCount(shape)), 0);
  }

  /** Fresh parameters, drawn from the seed; each from a stream of its own. */
  static start(specs: readonly ParameterSpec[], seed: number, scratchBytes: number): TrainingState {
    const state = new TrainingState(specs, scratchBytes);
    for (const { spec, value } of state.parameters) initialize(value.data, spec, new Random(seed, 'start', spec.name));
    return state;
  }

  get parameterCount(): number {
    return this.parameters.reduce((sum, { value }) => sum + value.data.length, 0);
  }
}

function initialize(data: Float32Array, { shape, start }: ParameterSpec, random: Random): void {
  switch (start.kind) {
    case 'zeros':
      data.fill(0);
      return;
    case 'ones':
      data.fill(1);
      return;
    case 'normal':
      for (let index = 0; index < data.length; index++) data[index] = random.normal() * start.deviation;
      return;
    case 'glorot': {
      const [out = 1, input = 1] = shape.slice(-2);
      const bound = Math.sqrt(6 / (input + out));
      for (let index = 0; index < data.length; index++) data[index] = (2 * random.uniform() - 1) * bound;
      return;
    }
  }
}
